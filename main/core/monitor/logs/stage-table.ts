// Stages tables of answers, one row an answer, columns named by the mapping: typed, judged and binned by DuckDB alone, so that large ones are fast.
// Refuses a mapping that names columns which are not there.
import { basename } from 'node:path'
import type { LogMapping } from '../../../../shared/domain/log-batch.ts'
import type { ReferenceFeature } from '../../../../shared/drift/reference.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import { sqlText } from '../../datasets/duckdb.ts'
import { armOf, binCode, durationOf, numberIn, outcomeOf, present, timeOf } from './cell-words.ts'
import type { LogTable } from './log-table.ts'
import type { ReadingPlan } from './reading-plan.ts'
import type { FoundFeature } from './row-columns.ts'
import { writeStage, type Reading, type Stage } from './stage.ts'

const single = ['requestId', 'row', 'time', 'version', 'arm', 'unit', 'latency', 'status', 'label', 'score', 'value', 'truth'] as const

/** Every column that a mapping names. */
export const namedColumns = (mapping: LogMapping): readonly string[] => [
  ...single.flatMap((key) => (mapping[key] === undefined ? [] : [mapping[key]])), ...Object.values(mapping.scores ?? {}), ...Object.values(mapping.features ?? {}),
  ...[mapping.requestBody, mapping.responseBody].flatMap((name) => (name === undefined ? [] : [name])),
]

/** Which column is which feature: the mapping's word, else the column of the same name. */
const columnOf = (mapping: LogMapping, feature: string): string => mapping.features?.[feature] ?? feature

/** Features that are in a table: of the profile those that have a column, and others that the mapping names. */
export function tableFeatures(table: LogTable, plan: ReadingPlan): readonly FoundFeature[] {
  const known = plan.reference?.features ?? []
  const others = Object.keys(plan.mapping.features ?? {}).filter((name) => !known.some((f) => f.feature === name))
  return [
    ...known.filter((f) => table.has(columnOf(plan.mapping, f.feature))).map((f) => ({ feature: f.feature, bins: true, raw: true, text: f.datatype === 'BYTES', onlyMissing: f.bins.kind === 'none' })),
    ...others.map((feature) => ({ feature, bins: false, raw: true, text: true })),
  ]
}

export function checkColumns(table: LogTable, plan: ReadingPlan, file: string): void {
  const gone = namedColumns(plan.mapping).filter((name) => !table.has(name))
  if (gone.length > 0) throw new SlipwayError('dataset.columnMissing', { input: gone[0]!, columns: `${gone.map((name) => `“${name}”`).join(', ')} (in ${file})` })
}

/** The value as the model got it: numbers as such, texts as they are, missing cells as the binding fills them. */
function valueOf(table: LogTable, feature: ReferenceFeature, plan: ReadingPlan): string {
  const column = columnOf(plan.mapping, feature.feature)
  const fill = plan.fills[feature.feature]
  if (feature.datatype === 'BYTES') return fill === undefined ? table.text(column) : `coalesce(${table.text(column)}, ${sqlText(String(fill))})`
  const number = feature.datatype === 'BOOL' ? `coalesce(${table.number(column)}, CAST(TRY_CAST(${table.text(column)} AS BOOLEAN) AS DOUBLE))` : table.number(column)
  return fill === undefined ? number : `coalesce(${number}, CAST(${sqlText(String(Number(fill)))} AS DOUBLE))`
}

interface Answer { readonly cells: ReadonlyMap<string, string>; readonly faults: readonly string[] }

function answerCells(table: LogTable, plan: ReadingPlan, scores: number): Answer {
  const { mapping, classes } = plan
  const cells = new Map<string, string>()
  const faults: string[] = []
  const number = (name: string): string => { faults.push(`WHEN ${present(table.text(name))} AND TRY_CAST(${table.text(name)} AS DOUBLE) IS NULL THEN 'bad-number'`); return numberIn(table.text(name)) }
  for (let i = 0; i < scores; i++) cells.set(`s${i}`, number(mapping.scores![classes[i]!]!))
  if (mapping.label !== undefined) cells.set('label', table.text(mapping.label))
  else if (scores > 0) cells.set('label', `CASE greatest(${classes.map((_, i) => cells.get(`s${i}`)!).join(', ')}) ${classes.map((c, i) => `WHEN ${cells.get(`s${i}`)!} THEN ${sqlText(c)}`).join(' ')} END`)
  if (mapping.score !== undefined) cells.set('score', number(mapping.score))
  else if (scores > 0) { const positive = classes.indexOf(plan.positiveClass ?? ''); cells.set('score', positive >= 0 ? cells.get(`s${positive}`)! : `greatest(${classes.map((_, i) => cells.get(`s${i}`)!).join(', ')})`) }
  if (mapping.value !== undefined) cells.set('value', number(mapping.value))
  if (mapping.truth !== undefined) cells.set('truth', table.text(mapping.truth))
  return { cells, faults }
}

interface Timing { readonly cell: string; readonly fault: string | null; /** worked out once a row, before it is used several times */ readonly once?: string }

/** Names of what is worked out once a row; no column of a log is likely to have them. */
const onceTime = '"slipway time"'
const onceValue = (i: number): string => `"slipway value ${i}"`

function timeCell(table: LogTable, { mapping, time }: ReadingPlan, fileTime: number): Timing {
  const instead = String(time ?? fileTime)
  if (mapping.time === undefined) return { cell: instead, fault: null }
  const read = table.moment(mapping.time) ?? timeOf(table.text(mapping.time), mapping.timeUnit)
  return { once: read, cell: `coalesce(${onceTime}, ${instead})`, fault: `WHEN ${onceTime} IS NULL AND ${present(table.text(mapping.time))} THEN 'no-time'` }
}

function versionCell(table: LogTable, { mapping, versionNumber, knownNumbers }: ReadingPlan): Timing {
  if (mapping.version === undefined) return { cell: versionNumber === null ? 'NULL' : String(versionNumber), fault: null }
  const number = `TRY_CAST(regexp_replace(lower(trim(${table.text(mapping.version)})), '^v', '') AS INTEGER)`
  return { cell: number, fault: `WHEN coalesce(${number} NOT IN (${[...knownNumbers, -1].join(', ')}), true) THEN 'other-version'` }
}

export interface TableSource { readonly table: LogTable; readonly path: string; readonly file: number; readonly target: string; readonly fileTime: number }

/** Stages one table. */
export async function stageTable(reading: Reading, plan: ReadingPlan, source: TableSource): Promise<Stage> {
  const { table } = source
  const { mapping } = plan
  checkColumns(table, plan, basename(source.path))
  const [time, version, answer] = [timeCell(table, plan, source.fileTime), versionCell(table, plan), answerCells(table, plan, reading.layout.scores)]
  const asText = (name: string | undefined): string => (name === undefined ? 'NULL' : table.text(name))
  const outcome = mapping.status === undefined ? "'ok'" : `coalesce(${outcomeOf(table.text(mapping.status))}, 'ok')`
  const row = mapping.row === undefined ? '0' : `TRY_CAST(${table.text(mapping.row)} AS INTEGER)`
  const cells = new Map<string, string>([
    ['request_id', asText(mapping.requestId)], ['row', mapping.row === undefined ? '0' : `coalesce(${row}, 0)`], ['time', time.cell], ['version', version.cell],
    ['arm', mapping.arm === undefined ? "'stable'" : `coalesce(${armOf(table.text(mapping.arm))}, 'stable')`], ['unit', asText(mapping.unit)], ['latency_ms', mapping.latency === undefined ? 'NULL' : durationOf(table.text(mapping.latency), mapping.latencyUnit)],
    ['outcome', outcome], ['error', mapping.status === undefined ? 'NULL' : `CASE WHEN ${outcome} <> 'ok' THEN ${table.text(mapping.status)} END`], ['sampled', '1'], ...answer.cells,
  ])
  const answers = ['label', 'score', 'value'].flatMap((name) => (cells.has(name) ? [cells.get(name)!] : []))
  const bad = (name: string | undefined, read: (text: string) => string): string => (name === undefined ? '' : ` WHEN ${present(table.text(name))} AND ${read(table.text(name))} IS NULL THEN 'bad-field'`)
  cells.set('fault', `CASE${table.kind === 'jsonl' ? " WHEN json IS NULL OR json_type(json) <> 'OBJECT' THEN 'unreadable'" : ''}${mapping.requestId === undefined ? '' : ` WHEN NOT ${present(table.text(mapping.requestId))} THEN 'no-id'`} ${time.fault ?? ''} ${version.fault ?? ''}`
    + `${bad(mapping.arm, armOf)}${bad(mapping.status, outcomeOf)}${mapping.row === undefined ? '' : ` WHEN ${present(table.text(mapping.row))} AND coalesce(${row} < 0, true) THEN 'bad-number'`} ${answer.faults.join(' ')}`
    + `${answers.length === 0 ? '' : ` WHEN ${outcome} = 'ok' AND ${answers.map((a) => `${a} IS NULL`).join(' AND ')} THEN 'no-answer'`} ELSE NULL END`)
  // CASE without a branch is no SQL.
  if (!cells.get('fault')!.includes('WHEN')) cells.delete('fault')
  const once = time.once === undefined ? [] : [`${time.once} AS ${onceTime}`]
  for (const [i, f] of reading.layout.features.entries()) {
    const feature = plan.reference?.features.find((r) => r.feature === f.feature)
    if (feature !== undefined && (f.bins !== null || f.raw !== null)) once.push(`${valueOf(table, feature, plan)} AS ${onceValue(i)}`)
    if (f.bins !== null && feature !== undefined) cells.set(f.bins, binCode(feature.bins, onceValue(i)))
    if (f.raw !== null) cells.set(f.raw, feature !== undefined ? onceValue(i) : table.text(columnOf(mapping, f.feature)))
  }
  // Which rows took the time of their file is told by counting them, so the mark travels in a column that no record has.
  cells.set('dropped', mapping.time === undefined ? '-1' : `CASE WHEN NOT ${present(table.text(mapping.time))} THEN -1 END`)
  const from = once.length === 0 ? table.from : `(SELECT *, ${once.join(', ')} FROM ${table.from})`
  await writeStage(reading, source.target, from, cells, basename(source.path))
  return { path: source.target, file: source.file, ahead: table.kind === 'parquet' ? 0 : table.ahead, broken: await table.broken(), countBlank: table.kind === 'jsonl' }
}
