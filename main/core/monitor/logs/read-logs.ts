// Answers `logs.read`: files of any format become one stored file of rows, with an account in which nothing is missing.
// Refuses files that do not fit what was said of them; keeps what was staged, so that a stopped reading goes on where it was.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import type { LogLayout, RejectedReason } from '../../../../shared/domain/log-batch.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { allRows, openDatabase, type Database } from '../../datasets/duckdb.ts'
import { fingerprintFile } from '../../datasets/fingerprint.ts'
import { linesOf } from './count-lines.ts'
import { keepRows, summaryOf } from './keep-rows.ts'
import { openLogTable } from './log-table.ts'
import type { ReadingPlan, ReadingResult } from './reading-plan.ts'
import { rejectWords, type RejectReason } from './reject-words.ts'
import { layoutOf, type FoundFeature } from './row-columns.ts'
import { stageKserve, lineOfPlace, type EventCounts } from './stage-kserve.ts'
import { lookAtPredlog, predlogFeatures, stagePredlog, type PredlogLook } from './stage-predlog.ts'
import { stageRequests } from './stage-requests.ts'
import { namedColumns, stageTable, tableFeatures } from './stage-table.ts'
import { lineOf, placeOf, stagesFrom, type Reading, type Stage } from './stage.ts'

type Context = CallContext<{ step: string; done: number | null; total: number | null }>

interface Staged { readonly layout: LogLayout; readonly found: readonly FoundFeature[]; readonly stages: readonly Stage[]; readonly events: EventCounts | null; readonly rootDigest: string | null }

/** What the reading of one file depends on; a stage made under another key is never used. */
const stageName = (plan: ReadingPlan, file: number, layout: LogLayout): string => {
  const key = createHash('sha256').update(JSON.stringify([plan.key, file, layout])).digest('hex').slice(0, 24)
  return join(plan.stages, `stage-${key}.parquet`)
}

/** Stages one file, or takes the stage that an earlier reading finished. */
async function stageOnce(target: string, make: (part: string) => Promise<Stage>): Promise<Stage> {
  const note = `${target}.json`
  if (existsSync(note) && existsSync(target)) return JSON.parse(readFileSync(note, 'utf8')) as Stage
  const made = { ...await make(`${target}.part`), path: target }
  renameSync(`${target}.part`, target)
  writeFileSync(note, JSON.stringify(made))
  return made
}

async function stagePredlogs(db: Database, plan: ReadingPlan, context: Context): Promise<Staged> {
  const look: PredlogLook = await lookAtPredlog(plan.paths)
  const found = predlogFeatures(look, plan.reference)
  const layout = layoutOf(plan, found, look.scores === plan.classes.length ? look.scores : 0, plan.classes)
  const rootDigest = plan.rootDigest ?? look.rootDigest
  const stages: Stage[] = []
  for (const [file, path] of plan.paths.entries()) {
    context.progress({ step: 'Reading records', done: file, total: plan.paths.length })
    stages.push(await stageOnce(stageName(plan, file, layout), (target) => stagePredlog({ db, layout, signal: context.signal }, look, { path, file, target, version: plan.versionNumber, rootDigest })))
  }
  return { layout, found, stages, events: null, rootDigest }
}

async function stageTables(db: Database, plan: ReadingPlan, context: Context): Promise<Staged> {
  const wanted = namedColumns(plan.mapping)
  const first = await openLogTable(db, { path: plan.paths[0]!, file: 0 }, wanted, plan.stages, context.signal)
  const found = tableFeatures(first, plan)
  const layout = layoutOf(plan, found, plan.mapping.scores !== undefined && plan.classes.every((c) => plan.mapping.scores![c] !== undefined) ? plan.classes.length : 0, plan.classes)
  const stages: Stage[] = []
  for (const [file, path] of plan.paths.entries()) {
    context.progress({ step: 'Reading rows', done: file, total: plan.paths.length })
    stages.push(await stageOnce(stageName(plan, file, layout), async (target) => {
      const table = file === 0 ? first : await openLogTable(db, { path, file }, wanted, plan.stages, context.signal)
      return stageTable({ db, layout, signal: context.signal }, plan, { table, path, file, target, fileTime: Math.round((await stat(path)).mtimeMs) })
    }))
  }
  return { layout, found, stages, events: null, rootDigest: null }
}

async function stageCalls(db: Database, plan: ReadingPlan, names: readonly string[], context: Context): Promise<Staged> {
  if (plan.binding === null) throw new SlipwayError('logs.noBinding', {})
  const found = (plan.reference?.features ?? []).map((f): FoundFeature => ({ feature: f.feature, bins: true, raw: true, text: f.datatype === 'BYTES', onlyMissing: f.bins.kind === 'none' }))
  const several = plan.binding.task === 'binary-classification' || plan.binding.task === 'multiclass-classification'
  const probabilities = several && plan.binding.outputs.some((o) => ['probabilities', 'logits', 'positive-probability', 'positive-logit'].includes(o.role))
  const layout = layoutOf(plan, found, probabilities ? plan.classes.length : 0, plan.classes)
  const reading: Reading = { db, layout, signal: context.signal }
  if (plan.format === 'requests') return { layout, found, stages: [await stageRequests(reading, plan, names, (file) => context.progress({ step: 'Reading calls', done: file, total: plan.paths.length }))], events: null, rootDigest: null }
  const { stage, counts } = await stageKserve(reading, plan, (step, file) => context.progress({ step, done: file, total: plan.paths.length }))
  return { layout, found, stages: [stage], events: counts, rootDigest: null }
}

interface Fault { readonly reason: RejectReason; readonly count: number; readonly places: readonly { readonly file: number; readonly line: number }[] }

/** Rejected records by reason, with the lines of the first ones. */
async function faultsOf(db: Database, plan: ReadingPlan, staged: Staged, signal: AbortSignal): Promise<readonly Fault[]> {
  const rows = await allRows(db, `SELECT fault, sum(w), list([ord::DOUBLE, coalesce(line, -1)::DOUBLE] ORDER BY ord)[1:5] FROM ${stagesFrom(staged.stages)} WHERE fault IS NOT NULL AND fault <> 'aside' GROUP BY fault ORDER BY fault`, signal, 'stages')
  const faults: Fault[] = []
  for (const [reason, count, listed] of rows) {
    const places: { file: number; line: number }[] = []
    for (const pair of (listed as { items: readonly { items: readonly number[] }[] }).items) {
      const [ord, line] = pair.items as [number, number]
      if (line >= 0) { places.push(lineOfPlace(line)); continue }
      const { file, row } = placeOf(ord)
      const stage = staged.stages.find((s) => s.file === file)!
      const plain = lineOf(stage, row)
      places.push({ file, line: stage.countBlank ? (await linesOf(plan.paths[file]!, [row + 1])).get(row + 1) ?? plain : plain })
    }
    faults.push({ reason: String(reason) as RejectReason, count: Number(count), places })
  }
  const broken = staged.stages.flatMap((s) => s.broken.map((line) => ({ file: s.file, line })))
  if (broken.length > 0) faults.push({ reason: 'columns', count: broken.length, places: broken.slice(0, 5) })
  for (const [reason, count] of staged.events?.rejectedBy ?? []) faults.push({ reason, count, places: staged.events!.rejected.filter((r) => r.reason === reason).map((r) => lineOfPlace(r.place)) })
  return faults
}

/** One entry a reason, the most frequent first. */
function reasonsOf(faults: readonly Fault[], paths: readonly string[]): RejectedReason[] {
  const by = new Map<RejectReason, { count: number; places: Fault['places'][number][] }>()
  for (const f of faults) {
    const entry = by.get(f.reason) ?? { count: 0, places: [] }
    by.set(f.reason, { count: entry.count + f.count, places: [...entry.places, ...f.places] })
  }
  return [...by].map(([reason, { count, places }]) => ({ reason, sentence: rejectWords[reason], count, examples: places.slice(0, 5).map(({ file, line }) => ({ file: basename(paths[file] ?? ''), line })) }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}

async function asidesOf(db: Database, staged: Staged, signal: AbortSignal): Promise<{ readonly asides: number; readonly dropped: number; readonly good: number; readonly withoutTime: number }> {
  const [row] = await allRows(db, `SELECT count(*) FILTER (fault = 'aside'), sum(dropped) FILTER (fault = 'aside'), sum(w) FILTER (fault IS NULL), count(*) FILTER (fault IS NULL AND dropped = -1) FROM ${stagesFrom(staged.stages)}`, signal, 'stages')
  return { asides: Number(row?.[0] ?? 0), dropped: Number(row?.[1] ?? 0), good: Number(row?.[2] ?? 0), withoutTime: Number(row?.[3] ?? 0) }
}

function warningsOf(plan: ReadingPlan, account: ReadingResult['account'], staged: Staged, lowestSampling: number): string[] {
  const halves = account.unmatchedRequests + account.unmatchedResponses
  return [
    ...(halves > 0 && account.kept === 0 ? ['No event has its other half. The logger must be in the mode “all”, and its requests and responses must be imported together.'] : []),
    ...(account.read > 0 && account.rejected / account.read > 0.01 ? [`${(account.rejected / account.read * 100).toFixed(1)} % of the records were rejected.`] : []),
    ...(account.timeFrom === 'file' ? ['Some records have no time. The time at which their file was last written stands for it.'] : []),
    ...(account.dropped > 0 ? [`The server says that it could not write ${account.dropped} more records.`] : []),
    ...(lowestSampling < 1 ? ['The server kept a sample of the rows; every row stands for several.'] : []),
    ...(plan.reference === null && (plan.format === 'kserve' || plan.format === 'requests' || plan.format === 'table') ? ['The version has no profile here, so that inputs have no bins: drift of inputs cannot be told from this batch.'] : []),
    ...(plan.format === 'predlog' || plan.format === 'feedback' ? [] : plan.mapping.requestId === undefined && plan.format === 'table' ? ['The log does not name its requests. Duplicates are recognised only where the very same file is imported again, and labels cannot be joined.'] : []),
    ...(staged.found.length === 0 && account.rows > 0 ? ['The log holds nothing of the inputs.'] : []),
  ]
}

/** Reads, keeps, counts. Leaves the stages to whoever asked, who removes them when the result is stored. */
export async function readLogs(plan: ReadingPlan, context: Context): Promise<ReadingResult> {
  await mkdir(plan.stages, { recursive: true })
  const { signal } = context
  const db = await openDatabase([...plan.paths, ...plan.earlier.map((e) => e.path), plan.target], plan.stages, '1GB')
  try {
    // The content is hashed while DuckDB reads it: the other way round the disk would be read twice in a row.
    const hashing = Promise.all(plan.paths.map((path) => fingerprintFile(path, signal)))
    hashing.catch(() => undefined)
    const calls = plan.format === 'kserve' || plan.format === 'requests'
    const staged = calls ? await stageCalls(db, plan, plan.format === 'requests' ? (await hashing).map((p) => p.sha256.slice(0, 16)) : [], context)
      : plan.format === 'table' ? await stageTables(db, plan, context) : await stagePredlogs(db, plan, context)
    const prints = await hashing
    context.progress({ step: 'Leaving out duplicates', done: null, total: null })
    const kept = await keepRows({ db, layout: staged.layout, signal }, { stages: staged.stages, names: prints.map((p) => p.sha256.slice(0, 16)), earlier: plan.earlier, target: plan.target, sorted: calls })
    const [reasons, asides, summary] = [reasonsOf(await faultsOf(db, plan, staged, signal), plan.paths), await asidesOf(db, staged, signal), await summaryOf(db, plan.target, signal)]
    const rejected = reasons.reduce((sum, r) => sum + r.count, 0)
    const { events } = staged
    const account: ReadingResult['account'] = {
      files: plan.paths.length, bytes: prints.reduce((sum, p) => sum + p.bytes, 0), read: events?.read ?? asides.good + rejected, kept: kept.kept,
      duplicates: kept.duplicates + (events === null ? 0 : events.duplicates + events.ofEarlier), duplicatesOfEarlier: kept.duplicatesOfEarlier + (events?.ofEarlier ?? 0), rejected, reasons,
      unmatchedRequests: events?.unmatchedRequests ?? 0, unmatchedResponses: events?.unmatchedResponses ?? 0, asides: asides.asides, rows: kept.rows,
      withoutTime: asides.withoutTime, timeFrom: asides.withoutTime > 0 ? 'file' : 'record', dropped: asides.dropped, packed: null,
    }
    const personal = new Set(plan.personal)
    return {
      files: prints.map((p, i) => ({ name: basename(plan.paths[i]!), sha256: p.sha256, bytes: p.bytes })), layout: staged.layout, rows: kept.rows, ...summary, account, rootDigest: staged.rootDigest,
      rawColumns: staged.layout.features.flatMap((f) => (f.raw === null ? [] : [f.feature])), leftOut: staged.found.filter((f) => personal.has(f.feature) && (f.raw || f.bins)).map((f) => f.feature),
      warnings: warningsOf(plan, account, staged, summary.lowestSampling),
    }
  } finally { db.close() }
}
