// `slipway runs`: the runs of the workspace, newest first, with the ids that other commands take.
import { Option, type Command } from 'commander'
import { RunStatus, type RunSummary } from '../../shared/domain/run.ts'
import { formatTime } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { dataWithPart } from '../../shared/row-words.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { table } from './print.ts'
import { modelOrVersion } from './references.ts'

interface Options { readonly model?: string; readonly state?: RunStatus; readonly limit: string }

const most = 1000

/** The number that stands for the run, or why there is none. */
export const headlineText = (run: RunSummary): string =>
  (run.headline === null ? run.error?.message ?? '' : `${metricName(run.headline.metric)} ${metricText(run.headline.metric, run.headline.value)}`)

async function list(session: CliSession, options: Options): Promise<void> {
  const limit = wholeNumber('--limit', options.limit, { least: 1, most }) ?? most
  const of = options.model === undefined ? null : await modelOrVersion(session, options.model)
  const narrowed = of === null ? {} : of.versionId === undefined ? { modelId: of.modelId } : { versionId: of.versionId }
  const found = await session.client.call('run.list', { ...narrowed, limit: most })
  const runs = [...found].sort((a, b) => b.createdAt - a.createdAt).filter((r) => options.state === undefined || r.status === options.state).slice(0, limit)
  session.print(runs, () => table(['Run', 'State', 'Model', 'Data', 'Result', 'When'], runs.map((r) => [
    r.id, r.status, `${r.modelName}@${r.versionNumber}`, dataWithPart(r.datasetName, r.part), headlineText(r), formatTime(r.createdAt),
  ]), [], options.state === undefined ? 'No run yet. Make one: slipway evaluate model.onnx --data test.csv --target label' : `No run is ${options.state}.`))
}

/** Registers the command. */
export function registerRuns(program: Command): void {
  withExample(program.command('runs').description('List the runs, newest first: state, model, data and headline, with the id that resume, rows, slices and others take.')
    .option('--model <model>', 'only those of a model or of a version of it')
    .addOption(new Option('--state <state>', 'only those in this state').choices(RunStatus.options)).option('--limit <count>', 'how many lines', '50'), 'slipway runs --state interrupted')
    .action(async (options: Options, command: Command) => withSession(command, (session) => list(session, options)))
}
