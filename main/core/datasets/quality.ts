// Answers `quality`: what the scored rows of a run have wrong with them, alone and beside a training file. Sets are DuckDB's work; words are shared/quality-words.ts.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { QualityExample, QualityFinding } from '../../../shared/domain/quality.ts'
import { constantColumn, contradictions, duplicates, leakage, mixedTypes, outOfRange, unseenCategories, type ScoreSplit } from '../../../shared/quality-words.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { qualityOfPictures } from '../engine/picture-quality.ts'
import { sampleRecords, type RowChoice } from '../engine/row-sample.ts'
import { allRows } from './duckdb.ts'
import { openQualityTables, type ComparedColumn, type QualityTables } from './quality-tables.ts'

type Method = EngineContract['quality']
type Input = InputOf<Method>
type Cells = readonly unknown[]

const shown = 5
const mostRecords = 100_000

interface Look { readonly tables: QualityTables; readonly input: Input; readonly columns: readonly ComparedColumn[]; readonly signal: AbortSignal; readonly rows: number; /** Records that the run was asked for. */ readonly wanted: RowChoice }

const ask = async (look: Look, sql: string): Promise<Cells[]> => allRows(look.tables.db, sql, look.signal, look.tables.file)
const text = (cell: unknown): string => (cell === null || cell === undefined ? 'missing' : String(cell))
const real = (cell: unknown): number | null => (cell === null || cell === undefined || !Number.isFinite(Number(cell)) ? null : Number(cell))
const number = (cell: unknown): number => Number(cell ?? 0)

/** The score of the rows that a condition names, and of the others. */
async function split(look: Look, condition: string): Promise<ScoreSplit & { readonly rows: number }> {
  const [row] = await ask(look, `SELECT count(*) FILTER (WHERE ${condition}), avg(good) FILTER (WHERE ${condition}), avg(good) FILTER (WHERE NOT (${condition})) FROM scored`)
  const records = number(row?.[0]) === 0 ? [] : await ask(look, `SELECT record FROM scored WHERE ${condition} ORDER BY record LIMIT ${mostRecords}`)
  return { metric: look.input.regression ? 'mae' : 'accuracy', rows: number(row?.[0]), records: records.map(([record]) => number(record)), inside: real(row?.[1]), outside: real(row?.[2]) }
}

async function duplicateFinding(look: Look): Promise<QualityFinding | null> {
  const repeats = 'record IN (SELECT record FROM (SELECT record, row_number() OVER (PARTITION BY h ORDER BY record) AS place FROM scored) WHERE place > 1)'
  const score = await split(look, repeats)
  const pairs = await ask(look, `SELECT record, first FROM (SELECT record, min(record) OVER (PARTITION BY h) AS first FROM scored) WHERE record > first ORDER BY record LIMIT ${shown}`)
  return duplicates(score.rows, look.rows, score, pairs.map(([record, first]): QualityExample => ({ record: number(record), other: { record: number(first), where: 'evaluation' }, shows: '' })))
}

async function contradictionFinding(look: Look): Promise<QualityFinding | null> {
  if (look.input.target === null) return null
  const groups = 'SELECT h FROM scored WHERE y IS NOT NULL GROUP BY h HAVING count(DISTINCT y) > 1'
  const [counts] = await ask(look, `SELECT sum(n), sum(n - most) FROM (SELECT h, sum(c) AS n, max(c) AS most FROM (SELECT h, y, count(*) AS c FROM scored WHERE h IN (${groups}) GROUP BY h, y) GROUP BY h)`)
  const pairs = await ask(look, `SELECT b.record, a.record, a.y, b.y FROM (SELECT h, min(record) AS record, arg_min(y, record) AS y FROM scored WHERE h IN (${groups}) GROUP BY h) a `
    + `JOIN scored b ON a.h = b.h AND a.y IS DISTINCT FROM b.y AND b.y IS NOT NULL ORDER BY b.record LIMIT ${shown}`)
  const examples = pairs.map(([record, other, first, second]): QualityExample => ({ record: number(record), other: { record: number(other), where: 'evaluation' }, shows: `${text(second)} here, ${text(first)} there` }))
  return contradictions(number(counts?.[0]), number(counts?.[1]), look.rows, look.input.regression, examples)
}

async function leakageFinding(look: Look): Promise<QualityFinding | null> {
  const score = await split(look, 'h IN (SELECT h FROM training)')
  const [agree] = await ask(look, 'SELECT count(*) FROM scored s WHERE (h, y) IN (SELECT (h, y) FROM training)')
  const pairs = await ask(look, `SELECT s.record, min(t.record), any_value(s.y), arg_min(t.y, t.record) FROM scored s JOIN training t ON s.h = t.h GROUP BY s.record ORDER BY s.record LIMIT ${shown}`)
  const examples = pairs.map(([record, other, own, theirs]): QualityExample => ({ record: number(record), other: { record: number(other), where: 'training' }, shows: look.input.target === null ? '' : text(own) === text(theirs) ? `${text(own)} in both` : `${text(own)} here, ${text(theirs)} there` }))
  return leakage(score.rows, number(agree?.[0]), look.rows, score, examples)
}

const exampleOf = ([record, value]: Cells): QualityExample => ({ record: number(record), other: null, shows: text(value) })

async function columnFindings(look: Look, column: ComparedColumn, c: string): Promise<QualityFinding[]> {
  const found: QualityFinding[] = []
  const [facts] = await ask(look, `SELECT count(DISTINCT ${c}), count(${c}), any_value(${c}) FROM scored`)
  const varied = look.tables.hasTraining ? number((await ask(look, `SELECT count(DISTINCT ${c}) FROM training`))[0]?.[0]) > 1 : null
  if (look.rows > 1 && (number(facts?.[1]) === 0 || (number(facts?.[0]) === 1 && number(facts?.[1]) === look.rows))) found.push(constantColumn(column.name, number(facts?.[1]) === 0 ? null : text(facts?.[2]), look.rows, varied))
  if (column.numeric) {
    const odd = await oddCells(look, column.name, c)
    if (odd !== null) found.push(odd)
  }
  return look.tables.hasTraining ? [...found, ...(column.numeric ? await rangeFinding(look, column.name, c) : await unseenFinding(look, column.name, c))] : found
}

/** Cells of a number column that hold no number, in scored rows and in those that the run read and left out. */
async function oddCells(look: Look, name: string, c: string): Promise<QualityFinding | null> {
  const odd = `${c} IS NOT NULL AND (TRY_CAST(${c} AS DOUBLE) IS NULL OR NOT isfinite(TRY_CAST(${c} AS DOUBLE)))`
  const left = (await ask(look, `SELECT record, ${c} FROM unscored WHERE ${odd} ORDER BY record`)).filter(([record]) => look.wanted(number(record)))
  const scored = number((await ask(look, `SELECT count(*) FROM scored WHERE ${odd}`))[0]?.[0])
  if (scored + left.length === 0) return null
  const some = await ask(look, `SELECT record, ${c} FROM scored WHERE ${odd} ORDER BY record LIMIT ${shown}`)
  const examples = [...some, ...left.slice(0, shown)].map(exampleOf).sort((a, b) => a.record - b.record).slice(0, shown)
  return mixedTypes(name, scored, left.length, [...new Set([...some, ...left].map((e) => text(e[1])))], examples)
}

async function rangeFinding(look: Look, name: string, c: string): Promise<QualityFinding[]> {
  const finite = `CASE WHEN isfinite(TRY_CAST(${c} AS DOUBLE)) THEN TRY_CAST(${c} AS DOUBLE) END`
  const [range] = await ask(look, `SELECT min(${finite}), max(${finite}) FROM training`)
  const [low, high] = [real(range?.[0]), real(range?.[1])]
  if (low === null || high === null) return []
  const outside = `coalesce((${finite}) < ${low} OR (${finite}) > ${high}, false)`
  const score = await split(look, outside)
  if (score.rows === 0) return []
  return [outOfRange(name, score.rows, look.rows, [low, high], score, (await ask(look, `SELECT record, ${c} FROM scored WHERE ${outside} ORDER BY record LIMIT ${shown}`)).map(exampleOf))]
}

async function unseenFinding(look: Look, name: string, c: string): Promise<QualityFinding[]> {
  const unseen = `coalesce(${c} NOT IN (SELECT ${c} FROM training WHERE ${c} IS NOT NULL), false)`
  const score = await split(look, unseen)
  if (score.rows === 0) return []
  const values = await ask(look, `SELECT ${c} FROM scored WHERE ${unseen} GROUP BY ${c} ORDER BY count(*) DESC, ${c} LIMIT 100`)
  const examples = await ask(look, `SELECT record, ${c} FROM scored WHERE ${unseen} ORDER BY record LIMIT ${shown}`)
  return [unseenCategories(name, score.rows, look.rows, values.map((v) => text(v[0])), score, examples.map(exampleOf))]
}

const looked: readonly (readonly [kind: QualityFinding['kind'], words: string, training: boolean])[] = [
  ['leakage', 'rows that are also in the training file', true], ['duplicate-rows', 'repeated rows', false], ['contradicting-answers', 'equal rows with different answers', false], ['constant-column', 'inputs that never change', false],
  ['mixed-types', 'cells of the wrong type', false], ['unseen-category', 'categories that the training file lacks', true], ['out-of-range', 'numbers outside the training file’s range', true],
]

/** Errors: `dataset.columnMissing` where the training file lacks an input or the label, `dataset.notReadable`, `job.cancelled`. */
export async function qualityOfRows(input: Input, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<OutputOf<Method>> {
  if (input.source.format.kind === 'images') return qualityOfPictures(input, context)
  const { signal } = context
  const columns = input.columns.map((name): ComparedColumn => ({ name, numeric: ['number', 'integer'].includes(input.source.columns.find((c) => c.name === name)?.type ?? '') }))
  const target = input.target === null ? null : { name: input.target, numeric: input.regression || ['number', 'integer'].includes(input.source.columns.find((c) => c.name === input.target)?.type ?? '') }
  context.progress({ step: 'reading the rows', done: null, total: null })
  const { limit, sample, seed, excludeRecords } = input.options
  const within = Math.min(input.rowsTotal, limit ?? input.rowsTotal)
  const [drawn, excluded] = [sample === null || sample >= within ? null : sampleRecords(within, sample, seed), new Set(excludeRecords)]
  const tables = await openQualityTables({ ...input, columns, target, within }, signal)
  try {
    const rows = number((await allRows(tables.db, 'SELECT count(*) FROM scored', signal, tables.file))[0]?.[0])
    const look: Look = { tables, input, columns, signal, rows, wanted: (record) => !excluded.has(record) && (drawn === null || drawn(record)) }
    const findings = [tables.hasTraining ? await leakageFinding(look) : null, await contradictionFinding(look), await duplicateFinding(look)].filter((f) => f !== null)
    for (const [c, column] of columns.entries()) {
      context.progress({ step: `looking at ${column.name}`, done: c, total: columns.length })
      findings.push(...await columnFindings(look, column, `c${c}`))
    }
    const clear = looked.filter(([kind, , training]) => (!training || tables.hasTraining) && (kind !== 'contradicting-answers' || input.target !== null) && !findings.some((f) => f.kind === kind)).map(([, words]) => words)
    const order = (f: QualityFinding): number => (f.severity === 'warning' ? 0 : 100) + looked.findIndex(([kind]) => kind === f.kind)
    return { rows, findings: findings.sort((a, b) => order(a) - order(b) || b.rows - a.rows), clear, notes: tables.hasTraining ? [] : ['Without a training file, nothing can be said about rows that the model has seen, unseen categories or ranges.'] }
  } finally { tables.close() }
}
