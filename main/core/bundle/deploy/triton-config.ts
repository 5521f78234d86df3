// Triton's model configuration (config.pbtxt) with nothing left to Triton's own guesses, and the files that its warm-up reads.
// Asked only where `tritonFault` is null. Field names and numbers: test/fixtures/schemas/model_config.proto.
import type { Signature, ValueSpec } from '../../../../shared/domain/model.ts'
import { slugOf } from '../../../../shared/slug.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'
import { bindingOf, datatypeOf, servedSignature, wireShape, type BundleFacts } from '../facts.ts'
import { goldenRequests } from '../golden.ts'
import { resourcesOf } from './resources.ts'

/** A text of the format: quotes and back-slashes escaped, control characters in octal, everything else as it is (UTF-8). */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`

const tritonType = (datatype: string): string => (datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`)

/** Whether every input and output has a free first dimension, so that Triton may put callers' rows together. */
const hasBatchAxis = (signature: Signature): boolean => [...signature.inputs, ...signature.outputs].every((s) => s.shape !== null && s.shape.length > 0 && typeof s.shape[0] !== 'number')

/** Where the range of a quantisation comes from the whole batch, mixing callers' requests would change their answers. */
const rangeFromBatch = (facts: BundleFacts): boolean => facts.version.graph.operators.some((o) => o.type === 'DynamicQuantizeLinear')

const isBatched = (facts: BundleFacts): boolean => hasBatchAxis(servedSignature(facts.version)) && !rangeFromBatch(facts)

/** The size with the best throughput in the speed report, at most 256 rows; 64 where nobody measured. */
function mostRows(facts: BundleFacts): number {
  const best = facts.speed?.batches.reduce((a, b) => (b.rowsPerSecond > a.rowsPerSecond ? b : a))
  return best === undefined ? 64 : Math.min(256, Math.max(1, best.batchSize))
}

/** How long a row may wait for company: half of what one row takes, from 0.1 to 5 ms; 0.5 ms where nobody measured. */
function queueDelay(facts: BundleFacts): number {
  const { oneRowMs } = resourcesOf(facts)
  return oneRowMs === null ? 500 : Math.min(5000, Math.max(100, Math.round(oneRowMs * 5) * 100))
}

/** A value per row has no dimension of its own, which the format cannot say without a reshape. */
const dimsOf = (dims: readonly number[]): readonly number[] => (dims.length === 0 ? [1] : dims)

function tensorText(s: ValueSpec, batched: boolean, labels: boolean): string {
  const whole = wireShape(s.shape)
  const dims = batched ? whole.slice(1) : whole
  const reshape = dims.length === 0 ? ' reshape { shape: [ ] }' : ''
  return `  { name: ${quoted(s.name)} data_type: ${tritonType(datatypeOf(s.dtype))} dims: [ ${dimsOf(dims).join(', ')} ]${reshape}${labels ? ' label_filename: "labels.txt"' : ''} }`
}

interface WarmUp { readonly name: string; readonly rows: number; readonly inputs: readonly PlainTensor[] }

/** Each shape of the golden requests once; of a batched model one row, alone and, where its memory was measured, as often as a batch may hold. */
function warmUps(facts: BundleFacts): readonly WarmUp[] {
  const requests = goldenRequests(servedSignature(facts.version), bindingOf(facts).inputs, facts.dataset.columns, facts.run.options.seed)
  const shapeOf = (request: readonly PlainTensor[]): string => JSON.stringify(request.map((t) => t.shape))
  const distinct = requests.filter((r, i) => requests.findIndex((other) => shapeOf(other) === shapeOf(r)) === i)
  if (!isBatched(facts)) return distinct.map((inputs, i) => ({ name: `shape ${i + 1} of the golden requests`, rows: 1, inputs }))
  const inputs = distinct.find((r) => r.every((t) => t.shape[0] === 1)) ?? []
  if (inputs.length === 0) return []
  return [...new Set([1, facts.speed === null ? 1 : mostRows(facts)])].map((rows) => ({ name: rows === 1 ? 'one row' : `a full batch of ${rows} rows`, rows, inputs }))
}

/** Texts as Triton reads them: each with its length before it, four bytes, the smallest first. Texts of 128 bytes and more are left empty. */
const textBytes = (tensor: PlainTensor): string => tensor.data.map((value) => {
  const text = String(value)
  const length = Buffer.byteLength(text)
  return length < 128 ? `${String.fromCharCode(length)}\0\0\0${text}` : '\0\0\0\0'
}).join('')

/** The file, beside the model, with the texts of one input; one for all samples of the same values. */
const textFile = (sample: number, input: number): string => `texts-${sample + 1}-${input + 1}`

function warmUpText(warm: WarmUp, at: number, batched: boolean): string {
  const inputs = warm.inputs.map((t, i) => {
    const dims = dimsOf(batched ? t.shape.slice(1) : t.shape)
    // An empty text may be a category that the model refuses: texts come from the golden requests.
    const filled = t.datatype === 'BYTES' ? `input_data_file: ${quoted(textFile(batched ? 0 : at, i))}` : 'zero_data: true'
    return `    inputs { key: ${quoted(t.name)} value { data_type: ${tritonType(t.datatype)} dims: [ ${dims.join(', ')} ] ${filled} } }`
  })
  return ['  {', `    name: ${quoted(warm.name)}`, `    batch_size: ${warm.rows}`, ...inputs, '  }'].join('\n')
}

/** The texts that the warm-up reads: name below `warmup/` to content. Only models that take texts have any. */
export function warmUpFiles(facts: BundleFacts): readonly { readonly name: string; readonly text: string }[] {
  const samples = isBatched(facts) ? warmUps(facts).slice(0, 1) : warmUps(facts)
  return samples.flatMap((warm, at) => warm.inputs.flatMap((t, i) => (t.datatype === 'BYTES' ? [{ name: textFile(at, i), text: textBytes(t) }] : [])))
}

function batchingText(facts: BundleFacts): readonly string[] {
  if (!isBatched(facts)) {
    return [
      '',
      rangeFromBatch(facts)
        ? '# No batching: this model takes the range of its quantisation from the whole batch, so callers would change each other\'s answers.'
        : '# No batching: not every input and output has a free first dimension. The dims below are whole shapes.',
      'max_batch_size: 0',
    ]
  }
  return [
    '', `# ${facts.speed === null ? 'Nobody measured this model; 64 is a common start.' : 'The batch size with the most rows a second in the speed report (at most 256).'} The batch axis is left out of dims.`,
    `max_batch_size: ${mostRows(facts)}`,
    'dynamic_batching {',
    `  max_queue_delay_microseconds: ${queueDelay(facts)}`,
    '  # A queue with an end: what waits longer than a second or finds it full is refused at once, so that callers can turn elsewhere.',
    `  default_queue_policy { timeout_action: REJECT default_timeout_microseconds: 1000000 allow_timeout_override: true max_queue_size: ${8 * mostRows(facts)} }`,
    '}',
  ]
}

/** config.pbtxt: complete, so that `--disable-auto-complete-config` takes it and a wrong word stops the start. */
export function tritonConfig(facts: BundleFacts): string {
  const signature = servedSignature(facts.version)
  const binding = bindingOf(facts)
  const batched = isBatched(facts)
  const resources = resourcesOf(facts)
  const perClass = new Set(binding.outputs.filter((o) => ['probabilities', 'logits', 'label-probabilities', 'label-logits'].includes(o.role)).map((o) => o.output))
  const list = (values: readonly ValueSpec[]): string => values.map((s) => tensorText(s, batched, binding.classes.length > 0 && perClass.has(s.name))).join(',\n')
  const parameter = (key: string, value: number): string => `parameters { key: "${key}" value { string_value: "${value}" } }`
  const warm = warmUps(facts)
  return [
    '# Complete on purpose: start Triton with --disable-auto-complete-config, so that a wrong word here stops the start.',
    `name: ${quoted(slugOf(facts.version.modelName))}`,
    'backend: "onnxruntime"',
    'default_model_filename: "model.onnx"',
    `version_policy { specific { versions: [ ${facts.serial} ] } }`,
    ...batchingText(facts),
    '',
    `input [\n${list(signature.inputs)}\n]`,
    `output [\n${list(signature.outputs)}\n]`,
    '',
    '# One instance with as many threads as processors: two instances would only share them. Triton starts two where none is said.',
    ...resources.why.filter((line) => line.startsWith('Processors')).map((line) => `# ${line}`),
    'instance_group [ { name: "cpu" count: 1 kind: KIND_CPU } ]',
    parameter('intra_op_thread_count', resources.processors),
    parameter('inter_op_thread_count', 1),
    parameter('execution_mode', 0),
    ...(warm.length === 0 ? [] : ['', '# Asked before Triton says ready, so that no caller pays for the first run.', `model_warmup [\n${warm.map((w, i) => warmUpText(w, i, batched)).join(',\n')}\n]`]),
    '',
  ].join('\n')
}
