// What a parity report comes to, in a word and in a sentence, and how many calls a percentile needs. Owns the judgement; refuses to call a
// device equal that ran nothing.
import { deviceLine, deviceWord } from './device-names.ts'
import type { BatchSpeed, DevicePlacement, OutputParity, ParityReport, ParityVerdict } from './domain/device-report.ts'
import { formatCount, formatNumber, formatPlural, formatRate } from './format.ts'

/**
 * Two devices add up in different orders, so float32 answers differ in the last digits: a value is close when it is within
 * 0.00001 + 0.0001 of its size. A choice: some ten times what was seen between processors and graphics devices.
 */
export const parityTolerance = { absolute: 1e-5, relative: 1e-4 } as const

type Judged = Pick<ParityReport, 'outputs' | 'decisions'> & { readonly placement: DevicePlacement }

/** A flipped decision weighs more than a distance; a device that ran no node is not judged at all. */
export function parityVerdict(r: Judged): ParityVerdict {
  if (r.placement.providerUsed !== r.placement.providerAsked) return 'not-run-there'
  if ((r.decisions?.flipped ?? 0) > 0) return 'flipped'
  if (r.outputs.some((o) => o.outside > 0 || o.unlike > 0)) return 'apart'
  return r.outputs.every((o) => o.unequal === 0) ? 'identical' : 'close'
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const widest = (outputs: readonly OutputParity[]): number => outputs.reduce((most, o) => Math.max(most, o.largest ?? 0), 0)

/** Every operator of ONNX-ML (the specification's list for ai.onnx.ml). The runtime has kernels for them on the processor alone. */
const processorAlone: ReadonlySet<string> = new Set([
  'ArrayFeatureExtractor', 'Binarizer', 'CastMap', 'CategoryMapper', 'DictVectorizer', 'FeatureVectorizer', 'Imputer', 'LabelEncoder', 'LinearClassifier', 'LinearRegressor',
  'Normalizer', 'OneHotEncoder', 'SVMClassifier', 'SVMRegressor', 'Scaler', 'TreeEnsemble', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'ZipMap',
])

/** Why no node ran there, and what to do about it; empty where nothing is known. */
function whyNotThere(fellBack: NonNullable<DevicePlacement['fellBack']>): string {
  const operators = [...new Set(fellBack.map((f) => f.operator))].filter((operator) => processorAlone.has(operator))
  if (operators.length === 0) return ''
  const [what, verb] = operators.length === 1 ? ['The operator', 'exists'] : ['The operators', 'exist']
  return ` ${what} ${operators.join(' and ')} (ai.onnx.ml) ${verb} for the processor alone; exported with plain operators, such as MatMul, Add and Softmax, a linear model or a network runs there.`
}

/** The verdict as a sentence for whoever has to decide about the device. */
export function paritySentence(r: ParityReport): string {
  const [device, against] = [capital(deviceWord(r.options.device)), deviceWord(r.options.against)]
  const rows = formatPlural(r.rows, 'row')
  const decided = r.decisions === null ? '' : ' and every decision is the same'
  switch (r.verdict) {
    case 'not-run-there': return `Nothing was compared: no node of this model ran on ${deviceWord(r.options.device)}.${whyNotThere(r.placement.fellBack ?? [])}`
    case 'identical': return `${device} answers exactly as ${against} does: all values of ${rows} are the same.`
    case 'close': return `${device} answers as ${against} does: over ${rows} the largest difference is ${formatNumber(widest(r.outputs))}, within the tolerance,${decided === '' ? '' : decided}.`.replace(',.', '.')
    case 'apart': return `${device} answers otherwise than ${against}: ${formatPlural(r.outputs.reduce((sum, o) => sum + o.outside + o.unlike, 0), 'value')} beyond the tolerance in ${rows}, the largest difference is ${formatNumber(widest(r.outputs))}${r.decisions === null ? '' : '; no decision flipped'}.`
    case 'flipped': return `${device} decides otherwise than ${against} in ${formatCount(r.decisions?.flipped ?? 0)} of ${rows}; the largest difference of a value is ${formatNumber(widest(r.outputs))}.`
  }
}

/** Which of the two is faster, and by how much. */
export function paritySpeedSentence({ options, speeds, verdict }: Pick<ParityReport, 'options' | 'speeds' | 'verdict'>): string {
  const { device, against } = speeds
  if (device.rowsPerSecond === null || against.rowsPerSecond === null) return 'Speed is not available: no full batch was left after the first call.'
  const ratio = device.rowsPerSecond / against.rowsPerSecond
  const pair = `${formatRate(device.rowsPerSecond)} rows/s on ${deviceWord(options.device)}, ${formatRate(against.rowsPerSecond)} on ${deviceWord(options.against)}`
  if (verdict === 'not-run-there') return `${pair}, both of them in truth on the CPU.`
  return ratio > 0.95 && ratio < 1.05 ? `${pair}: about the same.` : ratio >= 1 ? `${pair}: ${ratio.toFixed(1)} times as fast.` : `${pair}: ${(1 / ratio).toFixed(1)} times slower.`
}

/** The first line of both reports. */
export const placementLine = (placement: DevicePlacement): string => deviceLine(placement)

/** The percentiles, and the calls that each needs so that one call of them lies beyond it. */
export const percentiles = [['p50', 0.5, 2], ['p95', 0.95, 20], ['p99', 0.99, 100], ['p999', 0.999, 1000]] as const
export const percentileNames: Readonly<Record<(typeof percentiles)[number][0], string>> = { p50: 'p50', p95: 'p95', p99: 'p99', p999: 'p99.9' }

/**
 * The nearest-rank percentile of sorted times: the smallest one that at least the share `p` of them does not exceed; null when fewer than
 * `needed` are there. (R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, definition 1.)
 */
export function percentileOf(sorted: Float64Array, p: number, needed: number): number | null {
  return sorted.length < needed ? null : sorted[Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1)]!
}

/** Why a row of the table has holes; empty when it has none. */
export function missingPercentiles(batches: readonly BatchSpeed[]): string {
  const short = percentiles.filter(([key]) => batches.some((b) => b[key] === null))
  return short.length === 0 ? '' : `Not available where too few calls were made: ${short.map(([key, , calls]) => `${percentileNames[key]} needs ${formatCount(calls)}`).join(', ')}. More seconds give more calls.`
}
