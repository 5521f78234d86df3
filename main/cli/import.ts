// `slipway import`: model files, folders and archives become versions.
import type { Command } from 'commander'
import type { ImportOutcome } from '../../shared/contract.ts'
import { fromPlain } from '../../shared/errors.ts'
import { formatBytes, shortHash } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

interface Options { readonly model?: string; readonly note?: string; readonly rewrite?: boolean }

const results: Readonly<Record<ImportOutcome['outcome'], string>> = { created: 'new version', existing: 'already here', refused: 'refused' }

/** Everything that came in as a table; every refusal in its own words below it. */
function describe(outcomes: readonly ImportOutcome[]): string {
  return table(['File', 'Result', 'Model', 'Size', 'SHA-256'], outcomes.map((o) => [
    o.fileName, results[o.outcome], o.version === null ? '' : `${o.version.modelName}@${o.version.number}`,
    o.version === null ? '' : formatBytes(o.version.bytes), o.version === null ? '' : shortHash(o.version.sha256),
  ]), [3], 'There was nothing to import.')
}

function refusals(outcomes: readonly ImportOutcome[]): string {
  const refused = outcomes.flatMap((o) => (o.error === null ? [] : [fromPlain(o.error)]))
  return refused.map((error) => `${paragraph(error.message)}\n${paragraph(error.next)}`).join('\n')
}

/** Says what stands between a version and its full result, with the words that help. */
export function adviseRewrite(session: CliSession, version: { readonly modelName: string; readonly number: number; readonly needsRewrite: boolean; readonly derivation: unknown }, next: string): void {
  if (!version.needsRewrite || version.derivation !== null) return
  session.advise(`${version.modelName}@${version.number} gives an output as a sequence or map (ZipMap), which cannot be read here; it usually holds the probabilities. ${next}`)
}

/** Registers the command. */
export function registerImport(program: Command): void {
  const command = program.command('import').description('Import ONNX models: files, folders or zip archives. The same bytes give the existing version.')
    .argument('<files...>', 'model files, folders or archives')
    .option('--model <name>', 'add the versions to the model of this name')
    .option('--note <text>', 'a note for the new versions')
    .option('--rewrite', 'consent to rewrite sequence and map outputs (ZipMap) to plain tensors; the original is kept')
    .action(async (files: string[], options: Options, command: Command) => withSession(command, async (session) => {
      const tokens = []
      for (const file of files) tokens.push(await session.admit(file))
      const outcomes = await session.job('version.import', {
        files: tokens, rewrite: options.rewrite ?? false, note: options.note ?? '', ...(options.model === undefined ? {} : { modelName: options.model }),
      })
      session.print(outcomes, () => sections(describe(outcomes)))
      for (const o of outcomes) if (o.version !== null && o.error === null) adviseRewrite(session, o.version, 'Import it again with --rewrite to get plain tensors; the original is kept.')
      const said = refusals(outcomes)
      if (said !== '') process.stderr.write(`${said}\n`)
      const refused = outcomes.find((o) => o.error !== null)?.error
      if (refused != null) session.exitWith(fromPlain(refused).exit)
    }))
  withExample(command, 'slipway import income-v1.onnx income-v2.onnx --model income')
}
