// Stages the events of KServe's logger: gathered, halves joined by id through DuckDB (which spills to disk), calls decoded into rows.
// Every event is accounted for: decoded, told twice, unreadable, or without its other half.
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { allRows, cancelled, sqlPath, streamChunks } from '../../datasets/duckdb.ts'
import { createDecoder } from './decode-call.ts'
import { eventOf } from './kserve-event.ts'
import { rawRecords } from './raw-records.ts'
import type { EarlierLog, ReadingPlan } from './reading-plan.ts'
import type { RejectReason } from './reject-words.ts'
import { openRows, openRowStage } from './row-stage.ts'
import type { Reading, Stage } from './stage.ts'

/** Line numbers of all files in one number, so that they sort and can be told apart. */
export const linePlace = (file: number, line: number): number => file * 2 ** 32 + line
export const lineOfPlace = (place: number): { readonly file: number; readonly line: number } => ({ file: Math.floor(place / 2 ** 32), line: place % 2 ** 32 })

export interface EventCounts {
  /** Events, readable or not. */
  readonly read: number
  readonly duplicates: number
  readonly unmatchedRequests: number; readonly unmatchedResponses: number
  /** Halves without the other whose call is in an earlier batch. */
  readonly ofEarlier: number
  readonly rejected: readonly { readonly reason: RejectReason; readonly place: number }[]
  readonly rejectedBy: ReadonlyMap<RejectReason, number>
  /** Events without a time. */
  readonly withoutTime: number
}

const eventColumns = [['id', true], ['kind', true], ['time', false], ['payload', true], ['arm', true], ['place', false]] as const
const mostExamples = 5

interface Gathered { readonly read: number; readonly withoutTime: number; readonly rejected: { reason: RejectReason; place: number }[]; readonly rejectedBy: Map<RejectReason, number> }

async function gather(reading: Reading, plan: ReadingPlan, target: string, tell: (file: number) => void): Promise<Gathered> {
  const writer = await openRows(target, eventColumns, 4096)
  const out: { read: number; withoutTime: number } & Pick<Gathered, 'rejected' | 'rejectedBy'> = { read: 0, withoutTime: 0, rejected: [], rejectedBy: new Map() }
  const reject = (reason: RejectReason, place: number): void => {
    const before = out.rejectedBy.get(reason) ?? 0
    if (before < mostExamples) out.rejected.push({ reason, place })
    out.rejectedBy.set(reason, before + 1)
  }
  try {
    for (const [file, path] of plan.paths.entries()) {
      tell(file)
      const fileTime = plan.time ?? Math.round((await stat(path)).mtimeMs)
      for await (const { line, record, broken } of rawRecords(reading.db, path, file, plan.stages, reading.signal)) {
        if (reading.signal.aborted) throw cancelled()
        out.read++
        const event = record === null ? broken ?? 'unreadable' : eventOf(record)
        if (typeof event === 'string') { reject(event, linePlace(file, line)); continue }
        if (event.time === null) out.withoutTime++
        // The minus marks a time that is the file's: no latency can be told from it.
        await writer.add({ id: event.id, kind: event.kind, time: event.time ?? -fileTime, payload: event.payload, arm: event.arm, place: linePlace(file, line) })
      }
    }
    await writer.finish()
    return out
  } finally { await writer.close() }
}

const number = (cell: unknown): number => Number(cell ?? 0)

/** The first event of every id and kind, as the table `firsts`, and what that leaves over. */
async function pairUp({ db, signal }: Reading, events: string, earlier: readonly EarlierLog[]): Promise<Pick<EventCounts, 'duplicates' | 'unmatchedRequests' | 'unmatchedResponses' | 'ofEarlier'>> {
  const file = basename(events)
  await allRows(db, `CREATE OR REPLACE TABLE firsts AS SELECT id, min(place) FILTER (kind = 'request') AS request, min(place) FILTER (kind = 'response') AS response, count(*) AS n FROM read_parquet(${sqlPath(events)}) GROUP BY id`, signal, file)
  const known = earlier.length === 0 ? 'false' : `id IN (SELECT request_id FROM read_parquet([${earlier.map((e) => sqlPath(e.path)).join(', ')}], union_by_name = true))`
  const [row] = await allRows(db, `SELECT sum(n) - count(request) - count(response), count(*) FILTER (response IS NULL AND NOT half), count(*) FILTER (request IS NULL AND NOT half), count(*) FILTER (half)
    FROM (SELECT *, (request IS NULL OR response IS NULL) AND ${known} AS half FROM firsts)`, signal, file)
  return { duplicates: number(row?.[0]), unmatchedRequests: number(row?.[1]), unmatchedResponses: number(row?.[2]), ofEarlier: number(row?.[3]) }
}

interface Times { readonly time: number; readonly latency: number | null }

function timesOf(asked: number, answered: number): Times {
  return { time: Math.abs(asked), latency: asked > 0 && answered > 0 && answered >= asked ? answered - asked : null }
}

/** Decodes every whole call into rows; of one that cannot be read, both halves are rejected, each with its own reason. */
async function decodeCalls(reading: Reading, plan: ReadingPlan, events: string, target: string): Promise<void> {
  const decoder = createDecoder(plan, reading.layout)
  const writer = await openRowStage(target, reading.layout)
  const sql = `SELECT q.id, q.time, q.payload, q.arm, q.place, p.time, p.payload, p.place, p.arm FROM firsts f JOIN read_parquet(${sqlPath(events)}) q ON q.id = f.id AND q.place = f.request AND q.kind = 'request'
    JOIN read_parquet(${sqlPath(events)}) p ON p.id = f.id AND p.place = f.response AND p.kind = 'response'`
  try {
    for await (const chunk of streamChunks(reading.db, sql, reading.signal, basename(events))) {
      const columns = Array.from({ length: 9 }, (_, c) => chunk.getColumnValues(c))
      for (let r = 0; r < chunk.rowCount; r++) {
        const [id, asked, request, arm, askedAt, answered, response, answeredAt, otherArm] = columns.map((c) => c[r]) as [string, number, string, string, number, number, string, number, string]
        const call = decoder.decode(request, response)
        if (typeof call === 'string') {
          const requestBad = call === 'request-payload'
          await writer.add({ fault: requestBad ? call : 'other-half', w: 1, line: askedAt })
          await writer.add({ fault: requestBad ? 'other-half' : call, w: 1, line: answeredAt })
          continue
        }
        const { time, latency } = timesOf(asked, answered)
        const common = { request_id: id, time, version: plan.versionNumber, arm: arm === 'canary' || otherArm === 'canary' ? 'canary' : 'stable', latency_ms: latency, outcome: call.outcome, error: call.error, sampled: 1, line: askedAt, dropped: asked < 0 ? -1 : null }
        for (const row of call.rows) await writer.add({ ...common, ...row, w: row['row'] === 0 ? 2 : 0 })
      }
    }
    await writer.finish()
  } finally { await writer.close() }
}

/** Stages all files at once, since the halves of a call may lie in different ones. */
export async function stageKserve(reading: Reading, plan: ReadingPlan, tell: (step: string, file: number) => void): Promise<{ readonly stage: Stage; readonly counts: EventCounts }> {
  const [events, target] = [join(plan.stages, 'events.parquet'), join(plan.stages, 'calls.parquet')]
  const gathered = await gather(reading, plan, events, (file) => tell('Reading events', file))
  tell('Joining requests and answers', plan.paths.length)
  const paired = await pairUp(reading, events, plan.earlier)
  await decodeCalls(reading, plan, events, target)
  return { stage: { path: target, file: 0, ahead: 0, broken: [], countBlank: false }, counts: { ...gathered, ...paired } }
}

