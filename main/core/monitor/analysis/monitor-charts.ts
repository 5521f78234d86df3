// Control charts of an analysis: drift and answers, service, quality. Owns which measures are drawn, with the error that each window's rows give.
import type { ControlChart, MonitorWindow } from '../../../../shared/domain/monitor.ts'
import { formatDuration, formatRate, formatShare } from '../../../../shared/format.ts'
import { describeMetric, metricName } from '../../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../../shared/metrics/metric-text.ts'
import { controlChart, type ChartPoint } from '../../../../shared/monitor/control-chart.ts'
import { normalQuantile975 } from '../../../../shared/statistics/wilson.ts'

type Chart = ControlChart | null
const present = (charts: readonly Chart[]): ControlChart[] => charts.filter((c): c is ControlChart => c !== null)

const points = (windows: readonly MonitorWindow[], value: (w: MonitorWindow, i: number) => number | null, error: (w: MonitorWindow, i: number) => number | null = () => null): ChartPoint[] =>
  windows.map((w, i) => ({ at: w.from, value: value(w, i), error: error(w, i) }))

const shareError = (p: number | null, rows: number): number | null => (p === null || rows === 0 ? null : Math.sqrt((p * (1 - p)) / rows))

export function serviceCharts(windows: readonly MonitorWindow[], confidenceErrors: readonly (number | null)[]): ControlChart[] {
  return present([
    controlChart({ measure: 'latency_p95', name: 'Response time, 95th percentile', points: points(windows, (w) => w.service.latency?.p95 ?? null), least: 0, write: (ms) => formatDuration(ms) }),
    controlChart({ measure: 'error_share', name: 'Share of failed rows', points: points(windows, (w) => w.service.errorShare, (w) => shareError(w.service.errorShare, w.rows)), least: 0, most: 1, write: formatShare }),
    controlChart({ measure: 'rows_per_second', name: 'Load', points: points(windows, (w) => w.service.perSecond), least: 0, write: formatRate }),
    controlChart({ measure: 'confidence', name: 'Mean confidence', points: points(windows, (w) => w.confidence, (_, i) => confidenceErrors[i] ?? null), least: 0, most: 1, write: (x) => x.toFixed(4) }),
  ])
}

const psiText = (x: number): string => `PSI ${x.toFixed(3)}`

/** Of one column: its PSI, window by window. */
export const columnChart = (column: string, windows: readonly { readonly from: number; readonly psi: number | null }[]): Chart =>
  controlChart({ measure: `psi:${column}`, name: `Drift of ${column}`, points: windows.map((w) => ({ at: w.from, value: w.psi, error: null })), least: 0, write: psiText })

export const answersChart = (windows: readonly MonitorWindow[]): Chart =>
  controlChart({ measure: 'answers', name: 'Drift of the answers', points: points(windows, (w) => w.answers.score ?? w.answers.class), least: 0, write: psiText })

/** One chart for each metric that windows have. The error is what the interval says. */
export function qualityCharts(metrics: readonly string[], windows: readonly MonitorWindow[]): ControlChart[] {
  return present(metrics.map((metric) => {
    const of = (w: MonitorWindow): MonitorWindow['quality'][number] | undefined => w.quality.find((m) => m.metric === metric)
    const share = describeMetric(metric)?.format === 'share'
    return controlChart({
      measure: metric, name: metricName(metric), ...(share ? { least: 0, most: 1 } : {}), write: (x) => metricText(metric, x),
      points: points(windows, (w) => of(w)?.value ?? null, (w) => { const m = of(w); return m?.low == null || m.high == null ? null : (m.high - m.low) / (2 * normalQuantile975) }),
    })
  }))
}
