// `slipway calibrate`: a recalibration of a finished run's probabilities, measured on rows that did not help to fit it, and saving it.
import type { Command } from 'commander'
import { Option } from 'commander'
import { calibrationGuesses } from '../../shared/binding/saved-guesses.ts'
import { calibratedBinding, calibrationWords } from '../../shared/calibration/apply.ts'
import { CalibrationMethod, type CalibrationReport } from '../../shared/domain/calibration.ts'
import type { MetricValue, RunSummary } from '../../shared/domain/run.ts'
import { formatPlural } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { run } from './references.ts'

interface Options { readonly method: CalibrationMethod; readonly save?: boolean }

const withInterval = (m: MetricValue | undefined): string => m === undefined ? '—' : `${metricText(m.metric, m.value)}${m.low === null || m.high === null ? '' : ` (${metricText(m.metric, m.low)} to ${metricText(m.metric, m.high)})`}`

function describe(report: CalibrationReport): string {
  const sample = report.rows < report.available ? `, a sample of ${formatPlural(report.available, 'row')}` : ''
  return sections(
    paragraph(`Fitted on ${formatPlural(report.rows, 'row')}${sample}: ${calibrationWords(report.calibration)}. After: every row corrected by a fit on the other ${report.folds - 1} of ${report.folds} parts of the rows.`),
    table(['Metric', 'Before', 'After'], report.before.metrics.map((m) => [metricName(m.metric), withInterval(m), withInterval(report.after.metrics.find((a) => a.metric === m.metric))]), [1, 2]),
  )
}

async function save(session: CliSession, found: RunSummary, report: CalibrationReport): Promise<string> {
  const [{ binding: stored, version }, judged] = await Promise.all([session.client.call('version.get', { versionId: found.versionId }), session.client.call('run.get', { runId: found.id })])
  const binding = calibratedBinding(judged.binding, stored?.binding ?? null, report.calibration)
  const saved = await session.client.call('binding.save', { versionId: version.id, binding, guesses: calibrationGuesses(stored?.binding ?? judged.binding, binding, stored?.guesses ?? judged.guesses) })
  return `Saved: ${version.modelName}@${version.number} is now recalibrated (revision ${saved.revision} of its binding). Runs made before keep theirs.`
}

/** Registers the command. */
export function registerCalibrate(program: Command): void {
  const command = program.command('calibrate').description('Fit a recalibration to a finished run’s probabilities and show what it does to rows that did not help to fit it.')
    .argument('<run>', 'a run id or name@version (its newest run)')
    .addOption(new Option('--method <method>', 'temperature scaling, or an isotonic fit for two classes').choices(CalibrationMethod.options).default('temperature'))
    .option('--save', 'save it into the version’s binding; earlier runs keep theirs')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const found = await run(session, text)
      const report = await session.job('run.calibrate', { runId: found.id, method: options.method })
      const saved = options.save === true ? await save(session, found, report) : null
      session.print(report, () => sections(describe(report), saved === null ? null : paragraph(saved)))
      if (saved !== null && session.json) session.advise(saved)
    }))
  withExample(command, 'slipway calibrate income@2 --method isotonic --save')
}
