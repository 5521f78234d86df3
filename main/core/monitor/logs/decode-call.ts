// Payloads of one call as rows: inputs as bins (and values, where they may be kept), the answer as the evaluation reads it.
// Open Inference Protocol v2 in JSON, and the older form of instances and predictions. Refuses payloads that do not fit the version.
import type { ReadingPlan } from './reading-plan.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'
import { createRowCoder } from '../../serve/watch/live-codes.ts'
import { answerReader, type Answers } from '../../serve/watch/live-answers.ts'
import { isMap, type Loose } from './raw-records.ts'
import type { RejectReason } from './reject-words.ts'
import type { StageRow } from './row-stage.ts'
import type { LogLayout } from '../../../../shared/domain/log-batch.ts'

type Value = PlainTensor['data'][number]

function flatten(value: unknown, into: Value[], depth = 0): void {
  if (Array.isArray(value)) { if (depth > 32) throw new Error('too deep'); for (const one of value) flatten(one, into, depth + 1); return }
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') { into.push(value); return }
  throw new Error('no value')
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...(value.length === 0 ? [] : shapeOf(value[0]))] : []
}

function tensorOf(name: string, datatype: string, data: unknown, shape?: unknown): PlainTensor {
  const flat: Value[] = []
  flatten(data, flat)
  const dims = Array.isArray(shape) && shape.every((d) => Number.isSafeInteger(d) && Number(d) >= 0) ? (shape as number[]) : shapeOf(data)
  if (dims.reduce((product, d) => product * d, 1) !== flat.length) throw new Error('shape')
  return { name, datatype, shape: dims, data: flat }
}

function protocolTensors(list: unknown, types: Readonly<Record<string, string>>): PlainTensor[] {
  if (!Array.isArray(list)) throw new Error('no list')
  return list.map((one: unknown) => {
    if (!isMap(one) || typeof one['name'] !== 'string' || one['data'] === undefined) throw new Error('no tensor')
    return tensorOf(one['name'], typeof one['datatype'] === 'string' ? one['datatype'] : types[one['name']] ?? 'FP32', one['data'], one['shape'])
  })
}

/** Rows of the older form: values, lists, or objects by tensor. `names`: the tensors that rows without names are of. */
function rowTensors(rows: unknown, types: Readonly<Record<string, string>>, names: readonly string[]): PlainTensor[] {
  if (!Array.isArray(rows) || rows.length === 0) throw new Error('no rows')
  if (!rows.every(isMap)) { const name = names[0]; if (name === undefined) throw new Error('no name'); return [tensorOf(name, types[name] ?? 'FP32', rows)] }
  return Object.keys(rows[0] as Loose).map((name) => tensorOf(name, types[name] ?? 'FP32', rows.map((r) => (r as Loose)[name])))
}

function rowsOf(tensors: readonly PlainTensor[]): number {
  const counts = new Set(tensors.map((t) => t.shape[0] ?? 1))
  if (counts.size !== 1) throw new Error('rows differ')
  return [...counts][0]!
}

export interface CallDecoder {
  /** The rows of a call, without their common fields; a text is the reason why it cannot be read. */
  decode(request: string, response: string): { readonly rows: readonly StageRow[]; readonly outcome: 'ok' | 'failed'; readonly error: string | null } | RejectReason
}

interface Tools { readonly plan: ReadingPlan; readonly layout: LogLayout; readonly inputNames: readonly string[]; readonly outputNames: readonly string[]; readonly reader: ReturnType<typeof answerReader>; readonly coder: ReturnType<typeof createRowCoder> }

function parseMap(text: string): Loose | null {
  try { const value: unknown = JSON.parse(text); return isMap(value) ? value : null } catch { return null }
}

function answerCells(answers: Answers | null, tools: Tools, r: number): StageRow {
  if (answers === null) return {}
  const { classes, scores, probabilities } = answers
  const { labels } = tools.reader!
  const cells: Record<string, string | number | null> = {}
  if (classes !== null) { cells['label'] = classes[r]! < 0 ? null : labels[classes[r]!]!; cells['score'] = scores?.[r] ?? null } else cells['value'] = scores?.[r] ?? null
  if (probabilities !== null && tools.layout.scores === labels.length) for (let c = 0; c < labels.length; c++) cells[`s${c}`] = probabilities[r * labels.length + c]!
  return cells
}

function inputCells(tools: Tools, inputs: readonly PlainTensor[], codes: Int16Array, r: number, rows: number): StageRow {
  const cells: Record<string, string | number | null> = {}
  const { features } = tools.coder
  for (const f of tools.layout.features) {
    const at = features.findIndex((k) => k.feature === f.feature)
    if (at < 0) continue
    if (f.bins !== null) cells[f.bins] = codes[r * features.length + at]!
    if (f.raw === null) continue
    const tensor = inputs.find((t) => t.name === features[at]!.input)
    const value = tensor === undefined ? null : tensor.data[r * (tensor.data.length / rows) + features[at]!.place] ?? null
    cells[f.raw] = f.kind === 'number' ? (value === null ? null : Number(value)) : value === null ? null : String(value)
  }
  return cells
}

function readRequest(tools: Tools, body: Loose): readonly PlainTensor[] {
  const { plan, inputNames } = tools
  return body['inputs'] !== undefined && Array.isArray(body['inputs']) && isMap(body['inputs'][0]) && 'name' in body['inputs'][0] ? protocolTensors(body['inputs'], plan.inputTypes) : rowTensors(body['instances'], plan.inputTypes, inputNames)
}

function readResponse(tools: Tools, body: Loose): readonly PlainTensor[] {
  const { plan, outputNames } = tools
  return Array.isArray(body['outputs']) ? protocolTensors(body['outputs'], plan.outputTypes) : rowTensors(body['predictions'], plan.outputTypes, outputNames)
}

const attempt = <T>(work: () => T): T | null => { try { return work() } catch { return null } }

/** A decoder for one version. The plan must have a binding. */
export function createDecoder(plan: ReadingPlan, layout: LogLayout): CallDecoder {
  const binding = plan.binding!
  const tools: Tools = {
    plan, layout, inputNames: binding.inputs.map((i) => i.input), outputNames: binding.outputs.filter((o) => o.role !== 'ignored').map((o) => o.output), reader: answerReader(binding), coder: createRowCoder(plan.reference?.features ?? []),
  }
  const known = new Set(tools.inputNames)
  return {
    decode(request, response) {
      const [asked, answered] = [parseMap(request), parseMap(response)]
      const inputs = asked === null ? null : attempt(() => readRequest(tools, asked))
      if (inputs === null || !inputs.some((t) => known.has(t.name))) return 'request-payload'
      const rows = attempt(() => rowsOf(inputs.filter((t) => known.has(t.name))))
      if (rows === null || rows < 1) return 'request-payload'
      if (answered === null) return 'response-payload'
      const error = answered['error'] ?? answered['detail']
      const failed = error !== undefined && answered['outputs'] === undefined && answered['predictions'] === undefined
      const outputs = failed ? [] : attempt(() => readResponse(tools, answered))
      if (outputs === null) return 'response-payload'
      if (!failed && outputs.some((t) => (t.shape[0] ?? 1) !== rows)) return 'rows-differ'
      const answers = failed || tools.reader === null ? null : attempt(() => tools.reader!.read(outputs, rows))
      if (!failed && tools.reader !== null && (answers === null || (answers.classes === null && answers.scores === null))) return 'response-payload'
      const codes = new Int16Array(rows * tools.coder.features.length)
      tools.coder.code(inputs, rows, 0, codes)
      return {
        outcome: failed ? 'failed' : 'ok', error: failed ? String(typeof error === 'string' ? error : JSON.stringify(error)).slice(0, 200) : null,
        rows: Array.from({ length: rows }, (_, r) => ({ row: r, ...inputCells(tools, inputs, codes, r, rows), ...answerCells(answers, tools, r) })),
      }
    },
  }
}
