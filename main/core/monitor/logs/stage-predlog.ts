// Stages prediction logs predlog.v1: every line typed and judged by DuckDB, as the schema in shared/drift/predlog.ts says it must be.
// Refuses no file: lines that are no records are counted by why.
import { basename } from 'node:path'
import type { Reference } from '../../../../shared/drift/reference.ts'
import { sqlName, sqlPath, sqlText } from '../../datasets/duckdb.ts'
import { present, timeOf } from './cell-words.ts'
import { headText } from '../../datasets/text-encoding.ts'
import type { FoundFeature } from './row-columns.ts'
import { writeStage, type Reading, type Stage } from './stage.ts'

/** What the first records of the files say of all. */
export interface PredlogLook {
  readonly rootDigest: string | null; readonly model: string | null; readonly version: string | null
  readonly bins: readonly string[]; readonly raw: readonly { readonly name: string; readonly text: boolean }[]
  readonly scores: number
}

type Loose = Readonly<Record<string, unknown>>
const isMap = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(line: string): Loose | null {
  try { const value: unknown = JSON.parse(line); return isMap(value) && value['schema'] === 'predlog.v1' ? value : null } catch { return null }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Reads the first megabyte of every file (of a thousand at most). */
export async function lookAtPredlog(paths: readonly string[]): Promise<PredlogLook> {
  const bins = new Set<string>()
  const raw = new Map<string, boolean>()
  let [first, scores] = [null as Loose | null, 0]
  for (const path of paths.slice(0, 1000)) {
    for (const line of (await headText(path, 'utf-8', 1 << 20)).split('\n').slice(0, 2000)) {
      const record = parse(line)
      if (record === null) continue
      first ??= record
      const [of, values, out] = [record['bins'], record['features'], record['out']]
      if (isMap(of)) for (const name of Object.keys(of)) bins.add(name)
      if (isMap(values)) for (const [name, value] of Object.entries(values)) if (value !== null) raw.set(name, (raw.get(name) ?? false) || typeof value === 'string'); else if (!raw.has(name)) raw.set(name, false)
      if (isMap(out) && Array.isArray(out['scores'])) scores = Math.max(scores, out['scores'].length)
    }
  }
  return { rootDigest: text(first?.['root_digest']), model: text(first?.['model']), version: text(first?.['version']), bins: [...bins], raw: [...raw].map(([name, isText]) => ({ name, text: isText })), scores }
}

/** Features of the log in the order of the profile, then those that the profile does not know. */
export function predlogFeatures(look: PredlogLook, reference: Reference | null): readonly FoundFeature[] {
  const known = reference?.features.map((f) => f.feature) ?? []
  const onlyMissing = new Set(reference?.features.filter((f) => f.bins.kind === 'none').map((f) => f.feature))
  const raw = new Map(look.raw.map((r) => [r.name, r.text]))
  const names = [...new Set([...known.filter((n) => look.bins.includes(n) || raw.has(n)), ...look.bins, ...raw.keys()])]
  return names.map((feature) => ({ feature, bins: look.bins.includes(feature), raw: raw.has(feature), text: raw.get(feature) ?? false, onlyMissing: onlyMissing.has(feature) }))
}

/** A column of named fields. Names that differ in case only do not fit into one structure. */
function fieldsOf(names: readonly string[], type: string, column: string): { readonly declared: string; readonly read: (name: string) => string } | null {
  if (names.length === 0) return null
  const plain = new Set(names.map((n) => n.toLowerCase())).size === names.length
  return plain ? { declared: `STRUCT(${names.map((n) => `${sqlName(n)} ${type}`).join(', ')})`, read: (n) => `${column}.${sqlName(n)}` } : { declared: `MAP(VARCHAR, ${type})`, read: (n) => `${column}[${sqlText(n)}]` }
}

const fixed: readonly (readonly [string, string])[] = [
  ['schema', 'VARCHAR'], ['kind', 'VARCHAR'], ['ts', 'VARCHAR'], ['event_id', 'VARCHAR'], ['request_id', 'VARCHAR'], ['row', 'INTEGER'], ['root_digest', 'VARCHAR'], ['arm', 'VARCHAR'], ['unit_hash', 'VARCHAR'],
  ['latency_ms', 'DOUBLE'], ['outcome', 'VARCHAR'], ['error_code', 'VARCHAR'], ['dropped', 'BIGINT'], ['sampled', 'DOUBLE'], ['out', 'STRUCT(label VARCHAR, score VARCHAR, scores DOUBLE[], "value" VARCHAR)'],
]

function faultOf(rootDigest: string | null, bins: readonly string[]): string {
  const some = bins.length === 0 ? 'false' : `(${bins.map((b) => `${b} IS NULL OR ${b} < -4`).join(' OR ')}) AND NOT (${bins.map((b) => `${b} IS NULL`).join(' AND ')})`
  const badNumber = (cell: string): string => `(${cell} IS NOT NULL AND TRY_CAST(${cell} AS DOUBLE) IS NULL)`
  return `CASE WHEN schema IS NULL AND ts IS NULL AND event_id IS NULL AND request_id IS NULL THEN 'unreadable' WHEN schema IS DISTINCT FROM 'predlog.v1' OR kind IN ('head', 'dropped') THEN 'aside'`
    + (rootDigest === null ? '' : ` WHEN root_digest IS DISTINCT FROM ${sqlText(rootDigest)} THEN 'other-bundle'`)
    + ` WHEN NOT ${present('request_id')} THEN 'no-id' WHEN ${timeOf('ts', 'auto')} IS NULL THEN 'no-time' WHEN TRY_CAST(event_id AS UUID) IS NULL OR coalesce(arm NOT IN ('stable', 'canary', 'shadow'), true)`
    + ` OR coalesce(outcome NOT IN ('ok', 'refused', 'failed', 'rejected', 'timed-out'), true) OR "out" IS NULL THEN 'bad-field' WHEN "row" IS NULL OR "row" < 0 OR latency_ms IS NULL OR coalesce(sampled <= 0 OR sampled > 1, true)`
    + ` OR ${badNumber('"out".score')} OR ${badNumber('"out"."value"')} THEN 'bad-number' WHEN ${some} THEN 'bins' END`
}

export interface PredlogSource { readonly path: string; readonly file: number; readonly target: string; readonly version: number | null; readonly rootDigest: string | null }

/** Stages one file of lines. */
export async function stagePredlog(reading: Reading, look: PredlogLook, source: PredlogSource): Promise<Stage> {
  const { layout } = reading
  const bins = fieldsOf(look.bins, 'SMALLINT', 'bins')
  const raw = fieldsOf(look.raw.map((r) => r.name), 'VARCHAR', 'features')
  const columns = [...fixed, ...(bins === null ? [] : [['bins', bins.declared] as const]), ...(raw === null ? [] : [['features', raw.declared] as const])]
  const from = `read_json(${sqlPath(source.path)}, format = 'newline_delimited', ignore_errors = true, compression = 'uncompressed', maximum_object_size = 67108864, columns = {${columns.map(([n, t]) => `${sqlText(n)}: ${sqlText(t)}`).join(', ')}})`
  const cells = new Map<string, string>([
    ['fault', faultOf(source.rootDigest, bins === null ? [] : look.bins.map(bins.read))], ['dropped', "CASE WHEN kind = 'dropped' THEN dropped END"],
    ['request_id', 'request_id'], ['event_id', 'lower(event_id)'], ['row', '"row"'], ['time', timeOf('ts', 'auto')], ['version', source.version === null ? 'NULL' : String(source.version)], ['arm', 'arm'], ['unit', 'unit_hash'],
    ['latency_ms', 'latency_ms'], ['outcome', 'outcome'], ['error', 'error_code'], ['sampled', 'sampled'], ['label', '"out".label'], ['score', 'TRY_CAST("out".score AS DOUBLE)'], ['value', 'TRY_CAST("out"."value" AS DOUBLE)'],
  ])
  for (let i = 0; i < layout.scores; i++) cells.set(`s${i}`, `CASE WHEN len("out".scores) = ${layout.scores} THEN "out".scores[${i + 1}] END`)
  for (const f of layout.features) {
    if (f.bins !== null && bins !== null) cells.set(f.bins, bins.read(f.feature))
    if (f.raw !== null && raw !== null) cells.set(f.raw, f.kind === 'number' ? `TRY_CAST(${raw.read(f.feature)} AS DOUBLE)` : raw.read(f.feature))
  }
  await writeStage(reading, source.target, from, cells, basename(source.path))
  return { path: source.target, file: source.file, ahead: 0, broken: [], countBlank: true }
}
