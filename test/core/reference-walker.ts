// Walks every leaf of a reference's `metrics` and finds the number that an evaluation gave for it.
// Refuses to skip: a leaf without a counterpart is a failure, so a new kind of reference number cannot go unchecked.
import type { Curve, EvaluationResult, MetricValue } from '../../shared/domain/run.ts'
import { pointOverlap } from '../../shared/metrics/detection-point.ts'
import type { Binding } from '../../shared/domain/binding.ts'

export type Leaf = number | string | boolean | null
export interface WalkedLeaf { readonly path: readonly (string | number)[]; readonly expected: Leaf }

/** Every leaf of a JSON value with its path; array elements by index. */
export function leaves(value: unknown, path: readonly (string | number)[] = []): WalkedLeaf[] {
  if (Array.isArray(value)) return value.flatMap((v: unknown, i) => leaves(v, [...path, i]))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([k, v]) => leaves(v, [...path, k]))
  return [{ path, expected: value as Leaf }]
}

type Produced = Pick<EvaluationResult, 'metrics' | 'curves'>
type CurveOf<K extends Curve['kind']> = Extract<Curve, { kind: K }>

function curve<K extends Curve['kind']>(result: Produced, kind: K, fits: (c: CurveOf<K>) => boolean = () => true): CurveOf<K> | undefined {
  return result.curves.find((c): c is CurveOf<K> => c.kind === kind && fits(c as CurveOf<K>))
}

const metric = (result: Produced, name: string, slice = ''): MetricValue | undefined => result.metrics.find((m) => m.metric === name && m.slice === slice)

const binKeys = { lo: 'low', hi: 'high', count: 'count', accuracy: 'accuracy', mean_confidence: 'confidence' } as const

function calibration(result: Produced, path: readonly (string | number)[]): Leaf | undefined {
  const [, name, key, index, field] = path
  const found = curve(result, 'calibration', (c) => c.name === name)
  if (key === 'ece') return found?.expectedCalibrationError
  if (key === 'mce') return found?.maximumCalibrationError
  if (key === 'n_bins') return found?.bins.length
  return key === 'bins' && typeof index === 'number' ? found?.bins[index]?.[binKeys[field as keyof typeof binKeys]] : undefined
}

/** The operating point of a detector: its score stands in the binding; its overlap is 0.5 by definition of the metrics. */
function operatingPoint(result: Produced, binding: Pick<Binding, 'decision'>, name: string): Leaf | undefined {
  if (name === 'score') return binding.decision.kind === 'threshold' ? binding.decision.threshold : undefined
  return name === 'iou' ? pointOverlap : metric(result, `detection.${name === 'mean_iou_of_matches' ? 'mean_iou' : name}`)?.value
}

/** What the evaluation says at this place of the reference; undefined when it says nothing. */
export function producedLeaf(result: Produced, binding: Pick<Binding, 'positiveClass' | 'decision'>, path: readonly (string | number)[]): Leaf | undefined {
  const [head, second, third] = path
  if (head === 'calibration') return calibration(result, path)
  if (head === 'confusion_matrix') return curve(result, 'confusion')?.counts[second as number]?.[third as number]
  if (head === 'threshold_table') return curve(result, 'thresholds')?.rows[second as number]?.[third as 'f1']
  if (head === 'accuracy_wilson_95') return metric(result, 'accuracy')?.[second === 0 ? 'low' : 'high']
  if (head === 'binary' && second === 'positive_class') return binding.positiveClass
  if (head === 'operating_point') return operatingPoint(result, binding, String(second))
  if (head === 'iou' || head === 'dice') return metric(result, head, `class:${String(second)}`)?.value
  if (head === 'per_label') return metric(result, third === 'confusion' ? `binary.${String(path[3])}` : String(third), `class:${String(second)}`)?.value
  if (head === 'per_class') return metric(result, String(third), `class:${String(second)}`)?.value
  if (second === 'per_class') return metric(result, String(head), `class:${String(third)}`)?.value
  return metric(result, path.join('.'))?.value
}

const exact = /^(n|accuracy|label_equals_argmax|confusion_matrix\..*|binary\.(tp|tn|fp|fn)|per_class\..*\.(support|predicted)|n_labels|n_images|n_pixels|n_truth|n_detections|per_class\..*\.n_truth|operating_point\.(score|iou|tp|fp|fn)|threshold|per_label\..*\.(support|accuracy|tp|tn|fp|fn)|at_threshold_.*\.threshold|calibration\..*\.(n_bins|count)|threshold_table\..*\.(tp|tn|fp|fn|threshold)|top_k\..*|ties_at_top_k_boundary\..*)$/

export const isExactPath = (path: readonly (string | number)[]): boolean => exact.test(path.join('.'))

/** Why a produced value does not agree with the reference; null when it does. Tolerance is absolute, relative above 1. */
export function disagreement(leaf: WalkedLeaf, got: Leaf | undefined, tolerance: number): string | null {
  const place = leaf.path.join('.')
  if (got === undefined) return `${place}: expected ${leaf.expected}, but the evaluation has nothing there`
  const expected = typeof leaf.expected === 'boolean' ? Number(leaf.expected) : leaf.expected
  if (typeof expected !== 'number' || typeof got !== 'number') return expected === got ? null : `${place}: expected ${expected}, got ${got}`
  const allowed = isExactPath(leaf.path) ? 0 : tolerance * Math.max(1, Math.abs(expected))
  return Math.abs(expected - got) <= allowed ? null : `${place}: expected ${expected}, got ${got}`
}

/** How far two numbers are apart, relative above 1; infinite when one of them is missing, 0 for equal texts. */
export function difference(leaf: WalkedLeaf, got: Leaf | undefined): number {
  const expected = typeof leaf.expected === 'boolean' ? Number(leaf.expected) : leaf.expected
  if (typeof expected === 'number' && typeof got === 'number') return Math.abs(expected - got) / Math.max(1, Math.abs(expected))
  return expected === got ? 0 : Infinity
}
