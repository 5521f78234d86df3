// Metric names as people type them: ids of the catalogue, short names, unambiguous beginnings. Refuses to choose between several.
import { metricCatalogue, metricFamily } from '../metrics/catalogue.ts'
import { nearestNames } from '../nearest-names.ts'

/** A short name means the main metric of each kind of task: the first one of the list that a run has. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  auc: ['roc_auc', 'roc_auc.ovr_macro'],
  f1: ['binary.f1', 'macro.f1', 'detection.f1'],
  precision: ['binary.precision', 'macro.precision', 'detection.precision'],
  recall: ['binary.recall', 'macro.recall', 'detection.recall'],
  specificity: ['binary.specificity'],
  ap: ['average_precision', 'average_precision.macro'],
  jaccard: ['binary.jaccard', 'jaccard_samples'],
  mcc: ['matthews_corrcoef'], kappa: ['cohen_kappa'], ece: ['ece_10'], ks: ['ks_statistic'],
  map: ['map50_95'], iou: ['mean_iou', 'detection.mean_iou'], dice: ['mean_dice'],
  bias: ['mean_error_bias'], rows: ['n'],
}

const ofClasses = new Set(['Per class', 'Masks per class', 'Boxes per class'])
/** Ids that a run has for all of its rows; those of single classes are none that a version could be found by. */
export const searchedMetrics: readonly string[] = metricCatalogue.map((m) => m.id).filter((id) => !ofClasses.has(metricFamily(id)))

const known = new Set(searchedMetrics)
const plain = (name: string): string => name.toLowerCase().replace(/[\s_.\-]+/g, '')
const byPlain = new Map([...searchedMetrics.map((id) => [plain(id), [id]] as const), ...Object.entries(shortNames).map(([name, ids]) => [name, ids] as const)])

/** Short names with what they stand for, for completion and help. */
export const shortMetricNames: readonly { readonly name: string; readonly metrics: readonly string[] }[] = Object.entries(shortNames).map(([name, metrics]) => ({ name, metrics }))

export type MetricFound =
  | { readonly kind: 'found'; readonly metrics: readonly string[] }
  | { readonly kind: 'several'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly near: readonly string[] }

/** What a typed name means: ids in order of preference, several metrics that it could be, or nothing, with names that are near. */
export function findMetric(typed: string): MetricFound {
  if (known.has(typed)) return { kind: 'found', metrics: [typed] }
  const wanted = plain(typed)
  const same = byPlain.get(wanted)
  if (same !== undefined) return { kind: 'found', metrics: same }
  const begun = wanted.length < 2 ? [] : searchedMetrics.filter((id) => plain(id).startsWith(wanted))
  if (begun.length === 1) return { kind: 'found', metrics: begun }
  if (begun.length > 1) return { kind: 'several', names: begun.slice(0, 6) }
  return { kind: 'unknown', near: nearestNames(typed, [...Object.keys(shortNames), ...searchedMetrics]) }
}
