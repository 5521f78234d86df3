// Why a number stands without an interval, in a sentence, so that nothing without one looks as if it were exact.
// Owns these words; refuses to speak where there is an interval, or where there is no value and its own reason is given.
import type { MetricValue } from '../domain/run.ts'

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^(n|n_\w+|support|predicted|ignored_pixels|pixels_outside_classes|class_pixels|predicted_pixels|(binary|detection)\.(tp|fp|fn|tn)|ties_at_top_k_boundary\..*)$/, 'It counts what there was and estimates nothing, so it has no interval.'],
  [/(^|\.)threshold$/, 'It was set and not measured, so it has no interval.'],
  [/^(max_error|(residual|abs_error|predicted)_quantiles\.(0|1))$/, 'A single extreme row decides it, and rows drawn again can never go beyond it, so no interval is sound.'],
  [/^(residual|abs_error|predicted)_quantiles\./, 'There are too few rows beyond this share for an interval of order statistics.'],
  [/^(ece_|calibration\.)/, 'Chance alone raises it, also for a perfectly calibrated model, and most where it is small: rows drawn again lie above it, so that the usual intervals miss the truth. The reliability diagram shows how sure each bin is.'],
  [/^(voc_|average_recall)/, 'No interval is computed for it: it is given for comparison with other tools. The mean average precision beside it has one.'],
]

function whyNone({ metric, slice, n }: MetricValue): string {
  if (n < 2) return 'One row alone cannot say how much it would vary.'
  const found = sentences.find(([pattern]) => pattern.test(metric))
  if (found !== undefined) return found[1]
  if (slice.startsWith('size:')) return 'No interval is computed for boxes of one size; that of all boxes has one.'
  if (/^(map|ap)\d/.test(metric)) return 'There are too few pictures, or too many boxes to draw them again often enough.'
  return 'No interval is computed for it: the rows are too few or do not vary, or no sound formula is known.'
}

/** The metrics, each without an interval with its reason. */
export const withIntervalReasons = (metrics: readonly MetricValue[]): MetricValue[] =>
  metrics.map((m) => (m.value === null || m.reason !== null || (m.low !== null && m.high !== null) ? m : { ...m, reason: whyNone(m) }))
