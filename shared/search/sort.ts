// In which order found versions come: by a field or a metric, best or newest first; a minus before it turns the order around.
import { SlipwayError } from '../errors.ts'
import { metricDirection } from '../metrics/catalogue.ts'
import { nearestWords } from '../nearest-names.ts'
import { findMetric } from './metric-names.ts'

export const sortedFields = ['created', 'evaluated', 'name', 'version', 'size', 'opset'] as const
export type SortedField = (typeof sortedFields)[number]

export type SearchOrder =
  | { readonly by: 'field'; readonly field: SortedField; readonly descending: boolean }
  | { readonly by: 'metric'; readonly metrics: readonly string[]; readonly descending: boolean }

/** `auc`: the best first; `created`: the newest first; `name`: by the alphabet; '' is `created`. Errors: `search.sortUnknown`. */
export function parseOrder(text: string): SearchOrder {
  const trimmed = text.trim()
  const turned = /^[-−]/.test(trimmed)
  const name = trimmed.replace(/^[-−]\s*/, '')
  if (name === '') return { by: 'field', field: 'created', descending: !turned }
  const field = sortedFields.find((f) => f === name.toLowerCase())
  if (field !== undefined) return { by: 'field', field, descending: (field !== 'name') !== turned }
  const found = findMetric(name)
  if (found.kind === 'several') throw new SlipwayError('input.ambiguous', { what: 'metric', id: name, matches: found.names.join(', ') })
  if (found.kind === 'unknown') throw new SlipwayError('search.sortUnknown', { by: name, near: nearestWords(name, [...sortedFields, ...found.near]) })
  return { by: 'metric', metrics: found.metrics, descending: (metricDirection(found.metrics[0] ?? '') !== 'lower-is-better') !== turned }
}
