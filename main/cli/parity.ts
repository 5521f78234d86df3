// `slipway parity`: the same rows on two devices: where it ran, the verdict, the differences, the decisions that flipped, the speed of both.
import { Option, type Command } from 'commander'
import { paritySentence, paritySpeedSentence, placementLine } from '../../shared/device-words.ts'
import { deviceNames } from '../../shared/device-names.ts'
import { ParityOptions, type ParityReport } from '../../shared/domain/device-report.ts'
import { ExecutionProvider } from '../../shared/domain/run.ts'
import { formatCount, formatDuration, formatNumber, formatPlural, formatRate, formatShare } from '../../shared/format.ts'
import { measured, withMeasureOptions, type MeasureOptions } from './device-options.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

interface Options extends MeasureOptions { readonly device: ExecutionProvider; readonly against?: ExecutionProvider; readonly limit?: string; readonly batch?: string; readonly threads?: string }

const number = (value: number | null): string => (value === null ? '–' : formatNumber(value))
const share = (value: number | null): string => (value === null ? '' : ` (${formatShare(value)})`)

function describe(r: ParityReport): string {
  const { against, device } = r.speeds
  return sections(
    paragraph(placementLine(r.placement)),
    paragraph(paritySentence(r)),
    ...r.notes.map((note) => paragraph(`Note: ${note}`)),
    r.verdict === 'not-run-there' ? null : { title: 'Differences by output', body: table(['Output', 'Values', 'Unequal', 'Beyond tolerance', 'Largest', 'Mean', 'Largest relative', 'At record'], r.outputs.map((o) => [
      o.output, formatCount(o.values), formatCount(o.unequal), formatCount(o.outside + o.unlike), number(o.largest), number(o.mean), number(o.largestRelative), o.record === null ? '–' : String(o.record),
    ]), [1, 2, 3, 4, 5, 6, 7]) },
    r.verdict === 'not-run-there' ? null : r.decisions === null ? paragraph('A row of this task has no decision that could flip.') : r.decisions.flipped === 0 ? paragraph(`No decision flipped in ${formatPlural(r.rows, 'row')}.`) : { title: `Flipped decisions: ${formatCount(r.decisions.flipped)} of ${formatCount(r.rows)}`, body: table(['Record', deviceNames[r.options.against], deviceNames[r.options.device]], r.decisions.rows.map((f) => [
      String(f.record), `${f.against}${share(f.againstConfidence)}`, `${f.device}${share(f.deviceConfidence)}`,
    ]), [0], '') },
    { title: 'Speed', body: table(['Device', 'Opening', 'First call', 'Rows/s', 'Calls timed'], [against, device].map((s) => [
      deviceNames[s.device], formatDuration(s.openingMs), formatDuration(s.firstCallMs), s.rowsPerSecond === null ? 'not available' : formatRate(s.rowsPerSecond), formatCount(s.calls),
    ]), [1, 2, 3, 4]) },
    paragraph(paritySpeedSentence(r)),
    paragraph(`${formatCount(r.rows)} rows in batches of ${r.batchSize}${r.leftOut === 0 ? '' : `, ${formatCount(r.leftOut)} left out`}; tolerance ${r.tolerance.absolute} + ${r.tolerance.relative} of the value. Report ${r.id}.`),
  )
}

/** Registers the command. */
export function registerParity(program: Command): void {
  const command = withMeasureOptions(program.command('parity').description('Compare two devices on the same rows. Exit 0: the answers agree; 1: they do not, or nothing ran on the device.')
    .argument('<model>', 'a model file, name@version or version id'))
    .addOption(new Option('--device <provider>', 'the device in question').choices(ExecutionProvider.options).makeOptionMandatory())
    .addOption(new Option('--against <provider>', 'the device that counts as right (cpu)').choices(ExecutionProvider.options))
    .option('--limit <rows>', 'only the first rows (1000)').option('--batch <rows>', 'rows per batch (32)').option('--threads <count>', 'threads inside one operator')
    .action(async (model: string, options: Options, command: Command) => withSession(command, async (session) => {
      const limit = wholeNumber('--limit', options.limit, { least: 1, most: 10_000_000 })
      const parity = ParityOptions.parse({
        device: options.device, ...(options.against === undefined ? {} : { against: options.against }), ...(limit === null ? {} : { limit }),
        batchSize: wholeNumber('--batch', options.batch, { least: 1, most: 65_536 }), threads: wholeNumber('--threads', options.threads, { least: 1, most: 256 }),
      })
      const report = await session.job('version.parity', { ...await measured(session, model, options), options: parity })
      session.print(report, () => describe(report))
      if (report.verdict !== 'identical' && report.verdict !== 'close') session.exitWith(1)
    }))
  withExample(command, 'slipway parity digits@2 --data test --device webgpu')
}
