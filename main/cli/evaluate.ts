// `slipway evaluate`: one version on one data set; model and data may be files, the binding is proposed when none is given.
import { Option, type Command } from 'commander'
import { targetColumns } from '../../shared/binding/check-binding.ts'
import { sameTarget, targetText } from '../../shared/binding/named-targets.ts'
import { setAsideGuess } from '../../shared/binding/saved-guesses.ts'
import type { StoredBinding } from '../../shared/contract.ts'
import type { Binding, Guess, Head } from '../../shared/domain/binding.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import { ExecutionProvider, RunOptions, type Run } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount } from '../../shared/format.ts'
import { parseRequest } from '../../shared/schema-words.ts'
import { hasBaselines } from '../../shared/baselines/trivial.ts'
import { readBinding } from './binding.ts'
import { formatOverride, withFormatOptions, type FormatOptions } from './dataset.ts'
import { withExample } from './example.ts'
import { adviseRewrite } from './import.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { dataset, readText, version } from './references.ts'
import { describeRun } from './run-text.ts'

export interface EvaluateOptions extends FormatOptions {
  readonly data: string; readonly target?: string; readonly separator?: string; readonly binding?: string; readonly device?: ExecutionProvider; readonly batch?: string; readonly threads?: string
  readonly rows?: 'lenient' | 'strict'; readonly limit?: string; readonly sample?: string; readonly seed?: string; readonly excludeRecords?: string; readonly rewrite?: boolean; readonly again?: boolean; readonly all?: boolean
  readonly heads?: boolean; readonly head?: string[]
}

const mostRecords = 1_000_000
const anyRows = { least: 1, most: Number.MAX_SAFE_INTEGER }

/** Record numbers from a file: one a line, comma-separated, or a JSON array. */
async function readRecords(file: string | undefined): Promise<number[]> {
  if (file === undefined) return []
  const words = (await readText(file)).replace(/^\uFEFF/, '').split(/[\s,;[\]]+/).filter((part) => part !== '')
  const wrong = words.find((word) => !/^[1-9]\d{0,14}$/.test(word))
  if (wrong !== undefined) throw new SlipwayError('input.invalid', { reason: `“${file}” must hold record numbers only (1 is the first row of data), not “${wrong.slice(0, 40)}”` })
  if (words.length > mostRecords) throw new SlipwayError('input.invalid', { reason: `“${file}” names more than ${formatCount(mostRecords)} records` })
  return words.map(Number)
}

/** Whether a stored binding can be used on this data as it is. */
async function fits(session: CliSession, v: Version, d: Dataset, binding: Binding): Promise<boolean> {
  const problems = await session.client.call('binding.check', { versionId: v.id, datasetId: d.id, binding })
  return !problems.some((p) => p.severity === 'error')
}

/** A sentence as the end of another one. */
const asReason = (sentence: string): string => (/^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence).replace(/\.$/, '')

/** Why the binding that is saved with a version is not the one to use here; null: it is. */
async function whyNotStored(session: CliSession, v: Version, d: Dataset, { binding }: StoredBinding, { target, separator, rewrite }: EvaluateOptions): Promise<string | null> {
  if (rewrite === true) return 'The outputs were to be rewritten'
  const asked = target ?? targetText(targetColumns(binding.target))
  if ((target !== undefined || separator !== undefined) && !sameTarget(binding.target, asked, d.columns.map((c) => c.name), separator)) return `Another target was named (${asked}${separator === undefined ? '' : `, labels separated by “${separator}”`})`
  return await fits(session, v, d, binding) ? null : 'The saved binding does not fit this data'
}

/** The binding to use: the file given, else the stored one where it answers for the target and fits the data, else a proposal that says what was set aside for it. */
export async function chooseBinding(session: CliSession, v: Version, d: Dataset, options: EvaluateOptions): Promise<{ binding: Binding; guesses: Guess[] }> {
  if (options.binding !== undefined) return { binding: await readBinding(session, options.binding), guesses: [] }
  const { binding: stored } = await session.client.call('version.get', { versionId: v.id })
  const why = stored === null ? null : await whyNotStored(session, v, d, stored, options)
  if (stored !== null && why === null) return { binding: stored.binding, guesses: stored.guesses }
  const proposal = await session.job('binding.propose', { versionId: v.id, datasetId: d.id, ...(options.target === undefined ? {} : { target: options.target }), ...(options.separator === undefined ? {} : { separator: options.separator }) })
  const problem = proposal.problems.find((p) => p.severity === 'error')
  if (problem !== undefined) throw new SlipwayError('binding.invalid', { reason: asReason(problem.sentence) })
  if (stored === null) await session.client.call('binding.save', { versionId: v.id, binding: proposal.binding, guesses: proposal.guesses })
  if (stored === null || why === null) return { binding: proposal.binding, guesses: proposal.guesses }
  const aside = setAsideGuess(stored, why)
  session.advise(aside.reason)
  return { binding: proposal.binding, guesses: [aside, ...proposal.guesses] }
}

/** The options of a run, each number checked. */
const runOptionsOf = async (options: EvaluateOptions): Promise<RunOptions> => parseRequest(RunOptions, {
  ...(options.device === undefined ? {} : { provider: options.device }),
  batchSize: wholeNumber('--batch', options.batch, { least: 1, most: 65_536 }), threads: wholeNumber('--threads', options.threads, { least: 1, most: 256 }),
  limit: wholeNumber('--limit', options.limit, anyRows), sample: wholeNumber('--sample', options.sample, anyRows), rows: options.rows ?? null,
  seed: wholeNumber('--seed', options.seed, { least: 0, most: 4_294_967_295 }) ?? 1, excludeRecords: await readRecords(options.excludeRecords),
})

/** Evaluates and answers the whole run; used by `gate` and `export` too when they are handed files. */
export async function evaluate(session: CliSession, model: string, options: EvaluateOptions): Promise<Run> {
  const runOptions = await runOptionsOf(options)
  const found = await version(session, model, { rewrite: options.rewrite ?? false })
  const rows = await dataset(session, options.data, formatOverride(options))
  const { binding, guesses } = await chooseBinding(session, found, rows, options)
  const { runId } = await session.job('run.evaluate', { versionId: found.id, datasetId: rows.id, binding, guesses, options: runOptions, again: options.again ?? false })
  return session.client.call('run.get', { runId })
}

/** `outputs=column`, the outputs separated by commas. */
function headOf(text: string): Head {
  const at = text.lastIndexOf('=')
  const outputs = text.slice(0, Math.max(at, 0)).split(',').map((name) => name.trim()).filter((name) => name !== '')
  const column = text.slice(at + 1).trim()
  if (at < 1 || outputs.length === 0 || column === '') throw new SlipwayError('input.invalid', { reason: `--head must be outputs=column, such as age_logits=age, not “${text}”` })
  return { outputs, column }
}

/** One run for each head of the model; all heads that its outputs name, or those given. */
export async function evaluateHeads(session: CliSession, model: string, options: EvaluateOptions): Promise<Run[]> {
  const given = (options.head ?? []).map(headOf)
  const unwanted = ([['--target', options.target], ['--binding', options.binding], ['--separator', options.separator]] as const).find(([, value]) => value !== undefined)
  if (unwanted !== undefined) throw new SlipwayError('input.invalid', { reason: `${unwanted[0]} says how one answer is scored, and --head or --heads how several are` })
  const runOptions = await runOptionsOf(options)
  const found = await version(session, model, { rewrite: options.rewrite ?? false })
  const rows = await dataset(session, options.data, formatOverride(options))
  const question = { versionId: found.id, datasetId: rows.id }
  const heads = given.length > 0 ? given : ((await session.job('binding.propose', question)).heads ?? [])
  if (heads.length === 0) throw new SlipwayError('input.invalid', { reason: 'the outputs of this model do not name several columns of this data; say which output answers for which column with --head outputs=column' })
  const runs: Run[] = []
  for (const head of heads) {
    const proposal = await session.job('binding.propose', { ...question, target: head.column, outputs: head.outputs, otherTargets: heads.filter((h) => h !== head).map((h) => h.column) })
    const problem = proposal.problems.find((p) => p.severity === 'error')
    if (problem !== undefined) throw new SlipwayError('binding.invalid', { reason: `for the head “${head.column}”, ${asReason(problem.sentence)}` })
    const { runId } = await session.job('run.evaluate', { ...question, binding: proposal.binding, guesses: proposal.guesses, options: runOptions, again: options.again ?? false })
    runs.push(await session.client.call('run.get', { runId }))
  }
  return runs
}

/** Adds the options that say how to evaluate. */
export function withEvaluateOptions(command: Command): Command {
  return withFormatOptions(command)
    .option('--target <column>', 'the column with the true answers (several labels: a,b,c); a binding is proposed from it')
    .option('--separator <text>', 'what stands between the labels of one cell of the target, such as |').option('--binding <file>', 'a binding file instead of a proposal')
    .addOption(new Option('--device <provider>', 'execution provider').choices(ExecutionProvider.options)).option('--batch <rows>', 'rows per batch; chosen by itself when absent')
    .option('--threads <count>', 'threads inside one operator').addOption(new Option('--rows <policy>', 'what to do with bad rows').choices(['lenient', 'strict']))
    .option('--limit <rows>', 'only the first rows').option('--sample <rows>', 'so many rows picked at random by the seed; the run says what that does to its intervals').option('--seed <number>', 'seed of everything that samples')
    .option('--exclude-records <file>', 'record numbers to leave out (1 is the first row of data)').option('--rewrite', 'consent to rewrite map outputs when the file is imported')
    .option('--again', 'evaluate although the last two runs of this model on this data crashed')
}

/** Registers the command. */
export function registerEvaluate(program: Command): void {
  const command = withEvaluateOptions(program.command('evaluate').description('Evaluate a model on a data set.')
    .argument('<model>', 'a model file, name@version or version id').requiredOption('--data <data>', 'a data set, file or image folder'))
    .option('--all', 'print every number, not only the headline ones')
    .option('--heads', 'a model with several heads: one run for every output that has the name of a column')
    .option('--head <outputs=column>', 'one head: the outputs that answer for this column; may be given several times', (text: string, before: string[] = []) => [...before, text])
    .action(async (model: string, options: EvaluateOptions, command: Command) => withSession(command, async (session) => {
      if (options.heads === true || options.head !== undefined) {
        const runs = await evaluateHeads(session, model, options)
        session.print(runs, () => runs.map((run) => describeRun(run, options.all === true)).join('\n'))
        return
      }
      const run = await evaluate(session, model, options)
      const baselines = hasBaselines(run) ? await session.client.call('run.trivial', { runId: run.id }) : null
      session.print({ ...run, baselines }, () => describeRun(run, options.all === true, baselines))
      const { version: used } = await session.client.call('version.get', { versionId: run.versionId })
      adviseRewrite(session, used, 'Evaluate again with --rewrite to turn it into plain tensors; the original is kept.')
    }))
  withExample(command, 'slipway evaluate income-v1.onnx --data test.csv --target income')
}
