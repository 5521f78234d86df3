// From records with column names to predictions, by the binding and with the evaluation's own code for feeding, row policy and reading.
// Owns the runs that a list of records takes; refuses models that take pictures.
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { ServingDocument } from '../bundle/serving-file.ts'
import type { ColumnChunk } from '../datasets/rows.ts'
import { createFeedBuffer, planFeeds, type CellStates, type FedColumn, type FeedPlan } from '../engine/evaluate-feeds.ts'
import { createRowJudge, RowLedger } from '../engine/evaluate-rows.ts'
import type { DenseTensor, TensorValues } from '../engine/session.ts'
import type { Answered, ServedArm } from './arm.ts'
import type { ModelContract } from './contract.ts'
import type { JobTiming } from './job.ts'
import { columnsOf, type JsonRecord } from './record-columns.ts'
import { RequestFault } from './request-fault.ts'
import { answerReader, type AnswerReader, type RowAnswer } from './row-answers.ts'
import { ServedTensor } from './served-tensor.ts'

/** What became of cells that were no good but did not cost their row. */
export interface Replaced { readonly column: string; readonly reason: string; readonly count: number }

export interface Predicted {
  readonly predictions: readonly RowAnswer[]
  readonly replaced: readonly Replaced[]
  /** The rows that were run, their tensors, the asked outputs and what came out. */
  readonly rows: number
  readonly inputs: readonly ServedTensor[]
  readonly places: readonly number[]
  readonly outputs: readonly DenseTensor[]
  readonly timing: JobTiming
}

export interface Predictor {
  /** The columns that every record must have, in the order of the binding. */
  readonly columns: readonly string[]
  /** Rejects with RequestFault. */
  predict(records: readonly JsonRecord[], infer: ServedArm['infer']): Promise<Predicted>
}

/** Keeps what one list of records cost, instead of the account of a whole evaluation. */
class CallLedger extends RowLedger {
  notes: Replaced[] = []
  override replaced(column: string, reason: string, count: number): void { this.notes.push({ column, reason, count }) }
  override fedUnknown(column: string, count: number): void { this.notes.push({ column, reason: 'unknown category, fed as it is', count }) }
}

interface Judged { readonly columns: readonly ColumnChunk[]; readonly states: CellStates; readonly kept: Int32Array; readonly why: readonly (string | null)[]; readonly replaced: readonly Replaced[] }

function concatenated(parts: readonly DenseTensor[], rows: readonly number[], fed: readonly number[]): DenseTensor {
  const [first] = parts
  if (parts.length === 1 && rows[0] === fed[0]) return first!
  const width = first!.values.length / fed[0]!
  const total = rows.reduce((sum, n) => sum + n, 0)
  const dims = [total, ...first!.dims.slice(1)]
  if (Array.isArray(first!.values)) return { dtype: first!.dtype, dims, values: parts.flatMap((p, i) => (p.values as readonly string[]).slice(0, rows[i]! * width)) }
  const values = new (first!.values.constructor as new (n: number) => Float32Array)(total * width)
  let at = 0
  parts.forEach((p, i) => {
    values.set((p.values as Float32Array).subarray(0, rows[i]! * width), at)
    at += rows[i]! * width
  })
  return { dtype: first!.dtype, dims, values: values as TensorValues }
}

const servedOf = (feeds: Readonly<Record<string, DenseTensor>>, contract: ModelContract): ServedTensor[] => contract.inputs.map((spec) => {
  const tensor = feeds[spec.name]
  if (tensor === undefined) throw new RequestFault(501, `the binding does not say what the input “${spec.name}” gets`)
  return new ServedTensor(spec.name, spec.datatype, [...tensor.dims], tensor.values)
})

class ColumnPredictor implements Predictor {
  readonly columns: readonly string[]
  private readonly feeds: FeedPlan
  private readonly ledger = new CallLedger()
  private readonly judge: ReturnType<typeof createRowJudge>
  private readonly step: number | null
  private readonly places: readonly number[]

  constructor(private readonly serving: ServingDocument, private readonly contract: ModelContract, private readonly reader: AnswerReader) {
    this.feeds = planFeeds(serving.binding, serving.signature)
    this.columns = [...new Set(this.feeds.inputs.flatMap((input) => input.columns.map((c) => c.column)))]
    this.judge = createRowJudge(this.feeds, serving.binding.rows, serving.vocabularies, this.ledger)
    this.step = fixedBatch(serving.signature.inputs) ?? (serving.rowsAlone ? 1 : null)
    this.places = reader.fetches.map((name) => contract.outputNamed.get(name)?.index ?? -1)
    if (this.places.includes(-1)) throw new RequestFault(501, 'an output that the binding names is not served')
  }

  private judged(records: readonly JsonRecord[]): Judged {
    const columns = columnsOf(this.feeds.wishes, records)
    const why = new Array<string | null>(records.length).fill(null)
    this.ledger.notes = []
    const states = this.judge.judge(columns, records.length, why)
    const kept = Int32Array.from(why.flatMap((reason, r) => (reason === null ? [r] : [])))
    this.judge.settle(columns, states, kept)
    return { columns, states, kept, why: why.map((reason, r) => (reason === null ? null : `${reason}${this.where(states, r)}`)), replaced: this.ledger.notes }
  }

  /** The first column whose cell speaks against a row. */
  private where(states: CellStates, row: number): string {
    const bad = [...states].find(([, cells]) => cells[row] !== 0)?.[0] as FedColumn | undefined
    return bad === undefined ? '' : ` in “${bad.column}”`
  }

  async predict(records: readonly JsonRecord[], infer: ServedArm['infer']): Promise<Predicted> {
    if (records.length > this.contract.maxRows) throw new RequestFault(413, `a request may hold ${this.contract.maxRows} rows, not ${records.length}`, 'too-many-rows')
    const { columns, states, kept, why, replaced } = this.judged(records)
    if (kept.length === 0) throw new RequestFault(400, `record 1 cannot be answered: ${why[0] ?? 'unknown reason'}`)
    const buffer = createFeedBuffer(this.feeds, this.step === null ? kept.length : Math.max(kept.length, this.step))
    buffer.writeColumns(columns, states, kept, 0, kept.length, 0)
    const inputs = servedOf(buffer.tensors(kept.length, null), this.contract)
    const { outputs, timing } = await this.run(columns, states, kept, inputs, infer)
    const answers = this.reader.read(Object.fromEntries(this.reader.fetches.map((name, i) => [name, outputs[i]!])), kept.length)
    const predictions = why.map((reason): RowAnswer => ({ error: reason ?? '' }))
    kept.forEach((r, i) => { predictions[r] = answers[i]! })
    return { predictions, replaced, rows: kept.length, inputs, places: this.places, outputs, timing }
  }

  private async run(columns: readonly ColumnChunk[], states: CellStates, kept: Int32Array, whole: readonly ServedTensor[], infer: ServedArm['infer']): Promise<{ outputs: DenseTensor[]; timing: JobTiming }> {
    const { step } = this
    if (step === null) {
      const answer = await infer(whole, this.places, kept.length)
      return { outputs: [...answer.outputs], timing: answer.timing }
    }
    const answers: Answered[] = []
    const rows: number[] = []
    for (let from = 0; from < kept.length; from += step) {
      const take = Math.min(step, kept.length - from)
      const buffer = createFeedBuffer(this.feeds, step)
      buffer.writeColumns(columns, states, kept, from, take, 0)
      rows.push(take)
      answers.push(await infer(servedOf(buffer.tensors(take, step), this.contract), this.places, step))
    }
    const outputs = this.places.map((_, o) => concatenated(answers.map((a) => a.outputs[o]!), rows, rows.map(() => step)))
    return { outputs, timing: { queueMs: answers[0]?.timing.queueMs ?? 0, runMs: answers.reduce((sum, a) => sum + a.timing.runMs, 0) } }
  }
}

/** The predictor of a bundle, or a sentence that says why records cannot be answered. */
export function createPredictor(serving: ServingDocument | null, contract: ModelContract): Predictor | string {
  if (serving === null) return 'this bundle was made before records could be answered; send tensors'
  const pictures = serving.binding.inputs.find((input) => input.kind === 'image')
  if (pictures !== undefined) return `the input “${pictures.input}” takes pictures, which records cannot hold; send tensors`
  const reader = answerReader(serving.binding)
  if (reader === null) return 'what this model answers cannot be put into a record; send tensors'
  try {
    return new ColumnPredictor(serving, contract, reader)
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
