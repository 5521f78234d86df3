// `slipway import`: model files, folders and archives become versions.
import type { Command } from 'commander'
import { fromPlain } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format.ts'
import { withSession } from './open-session.ts'
import { table } from './print.ts'

interface Options { readonly model?: string; readonly note?: string; readonly rewrite?: boolean }

/** Registers the command. */
export function registerImport(program: Command): void {
  program.command('import').description('Import ONNX models: files, folders or zip archives. The same bytes give the existing version.')
    .argument('<files...>', 'model files, folders or archives')
    .option('--model <name>', 'add the versions to the model of this name')
    .option('--note <text>', 'a note for the new versions')
    .option('--rewrite', 'consent to rewrite sequence and map outputs (ZipMap) to plain tensors; the original is kept')
    .addHelpText('after', '\nExample:\n  slipway import income-v1.onnx income-v2.onnx --model income\n')
    .action(async (files: string[], options: Options, command: Command) => withSession(command, async (session) => {
      const tokens = await Promise.all(files.map((file) => session.admit(file)))
      const outcomes = await session.job('version.import', {
        files: tokens, rewrite: options.rewrite ?? false, note: options.note ?? '', ...(options.model === undefined ? {} : { modelName: options.model }),
      })
      session.print(outcomes, () => table(['File', 'Result', 'Model', 'Size', 'SHA-256'], outcomes.map((o) => [
        o.fileName,
        o.outcome === 'created' ? 'new version' : o.outcome === 'existing' ? 'already here' : 'refused',
        o.version === null ? '' : `${o.version.modelName}@${o.version.number}`,
        o.version === null ? '' : formatBytes(o.version.bytes),
        o.version === null ? o.error?.message ?? '' : o.version.sha256.slice(0, 16),
      ]), [3]))
      for (const o of outcomes) {
        if (o.version?.needsRewrite === true) process.stderr.write(`${o.fileName}: an output is a sequence or map that cannot be read here. Import again with --rewrite to get plain tensors; the original is kept.\n`)
      }
      const refused = outcomes.find((o) => o.error !== null)?.error
      if (refused != null) {
        const error = fromPlain(refused)
        process.stderr.write(`${error.message}\n${error.next}\n`)
        session.exitWith(error.exit)
      }
    }))
}
