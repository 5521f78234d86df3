// The shadow's counts in Prometheus' text format, behind the observers' own exposition. Owns the names of these metrics.
import type { ShadowCounts } from './shadow.ts'

/** Lines to append to an exposition that ends with a line end. */
export const shadowExposition = ({ agreed, differed, failed }: ShadowCounts): string => [
  '# HELP model_shadow_compared_rows_total Rows that the shadow answered too, by whether its answer was the same.',
  '# TYPE model_shadow_compared_rows_total counter',
  `model_shadow_compared_rows_total{result="same"} ${agreed}`,
  `model_shadow_compared_rows_total{result="different"} ${differed}`,
  '# HELP model_shadow_failed_requests_total Requests that the shadow could not answer.',
  '# TYPE model_shadow_failed_requests_total counter',
  `model_shadow_failed_requests_total ${failed}`,
  '',
].join('\n')
