// The routes for records: `/v1/predict` with column names, and SageMaker's `/invocations` with records, tensors or CSV.
// Owns which of them a body is, and the form of the answers; the predictor does the rest.
import type { IncomingHttpHeaders } from 'node:http'
import type { DenseTensor } from '../engine/session.ts'
import type { ServedArm } from './arm.ts'
import { jobOf } from './arm.ts'
import { csvRecords } from './csv-records.ts'
import type { JobTiming } from './job.ts'
import type { Predicted, Predictor } from './predictor.ts'
import { readInferBody, readJson } from './read-body.ts'
import { readRecords, type JsonRecord } from './record-columns.ts'
import { RequestFault } from './request-fault.ts'
import type { RowAnswer } from './row-answers.ts'
import type { ServedTensor } from './served-tensor.ts'

/** One request as these routes see it. */
export interface Asked {
  readonly arm: ServedArm
  readonly predictor: Predictor | string
  readonly headers: IncomingHttpHeaders
  /** Takes the id of the body where there was none in the headers, and answers the one that counts. */
  named(id: string | null): string
  taken(rows: number, inputs: readonly ServedTensor[], places: readonly number[]): void
  gone(): boolean
  reply(body: string | Buffer, type: string, jsonBytes: number | null, timing: JobTiming, outputs: readonly DenseTensor[]): void
}

const json = 'application/json'

const idOf = (body: unknown): string | null => {
  const id = typeof body === 'object' && body !== null ? (body as { id?: unknown }).id : undefined
  return typeof id === 'string' ? id : null
}

function predictorOf(asked: Asked): Predictor {
  if (typeof asked.predictor === 'string') throw new RequestFault(501, asked.predictor)
  return asked.predictor
}

async function predicted(asked: Asked, records: readonly JsonRecord[]): Promise<Predicted> {
  const answer = await predictorOf(asked).predict(records, (inputs, places, rows) => new Promise((resolve, reject) => {
    asked.taken(rows, inputs, places)
    asked.arm.dispatcher.submit(jobOf(inputs, places, rows, { answered: resolve, refused: reject }, asked.gone))
  }))
  asked.taken(answer.rows, answer.inputs, answer.places)
  return answer
}

function replyJson(asked: Asked, requestId: string, answer: Predicted): void {
  const { contract } = asked.arm
  const body = { model_name: contract.name, model_version: contract.version, request_id: requestId, predictions: answer.predictions, ...(answer.replaced.length === 0 ? {} : { replaced: answer.replaced }) }
  asked.reply(JSON.stringify(body), json, null, answer.timing, answer.outputs)
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

function csvLine(row: RowAnswer): string {
  if ('error' in row) return ''
  if ('value' in row) return String(row.value)
  if ('labels' in row) return cell(row.labels.join('|'))
  return row.probability === undefined ? cell(row.label) : `${cell(row.label)},${row.probability}`
}

/** `POST /v1/predict`: records in, one prediction a record out. */
export async function answerPredict(asked: Asked, body: Buffer): Promise<void> {
  const document = readJson(body)
  const requestId = asked.named(idOf(document))
  replyJson(asked, requestId, await predicted(asked, readRecords(document)))
}

function inferInvocation(asked: Asked, body: Buffer): Promise<void> {
  const { arm } = asked
  const request = readInferBody(body, asked.headers['inference-header-content-length'] as string | undefined, arm.bundle.manifest)
  asked.named(request.id)
  const places = request.outputs.map((o) => o.index)
  asked.taken(request.rows, request.inputs, places)
  return new Promise((resolve, reject) => {
    arm.dispatcher.submit(jobOf(request.inputs, places, request.rows, {
      answered({ outputs, timing }) {
        const reply = arm.writer.write(request, outputs)
        asked.reply(reply.body, reply.jsonBytes === null ? json : 'application/octet-stream', reply.jsonBytes, timing, outputs)
        resolve()
      },
      refused: reject,
    }, asked.gone))
  })
}

const hasInputs = (document: unknown): boolean => typeof document === 'object' && document !== null && Array.isArray((document as { inputs?: unknown }).inputs)

/** `POST /invocations`: a request of the protocol where the body has inputs, else records; CSV where its content type says so. */
export async function answerInvocation(asked: Asked, body: Buffer): Promise<void> {
  const type = (asked.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'text/csv') {
    const requestId = asked.named(null)
    const answer = await predicted(asked, csvRecords(body.toString('utf8'), predictorOf(asked).columns))
    if (/\btext\/csv\b/i.test(asked.headers.accept ?? '')) asked.reply(answer.predictions.map((row) => `${csvLine(row)}\n`).join(''), 'text/csv; charset=utf-8', null, answer.timing, answer.outputs)
    else replyJson(asked, requestId, answer)
    return
  }
  if (asked.headers['inference-header-content-length'] !== undefined) { await inferInvocation(asked, body); return }
  const document = readJson(body)
  if (hasInputs(document)) { await inferInvocation(asked, body); return }
  replyJson(asked, asked.named(idOf(document)), await predicted(asked, readRecords(document)))
}
