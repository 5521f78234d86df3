// Before and after a recalibration in one chart. Pure: no colours, no sizes, no drawing.
import type { ChartDescription, ChartSeries } from '../charts/description.ts'
import type { CalibrationReport } from '../domain/calibration.ts'
import type { Curve } from '../domain/run.ts'
import { metricText } from '../metrics/metric-text.ts'

function lineOf(name: string, curve: Curve): ChartSeries {
  const bins = curve.kind === 'calibration' ? curve.bins : []
  return { name, look: 'line', marks: true, points: bins.flatMap((b): (readonly [number, number])[] => (b.accuracy === null || b.confidence === null ? [] : [[b.confidence, b.accuracy]])) }
}

const errorOf = (curve: Curve): string => metricText('ece_10', curve.kind === 'calibration' ? curve.expectedCalibrationError : null)

/** Share that is right, or positive, against stated probability: the nearer to the diagonal the better. */
export function calibrationChange({ before, after }: Pick<CalibrationReport, 'before' | 'after'>): ChartDescription {
  const positive = before.curve.kind === 'calibration' && before.curve.name.startsWith('positive')
  return {
    title: 'Calibration before and after', square: true,
    summary: `On the diagonal stated probabilities come true as often as they say. Expected error ${errorOf(before.curve)} before, ${errorOf(after.curve)} after.`,
    x: { name: positive ? 'Mean probability of the positive class' : 'Mean confidence', min: 0, max: 1 }, y: { name: positive ? 'Share positive' : 'Share right', min: 0, max: 1 },
    series: [lineOf('Before', before.curve), lineOf('After', after.curve), { name: 'Perfect', look: 'guide', points: [[0, 0], [1, 1]] }],
  }
}
