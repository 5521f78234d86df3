// Guesses by their names which columns of a log are what. Every guess is shown before it is used; nothing is guessed from values.
import type { LogMapping } from '../../../../shared/domain/log-batch.ts'

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '')

const names: Readonly<Partial<Record<keyof LogMapping, readonly string[]>>> = {
  requestId: ['request_id', 'requestid', 'req_id', 'prediction_id', 'inference_id', 'event_id', 'correlation_id', 'trace_id', 'uuid', 'id'],
  row: ['row', 'row_index', 'batch_index'],
  time: ['time', 'timestamp', 'ts', 'event_time', 'request_time', 'created_at', 'datetime', 'occurrence_time', 'occurrencetime', 'date'],
  version: ['model_version', 'version', 'version_number'],
  arm: ['arm', 'variant', 'experiment_arm'], unit: ['unit_hash', 'unit', 'customer_hash', 'user_hash'],
  latency: ['latency_ms', 'latency', 'duration_ms', 'duration', 'response_time_ms', 'elapsed_ms'],
  status: ['status', 'status_code', 'http_status', 'outcome', 'response_code'],
  label: ['predicted', 'prediction', 'predicted_label', 'predicted_class', 'label_predicted', 'output_label', 'class', 'answer'],
  score: ['score', 'probability', 'predicted_probability', 'proba', 'confidence'],
  value: ['predicted_value', 'output', 'prediction_value'],
  truth: ['truth', 'target', 'ground_truth', 'actual', 'true_label', 'y_true'],
  requestBody: ['request', 'request_body', 'request_payload', 'input', 'payload'], responseBody: ['response', 'response_body', 'response_payload', 'output', 'body'],
}

const units = [['_ns', 'ns'], ['_us', 'us'], ['_ms', 'ms'], ['_s', 's'], ['_seconds', 's']] as const

function find(columns: readonly string[], wanted: readonly string[], taken: ReadonlySet<string>): string | undefined {
  for (const name of wanted) {
    const found = columns.find((c) => !taken.has(c) && (plain(c) === name || plain(c.split('.').at(-1) ?? c) === name))
    if (found !== undefined) return found
  }
  return undefined
}

/** What a mapping can be told from names. `features` and `classes`: of the version. `bodies`: request and response are looked for instead of answers. */
export function guessMapping(columns: readonly string[], of: { readonly features: readonly string[]; readonly classes: readonly string[]; readonly regression: boolean }, bodies: boolean): LogMapping {
  const mapping: Record<string, unknown> = { timeUnit: 'auto', latencyUnit: 'ms', bodyEncoding: 'auto' }
  const taken = new Set<string>()
  const features: Record<string, string> = {}
  for (const feature of of.features) {
    const found = columns.find((c) => c === feature) ?? columns.find((c) => c.split('.').at(-1) === feature)
    if (found !== undefined && !bodies) { features[feature] = found; taken.add(found) }
  }
  const keys = (Object.keys(names) as (keyof LogMapping)[]).filter((key) => (key === 'requestBody' || key === 'responseBody' ? bodies : !bodies || !['label', 'score', 'value', 'truth', 'version'].includes(key)))
  for (const key of keys) {
    // One number a row is the answer of a regression, whatever its column is called.
    const wanted = key === 'value' && of.regression ? [...names.value!, ...names.label!] : names[key]!
    if (key === 'label' && of.regression) continue
    if (key === 'value' && !of.regression) continue
    const found = find(columns, wanted, taken)
    if (found === undefined) continue
    mapping[key] = found
    taken.add(found)
  }
  if (typeof mapping['latency'] === 'string') { const end = plain(mapping['latency']); mapping['latencyUnit'] = units.find(([suffix]) => end.endsWith(suffix))?.[1] ?? 'ms' }
  if (Object.keys(features).length > 0) mapping['features'] = features
  const scores = Object.fromEntries(of.classes.flatMap((label) => { const found = columns.find((c) => !taken.has(c) && [`p_${plain(label)}`, `prob_${plain(label)}`, `score_${plain(label)}`, `proba_${plain(label)}`].includes(plain(c))); return found === undefined ? [] : [[label, found]] }))
  if (of.classes.length > 0 && Object.keys(scores).length === of.classes.length) mapping['scores'] = scores
  return mapping as LogMapping
}

/** What must be said before files with bodies, or without, can be read. */
export function missingOf(mapping: LogMapping, bodies: boolean): readonly string[] {
  if (bodies) return [...(mapping.requestBody === undefined ? ['requestBody'] : []), ...(mapping.responseBody === undefined ? ['responseBody'] : [])]
  return mapping.label === undefined && mapping.score === undefined && mapping.value === undefined && mapping.scores === undefined && mapping.features === undefined ? ['label'] : []
}
