// `slipway evaluate`: one version on one data set; model and data may be files, the binding is proposed when none is given.
import { Option, type Command } from 'commander'
import { readFile } from 'node:fs/promises'
import type { Binding, Guess } from '../../shared/domain/binding.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import { deviceLine } from '../../shared/device-names.ts'
import { ExecutionProvider, RunOptions, type Run } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount } from '../../shared/format.ts'
import { recordsText } from '../../shared/row-words.ts'
import { parseRequest } from '../../shared/schema-words.ts'
import { readBinding } from './binding.ts'
import { formatOverride, withFormatOptions, type FormatOptions } from './dataset.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts, heading, number, table } from './print.ts'
import { dataset, version } from './references.ts'

export interface EvaluateOptions extends FormatOptions {
  readonly data: string; readonly target?: string; readonly binding?: string; readonly device?: ExecutionProvider; readonly batch?: string; readonly threads?: string
  readonly rows?: 'lenient' | 'strict'; readonly limit?: string; readonly seed?: string; readonly excludeRecords?: string; readonly rewrite?: boolean; readonly again?: boolean
}

const whole = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null
  if (!/^\d+$/.test(text)) throw new SlipwayError('input.invalid', { reason: `${name} must be a whole number, not “${text}”` })
  return Number(text)
}

/** Record numbers from a file: one a line, comma-separated, or a JSON array. */
async function readRecords(file: string | undefined): Promise<number[]> {
  if (file === undefined) return []
  const text = await readFile(file, 'utf8').catch(() => { throw new SlipwayError('file.missing', { file }) })
  const parts = text.replace(/^\uFEFF/, '').split(/[\s,;[\]]+/).filter((part) => part !== '')
  const wrong = parts.find((part) => !/^\d+$/.test(part))
  if (wrong !== undefined) throw new SlipwayError('input.invalid', { reason: `“${file}” must hold record numbers only (1 is the first row of data), but holds “${wrong.slice(0, 40)}”` })
  return parts.map(Number)
}

/** The binding to use: the file given, else a fresh proposal (with a target or when none is stored), else the stored one. */
async function chooseBinding(session: CliSession, v: Version, d: Dataset, options: EvaluateOptions): Promise<{ binding: Binding; guesses: Guess[] }> {
  if (options.binding !== undefined) return { binding: await readBinding(session, options.binding), guesses: [] }
  const { binding: stored } = await session.client.call('version.get', { versionId: v.id })
  if (stored !== null && options.target === undefined) return { binding: stored.binding, guesses: stored.guesses }
  const proposal = await session.job('binding.propose', { versionId: v.id, datasetId: d.id, ...(options.target === undefined ? {} : { target: options.target }) })
  const problem = proposal.problems.find((p) => p.severity === 'error')
  if (problem !== undefined) throw new SlipwayError('binding.invalid', { reason: problem.sentence.replace(/\.$/, '') })
  if (stored === null) await session.client.call('binding.save', { versionId: v.id, binding: proposal.binding, guesses: proposal.guesses })
  return { binding: proposal.binding, guesses: proposal.guesses }
}

/** Evaluates and answers the whole run; used by `gate` and `export` too when they are handed files. */
export async function evaluate(session: CliSession, model: string, options: EvaluateOptions): Promise<Run> {
  const runOptions = parseRequest(RunOptions, {
    ...(options.device === undefined ? {} : { provider: options.device }), batchSize: whole('--batch', options.batch), threads: whole('--threads', options.threads),
    limit: whole('--limit', options.limit), rows: options.rows ?? null, seed: whole('--seed', options.seed) ?? 1, excludeRecords: await readRecords(options.excludeRecords),
  })
  const found = await version(session, model, { rewrite: options.rewrite ?? false })
  const rows = await dataset(session, options.data, formatOverride(options))
  const { binding, guesses } = await chooseBinding(session, found, rows, options)
  const { runId } = await session.job('run.evaluate', { versionId: found.id, datasetId: rows.id, binding, guesses, options: runOptions, again: options.again ?? false })
  return session.client.call('run.get', { runId })
}

/** A run as text: conditions, rows, assumptions, metrics of all rows and per class. */
export function describeRun(r: Run): string {
  const e = r.environment
  const interval = (low: number | null, high: number | null): string => (low === null || high === null ? '' : `${low.toFixed(4)} – ${high.toFixed(4)}`)
  return [
    facts([
      ...(e === null ? [] : [['Device', deviceLine(e)] as const]),
      ['Run', r.id], ['Version', `${r.modelName}@${r.versionNumber}`], ['Data', r.datasetName], ['Status', r.status],
      ...(r.rows === null ? [] : [['Rows', `${formatCount(r.rows.scored)} of ${formatCount(r.rows.read)} scored`] as const]),
      ...(r.timing?.rowsPerSecond == null ? [] : [['Speed', `${formatCount(Math.round(r.timing.rowsPerSecond))} rows/s`] as const]),
    ]),
    ...(r.rows === null || r.rows.leftOut.length === 0 ? [] : [heading('Left out'), table(['Reason', 'Rows', 'Records'], r.rows.leftOut.map((l) => [l.reason, String(l.count), recordsText(l)]), [1])]),
    heading('Metrics'),
    table(['Metric', 'Rows of', 'Value', '95 % interval', 'n'], r.metrics.map((m) => [m.metric, m.slice === '' ? 'all' : m.slice, m.value === null ? `not available: ${m.reason ?? ''}` : number(m.value), interval(m.low, m.high), String(m.n)]), [2, 4]),
    ...(r.guesses.length === 0 ? [] : [heading('Assumptions'), table(['About', 'Value', 'Confidence', 'Reason'], r.guesses.map((g) => [g.about, g.value, g.confidence, g.reason]))]),
    ...r.notes.map((note) => `\nNote: ${note}`),
  ].join('\n')
}

/** Adds the options that say how to evaluate. */
export function withEvaluateOptions(command: Command): Command {
  return withFormatOptions(command)
    .option('--target <column>', 'the column with the true answers; a binding is proposed from it').option('--binding <file>', 'a binding file instead of a proposal')
    .addOption(new Option('--device <provider>', 'execution provider').choices(ExecutionProvider.options)).option('--batch <rows>', 'rows per batch; chosen by itself when absent')
    .option('--threads <count>', 'threads inside one operator').addOption(new Option('--rows <policy>', 'what to do with bad rows').choices(['lenient', 'strict']))
    .option('--limit <rows>', 'only the first rows').option('--seed <number>', 'seed of everything that samples')
    .option('--exclude-records <file>', 'record numbers to leave out (1 is the first row of data)').option('--rewrite', 'consent to rewrite map outputs when the file is imported')
    .option('--again', 'evaluate although the last two runs of this model on this data crashed')
}

/** Registers the command. */
export function registerEvaluate(program: Command): void {
  withEvaluateOptions(program.command('evaluate').description('Evaluate a model on a data set.')
    .argument('<model>', 'a model file, name@version or version id').requiredOption('--data <data>', 'a data set, file or image folder'))
    .addHelpText('after', '\nExample:\n  slipway evaluate income-v1.onnx --data test.csv --target income\n')
    .action(async (model: string, options: EvaluateOptions, command: Command) => withSession(command, async (session) => {
      const run = await evaluate(session, model, options)
      session.print(run, () => describeRun(run))
    }))
}
