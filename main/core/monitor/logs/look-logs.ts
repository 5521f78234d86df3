// Answers `logs.look`: what files of logs seem to be, by their beginnings alone. Tells names of columns and never a value.
import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import type { LogMapping } from '../../../../shared/domain/log-batch.ts'
import { openDatabase } from '../../datasets/duckdb.ts'
import { eventOf } from './kserve-event.ts'
import { guessMapping, missingOf } from './guess-mapping.ts'
import { kindOf, openLogTable, pathsOf } from './log-table.ts'
import type { LookPlan, LookResult } from './reading-plan.ts'
import { rawRecords, type Loose } from './raw-records.ts'
import { lookAtPredlog } from './stage-predlog.ts'


type Look = Omit<LookResult, 'files' | 'bytes'>

const noMapping: LogMapping = { timeUnit: 'auto', latencyUnit: 'ms', bodyEncoding: 'auto' }

/** The first readable records of a file. */
async function firstRecords(path: string, staging: string, signal: AbortSignal): Promise<readonly Loose[]> {
  const db = await openDatabase([path], staging, '512MB')
  try {
    const found: Loose[] = []
    let seen = 0
    for await (const { record } of rawRecords(db, path, 0, staging, signal)) {
      if (record !== null) found.push(record)
      if (++seen >= 200) break
    }
    return found
  } finally { db.close() }
}

async function columnsOfFile(path: string, staging: string, signal: AbortSignal): Promise<LookResult['columns']> {
  const db = await openDatabase([path], staging, '512MB')
  try { return [...(await openLogTable(db, { path, file: 0 }, [], staging, signal)).columns] } finally { db.close() }
}

/** Whether records are events: most of the first ones say an id, a kind and a payload. */
const areEvents = (records: readonly Loose[]): boolean => records.length > 0 && records.filter((r) => typeof eventOf(r) !== 'string').length * 2 >= records.length

const bodyWords = /^(request|response)(_?(body|payload))?$/i

async function lookAtRecords(plan: LookPlan, signal: AbortSignal): Promise<Look> {
  const [path] = plan.paths as [string]
  const rest = { rootDigest: null, model: null, version: null }
  const records = plan.format === 'table' ? [] : await firstRecords(path, plan.staging, signal)
  if (plan.format === 'kserve' || (plan.format === null && areEvents(records))) return { format: 'kserve', columns: [], mapping: noMapping, missing: [], ...rest }
  const kind = await kindOf(path)
  const columns = kind === 'json' ? [...new Set(records.flatMap((r) => pathsOf(r)))].map((name) => ({ name, type: 'JSON' })) : await columnsOfFile(path, plan.staging, signal)
  const top = kind === 'json' || kind === 'jsonl' ? [...new Set(records.flatMap((r) => Object.keys(r)))] : columns.map((c) => c.name)
  const bodies = plan.format === 'requests' || (plan.format === null && top.filter((name) => bodyWords.test(name)).length >= 2)
  const mapping = guessMapping(bodies ? [...new Set([...top, ...columns.map((c) => c.name)])] : columns.map((c) => c.name), plan, bodies)
  return { format: bodies ? 'requests' : 'table', columns, mapping, missing: [...missingOf(mapping, bodies)], ...rest }
}

/** Looks at the first file, and at the size of all. Errors: `dataset.*`, `file.*`. */
export async function lookAtLogs(plan: LookPlan, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<LookResult> {
  const sizes = await Promise.all(plan.paths.map(async (path) => (await stat(path)).size))
  const all = { files: plan.paths.length, bytes: sizes.reduce((sum, n) => sum + n, 0) }
  context.progress({ step: `Looking at ${basename(plan.paths[0]!)}`, done: null, total: null })
  const text = (await kindOf(plan.paths[0]!)) === 'jsonl'
  if (plan.format === 'predlog' || plan.format === 'feedback' || (plan.format === null && text)) {
    const look = await lookAtPredlog(plan.paths.slice(0, 20))
    if (look.rootDigest !== null || plan.format !== null) return { ...all, format: plan.format ?? 'predlog', columns: [], mapping: noMapping, missing: [], rootDigest: look.rootDigest, model: look.model, version: look.version }
  }
  return { ...all, ...await lookAtRecords(plan, context.signal) }
}
