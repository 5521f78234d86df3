// Answers `logs.readLabels`: files with true answers by request become one stored file. A label whose row is not here stays, since its row may come later.
import { basename, dirname } from 'node:path'
import { mkdir, stat } from 'node:fs/promises'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { allRows, openDatabase, sqlPath, sqlText, type Database } from '../../datasets/duckdb.ts'
import { fingerprintFile } from '../../datasets/fingerprint.ts'
import { present, timeOf } from './cell-words.ts'
import { linesOf } from './count-lines.ts'
import { labelsFrom, logsFrom } from './log-relation.ts'
import { openLogTable, type LogTable } from './log-table.ts'
import type { LabelPlan, LabelResult } from './reading-plan.ts'
import { rejectWords, type RejectReason } from './reject-words.ts'


type Context = CallContext<{ step: string; done: number | null; total: number | null }>

interface Mapped { readonly id: string; readonly row: string | undefined; readonly label: string; readonly time: string | undefined; readonly source: string | undefined }

/** The mapping's columns; those of the usual names where it names none that are there. */
function mappedColumns(table: LogTable, { mapping }: LabelPlan, file: string): Mapped {
  const usual = (said: string | undefined, ...names: readonly string[]): string | undefined => (said !== undefined && table.has(said) ? said : names.find((name) => table.has(name)))
  const id = usual(mapping.requestId, 'request_id', 'requestId', 'id')
  const label = usual(mapping.label, 'label', 'truth', 'target', 'actual')
  const gone = [mapping.row, mapping.time, mapping.source].filter((name) => name !== undefined && !table.has(name))
  if (id === undefined || label === undefined || gone.length > 0) throw new SlipwayError('logs.mapping', { missing: id === undefined ? 'the request’s id' : label === undefined ? 'the label' : gone.join(', '), columns: `${table.columns.map((c) => c.name).join(', ')} (in ${file})` })
  return { id, label, row: usual(mapping.row, 'row'), time: usual(mapping.time, 'label_ts', 'label_time', 'time', 'timestamp'), source: usual(mapping.source, 'source') }
}

async function stageLabels(db: Database, plan: LabelPlan, file: number, signal: AbortSignal): Promise<{ readonly table: LogTable; readonly broken: readonly number[] }> {
  const path = plan.paths[file]!
  const table = await openLogTable(db, { path, file }, [], dirname(plan.target), signal)
  const { id, row, label, time, source } = mappedColumns(table, plan, basename(path))
  const at = time === undefined ? 'NULL::BIGINT' : table.moment(time) ?? timeOf(table.text(time), plan.mapping.timeUnit)
  const place = row === undefined ? '0' : `coalesce(TRY_CAST(${table.text(row)} AS INTEGER), 0)`
  const fault = `CASE WHEN NOT ${present(table.text(id))} THEN 'no-id' WHEN NOT ${present(table.text(label))} THEN 'no-label'${row === undefined ? '' : ` WHEN ${present(table.text(row))} AND coalesce(TRY_CAST(${table.text(row)} AS INTEGER) < 0, true) THEN 'bad-number'`}${time === undefined ? '' : ` WHEN ${present(table.text(time))} AND ${at} IS NULL THEN 'no-time'`} END`
  const broken = table.kind === 'jsonl' ? "CASE WHEN json IS NULL OR json_type(json) <> 'OBJECT' THEN 'unreadable' END" : 'NULL'
  await allRows(db, `COPY (SELECT coalesce(${broken}, ${fault}) AS fault, ${table.text(id)} AS request_id, CAST(${place} AS INTEGER) AS "row", ${table.text(label)} AS label, CAST(${at} AS BIGINT) AS "time", ${source === undefined ? 'NULL::VARCHAR' : table.text(source)} AS source FROM ${table.from}) TO ${sqlPath(`${plan.target}.${file}`)} (FORMAT parquet, USE_TMP_FILE false)`, signal, basename(path))
  return { table, broken: await table.broken() }
}

type Reasons = LabelResult['account']['reasons']

async function reasonsIn(db: Database, plan: LabelPlan, file: number, table: LogTable, broken: readonly number[], signal: AbortSignal): Promise<Reasons> {
  const name = basename(plan.paths[file]!)
  const rows = await allRows(db, `SELECT fault, count(*), list(file_row_number ORDER BY file_row_number)[1:5] FROM read_parquet(${sqlPath(`${plan.target}.${file}`)}, file_row_number = true) WHERE fault IS NOT NULL GROUP BY fault`, signal, name)
  const found = await Promise.all(rows.map(async ([reason, count, places]) => {
    const at = (places as { items: readonly unknown[] }).items.map(Number)
    const lines = table.kind === 'jsonl' ? await linesOf(plan.paths[file]!, at.map((r) => r + 1)) : new Map<number, number>()
    return { reason: String(reason), sentence: rejectWords[String(reason) as RejectReason], count: Number(count), examples: at.map((r) => ({ file: name, line: lines.get(r + 1) ?? broken.filter((b) => b <= r + 1 + table.ahead).length + r + 1 + table.ahead })) }
  }))
  return [...found, ...(broken.length === 0 ? [] : [{ reason: 'columns', sentence: rejectWords.columns, count: broken.length, examples: broken.slice(0, 5).map((line) => ({ file: name, line })) }])]
}

function merged(all: Reasons): Reasons {
  const by = new Map<string, Reasons[number]>()
  for (const r of all) { const before = by.get(r.reason); by.set(r.reason, before === undefined ? r : { ...before, count: before.count + r.count, examples: [...before.examples, ...r.examples].slice(0, 5) }) }
  return [...by.values()].sort((a, b) => b.count - a.count)
}

const number = (cell: unknown): number => Number(cell ?? 0)

/** Reads, leaves out what is the very same word again (here or in earlier files), counts what it meets. */
export async function readLabels(plan: LabelPlan, context: Context): Promise<LabelResult> {
  const { signal } = context
  await mkdir(dirname(plan.target), { recursive: true })
  const db = await openDatabase([...plan.paths, ...plan.earlier, ...plan.logs.map((l) => l.path), plan.target], dirname(plan.target), '1GB')
  const [reasons, staged]: [Reasons, string[]] = [[], []]
  try {
    const prints = await Promise.all(plan.paths.map((path) => fingerprintFile(path, signal)))
    for (const [file, path] of plan.paths.entries()) {
      context.progress({ step: `Reading ${basename(path)}`, done: file, total: plan.paths.length })
      const { table, broken } = await stageLabels(db, plan, file, signal)
      reasons.push(...await reasonsIn(db, plan, file, table, broken, signal))
      staged.push(sqlPath(`${plan.target}.${file}`))
    }
    const file = basename(plan.target)
    await allRows(db, `CREATE TABLE good AS SELECT request_id, "row", label, "time", source FROM read_parquet([${staged.join(', ')}]) WHERE fault IS NULL`, signal, file)
    const before = plan.earlier.length === 0 ? '' : ` AND NOT EXISTS (SELECT 1 FROM read_parquet([${plan.earlier.map(sqlPath).join(', ')}]) e WHERE e.request_id = d.request_id AND e."row" = d."row" AND e.label = d.label AND e."time" IS NOT DISTINCT FROM d."time")`
    await allRows(db, `COPY (SELECT * FROM (SELECT DISTINCT ON (request_id, "row", label, "time") * FROM good) d WHERE true${before}) TO ${sqlPath(plan.target)} (FORMAT parquet, USE_TMP_FILE false, KV_METADATA {slipway: ${sqlText('{"layout":"slipway.labels/1"}')}})`, signal, file)
    const from = `read_parquet(${sqlPath(plan.target)})`
    const [all] = await allRows(db, `SELECT (SELECT count(*) FROM good), count(*), count(*) - count("time"), min("time"), max("time") FROM ${from}`, signal, file)
    const [matched] = await allRows(db, `SELECT count(*) FROM ${from} l SEMI JOIN ${logsFrom(plan.logs)} r ON r.request_id = l.request_id AND r."row" = l."row"`, signal, file)
    const [corrected] = await allRows(db, `SELECT count(*) FROM ${from} l JOIN ${labelsFrom(plan.earlier)} e ON e.request_id = l.request_id AND e."row" = l."row"`, signal, file)
    const rejected = reasons.reduce((sum, r) => sum + r.count, 0)
    const [good, rows] = [number(all?.[0]), number(all?.[1])]
    return {
      files: prints.map((p, i) => ({ name: basename(plan.paths[i]!), sha256: p.sha256, bytes: p.bytes })), rows, from: all?.[3] == null ? null : number(all[3]), to: all?.[4] == null ? null : number(all[4]),
      account: {
        files: plan.paths.length, bytes: (await Promise.all(plan.paths.map(async (p) => (await stat(p)).size))).reduce((sum, n) => sum + n, 0), read: good + rejected, kept: rows, duplicates: good - rows, rejected, reasons: merged(reasons),
        withoutTime: number(all?.[2]), matched: number(matched?.[0]), corrections: number(corrected?.[0]),
      },
    }
  } finally { db.close() }
}
