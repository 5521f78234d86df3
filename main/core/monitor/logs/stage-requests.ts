// Stages plain request logs: one record a call, with the bodies of request and answer under names that the mapping gives; decoded like KServe's payloads.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cancelled } from '../../datasets/duckdb.ts'
import type { LogMapping } from '../../../../shared/domain/log-batch.ts'
import { createDecoder } from './decode-call.ts'
import { momentOf, payloadText } from './kserve-event.ts'
import { isMap, rawRecords, type Loose } from './raw-records.ts'
import type { ReadingPlan } from './reading-plan.ts'
import type { RejectReason } from './reject-words.ts'
import { openRowStage, type StageRow } from './row-stage.ts'
import { linePlace } from './stage-kserve.ts'
import type { Reading, Stage } from './stage.ts'

/** The value under a name, or under a path of names with dots. */
export function valueAt(record: Loose, path: string): unknown {
  if (path in record) return record[path]
  let value: unknown = record
  for (const key of path.split('.')) { if (!isMap(value)) return undefined; value = value[key] }
  return value
}

const perUnit = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const

function outcomeOfStatus(status: unknown, decoded: 'ok' | 'failed'): string {
  const code = Number(status)
  if (!Number.isInteger(code) || code < 200) return decoded
  return code < 300 ? decoded : code === 429 || code === 503 ? 'rejected' : code === 408 || code === 504 ? 'timed-out' : code < 500 ? 'refused' : 'failed'
}

interface Common { readonly cells: StageRow; readonly fault: RejectReason | null; readonly timed: boolean }

function commonOf(record: Loose, mapping: LogMapping, plan: ReadingPlan, fileTime: number, place: string): Common {
  const get = (name: string | undefined): unknown => (name === undefined ? undefined : valueAt(record, name))
  const [id, said] = [get(mapping.requestId), get(mapping.time)]
  const time = said === undefined || said === null || said === '' ? null : momentOf(said)
  const fault: RejectReason | null = mapping.requestId !== undefined && (id === undefined || id === null || id === '') ? 'no-id' : time === null && said !== undefined && said !== null && said !== '' ? 'no-time' : null
  const latency = Number(get(mapping.latency) ?? NaN) * perUnit[mapping.latencyUnit]
  const arm = String(get(mapping.arm) ?? 'stable').toLowerCase()
  const unit = get(mapping.unit)
  return {
    fault, timed: time !== null,
    cells: {
      request_id: id === undefined || id === null ? place : String(id), time: time ?? plan.time ?? fileTime, version: plan.versionNumber, arm: arm === 'canary' || arm === 'shadow' ? arm : 'stable',
      unit: unit === undefined || unit === null ? null : String(unit), latency_ms: latency >= 0 ? latency : null, sampled: 1,
    },
  }
}

/** Stages all files. `names`: what stands for the content of each, for calls that name no request. */
export async function stageRequests(reading: Reading, plan: ReadingPlan, names: readonly string[], tell: (file: number) => void): Promise<Stage> {
  const { mapping } = plan
  const target = join(plan.stages, 'calls.parquet')
  const decoder = createDecoder(plan, reading.layout)
  const writer = await openRowStage(target, reading.layout)
  try {
    for (const [file, path] of plan.paths.entries()) {
      tell(file)
      const fileTime = Math.round((await stat(path)).mtimeMs)
      for await (const { line, record, broken } of rawRecords(reading.db, path, file, plan.stages, reading.signal)) {
        if (reading.signal.aborted) throw cancelled()
        const at = linePlace(file, line)
        if (record === null) { await writer.add({ fault: broken ?? 'unreadable', w: 1, line: at }); continue }
        const common = commonOf(record, mapping, plan, fileTime, `${names[file] ?? ''}-${line}`)
        const [request, response] = [payloadText(valueAt(record, mapping.requestBody ?? 'request')), payloadText(valueAt(record, mapping.responseBody ?? 'response'))]
        const call = common.fault ?? (request === null || response === null ? 'no-payload' : decoder.decode(request, response))
        if (typeof call === 'string') { await writer.add({ fault: call, w: 1, line: at }); continue }
        const outcome = outcomeOfStatus(mapping.status === undefined ? undefined : valueAt(record, mapping.status), call.outcome)
        for (const row of call.rows) await writer.add({ ...common.cells, ...row, outcome, error: call.error, line: at, dropped: common.timed ? null : -1, w: row['row'] === 0 ? 1 : 0 })
      }
    }
    await writer.finish()
    return { path: target, file: 0, ahead: 0, broken: [], countBlank: false }
  } finally { await writer.close() }
}
