// `slipway speed`: how long opening, the first call and every later call take, by batch size, by operator and by node.
import { Option, type Command } from 'commander'
import { missingPercentiles, percentileNames, percentiles, placementLine } from '../../shared/device-words.ts'
import { SpeedOptions, type SpeedReport } from '../../shared/domain/device-report.ts'
import { ExecutionProvider } from '../../shared/domain/run.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatCount, formatDuration, formatRate, formatShare } from '../../shared/format.ts'
import { measured, withMeasureOptions, type MeasureOptions } from './device-options.ts'
import { withExample } from './example.ts'
import { decimalNumber, wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'

interface Options extends MeasureOptions { readonly device?: ExecutionProvider; readonly batches?: string; readonly seconds?: string; readonly threads?: string; readonly all?: boolean }

const shownNodes = 10

function describe(r: SpeedReport, all: boolean): string {
  const missing = missingPercentiles(r.batches)
  const nodes = r.profile === null ? [] : r.profile.nodes.slice(0, all ? undefined : shownNodes)
  return sections(
    paragraph(placementLine(r.placement)),
    ...r.notes.map((note) => paragraph(`Note: ${note}`)),
    facts([
      ['Cold start', `${formatDuration(r.coldStart.processMs + r.coldStart.sessionMs + r.coldStart.firstCallMs)}: process and runtime ${formatDuration(r.coldStart.processMs)}, opening the model ${formatDuration(r.coldStart.sessionMs)}, first call ${formatDuration(r.coldStart.firstCallMs)}`],
      ['Memory', `${formatBytes(r.memory.peakBytes)} at most; ${formatBytes(r.memory.beforeBytes)} before the model was opened, ${formatBytes(r.memory.openedBytes)} after`],
      ['Rows', `${formatCount(r.rows)} prepared from the data set`],
    ]),
    { title: 'By batch size', body: table(['Batch', 'Calls', 'Mean', ...percentiles.map(([key]) => percentileNames[key]), 'Rows/s', 'Memory'], r.batches.map((b) => [
      formatCount(b.batchSize), formatCount(b.calls), formatDuration(b.meanMs), ...percentiles.map(([key]) => (b[key] === null ? 'n/a' : formatDuration(b[key]))), formatRate(b.rowsPerSecond), formatBytes(b.residentBytes),
    ]), [0, 1, 2, 3, 4, 5, 6, 7, 8]) },
    missing === '' ? null : paragraph(missing),
    r.profile === null ? paragraph('The runtime gave no profile, so the time by operator is not available.') : { title: `By operator: one call of ${r.profile.batchSize}, mean of ${formatCount(r.profile.calls)}`, body: table(['Operator', 'Ran on', 'Nodes', 'Time', 'Share'], r.profile.operators.map((o) => [
      o.copy ? `${o.operator} (copy)` : o.operator, o.provider.replace('ExecutionProvider', ''), formatCount(o.nodes), formatDuration(o.ms), formatShare(o.share),
    ]), [2, 3, 4]) },
    nodes.length === 0 ? null : { title: all ? 'By node' : 'Slowest nodes', body: table(['Node', 'Operator', 'Time', 'Share'], nodes.map((n) => [n.name || '(unnamed)', n.operator, formatDuration(n.ms), formatShare(n.share)]), [2, 3]) },
    paragraph(`Report ${r.id}.`),
  )
}

function batchSizes(text: string | undefined): number[] | null {
  if (text === undefined) return null
  return text.split(',').map((one) => {
    const size = wholeNumber('--batches', one.trim(), { least: 1, most: 16_384 })
    if (size === null) throw new SlipwayError('input.invalid', { reason: '--batches needs whole numbers with commas between, such as 1,8,32' })
    return size
  })
}

/** Registers the command. */
export function registerSpeed(program: Command): void {
  const command = withMeasureOptions(program.command('speed').description('Time a model on real rows: cold start, percentiles by batch size, memory, time by operator.')
    .argument('<model>', 'a model file, name@version or version id'))
    .addOption(new Option('--device <provider>', 'execution provider (cpu)').choices(ExecutionProvider.options))
    .option('--batches <sizes>', 'batch sizes with commas between (1,8,32,128,512; pictures 1,8,32)').option('--seconds <time>', 'timed seconds for each batch size (2)')
    .option('--threads <count>', 'threads inside one operator').option('--all', 'print every node of the profile')
    .action(async (model: string, options: Options, command: Command) => withSession(command, async (session) => {
      const seconds = decimalNumber('--seconds', options.seconds, { least: 0.01, most: 600 })
      const wanted = SpeedOptions.parse({
        ...(options.device === undefined ? {} : { device: options.device }), batchSizes: batchSizes(options.batches), ...(seconds === null ? {} : { seconds }),
        threads: wholeNumber('--threads', options.threads, { least: 1, most: 256 }),
      })
      const report = await session.job('version.speed', { ...await measured(session, model, options), options: wanted })
      session.print(report, () => describe(report, options.all === true))
    }))
  withExample(command, 'slipway speed digits@2 --data test --batches 1,32')
}
