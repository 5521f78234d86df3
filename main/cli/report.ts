// `slipway report`: a run, a comparison or a gate as one HTML file for readers without Slipway.
import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { ReportSubject } from '../../shared/contract-report.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format.ts'
import type { VersionId } from '../../shared/ids.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { dataset, run, version } from './references.ts'

interface Options { readonly out: string; readonly gate?: boolean; readonly data?: string }

/** The newest check of a run. Errors: `input.invalid` where nobody checked it. */
async function checkOf(session: CliSession, text: string): Promise<ReportSubject> {
  const { id, modelName, versionNumber } = await run(session, text)
  const [newest] = [...await session.client.call('gate.checks', { runId: id })].sort((a, b) => b.checkedAt - a.checkedAt)
  if (newest === undefined) throw new SlipwayError('input.invalid', { reason: `no gate was checked for the run of ${modelName}@${versionNumber}; slipway gate does it` })
  return { kind: 'gate', checkId: newest.id }
}

/** The newest finished runs of the versions on the same data. Errors: `input.invalid` where they share none. */
async function comparisonOf(session: CliSession, texts: readonly string[], data: string | undefined): Promise<ReportSubject> {
  const versions: VersionId[] = []
  for (const text of texts) versions.push((await version(session, text)).id)
  const datasetId = data === undefined ? undefined : (await dataset(session, data)).id
  const [common] = await session.client.call('run.common', { versions, ...(datasetId === undefined ? {} : { datasetId }) })
  if (common === undefined) throw new SlipwayError('input.invalid', { reason: 'these versions have no finished runs on the same data; evaluate them on one data set first' })
  return { kind: 'comparison', runs: common.runs, confidence: 0.95, power: 0.8, margins: {} }
}

/** Registers the command. */
export function registerReport(program: Command): void {
  withExample(program.command('report').description('Write a report that stands alone: of a run, of its gate, or of versions compared with each other. One HTML file, nothing in it comes from elsewhere.')
    .argument('<subjects...>', 'a run or a version (its newest run); several versions are compared, the champion first').requiredOption('--out <file>', 'the HTML file to write')
    .option('--gate', 'of the newest check of the gate of that run').option('--data <data>', 'the data set to compare on'), 'slipway report income@2 --out income-v2.html')
    .action(async (subjects: string[], options: Options, command: Command) => withSession(command, async (session) => {
      if (!/\.html?$/i.test(options.out)) throw new SlipwayError('input.invalid', { reason: `“${options.out}” has another ending than .html; a PDF is printed by the application, or from the HTML file by any browser` })
      const [first, ...rest] = subjects
      const about = rest.length > 0 ? await comparisonOf(session, subjects, options.data) : options.gate === true ? await checkOf(session, first ?? '') : { kind: 'run' as const, runId: (await run(session, first ?? '')).id }
      const written = await session.job('report.write', { about, format: 'html', destination: await session.admit(options.out, 'write') })
      session.print({ ...written, path: resolve(options.out) }, () => `Wrote ${options.out}, ${formatBytes(written.bytes)}.`)
    }))
}
