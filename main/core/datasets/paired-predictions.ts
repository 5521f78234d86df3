// Stored predictions of two runs on the same data, paired by record, as typed arrays in record order: what a comparison starts from.
// Knows the layout that prediction-writer.ts writes, and nothing of runs. Rows that only one side scored are counted, not guessed.
import { basename } from 'node:path'
import type { ModelTask } from '../../../shared/domain/model.ts'
import type { PairedRows } from '../../../shared/domain/verdict.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PairedAnswers } from '../../../shared/verdict/paired-differences.ts'
import type { RankedPair } from '../../../shared/verdict/ranking-differences.ts'
import { allRows, openDatabase, sqlPath, sqlText, streamChunks, type Database } from './duckdb.ts'
import { readShape } from './prediction-page.ts'
import { copyDoubles } from './vectors.ts'

export interface PredictionFile {
  readonly path: string
  /** Labels as the data set writes them; empty for a regression. */
  readonly labels: readonly string[]
}

export interface PairRequest {
  readonly task: ModelTask
  readonly first: PredictionFile
  readonly second: PredictionFile
  readonly positiveClass: string | null
  /** Between the labels of a row. */
  readonly separator: string
  /** Whether scores are wanted for rankings. */
  readonly ranked: boolean
}

/** Scores of all classes that are kept for rankings; of more rows every m-th is taken, by a hash of its record. */
const mostScores = 4_000_000

interface Joined { readonly db: Database, readonly file: string, readonly from: string, readonly names: readonly [readonly string[], readonly string[]], readonly signal: AbortSignal }

const place = (column: string, labels: readonly string[]): string => `CAST(coalesce(list_position([${labels.map(sqlText).join(', ')}]::VARCHAR[], ${column}), 0) - 1 AS DOUBLE)`

/** The answers of SQL expressions over the paired rows, in record order; NULL is NaN. */
async function columnsOf({ db, file, from, signal }: Joined, expressions: readonly string[], condition = 'true'): Promise<Float64Array[]> {
  const rows = Number((await allRows(db, `SELECT count(*) ${from} AND ${condition}`, signal, file))[0]?.[0] ?? 0)
  const out = expressions.map(() => new Float64Array(rows))
  if (expressions.length === 0 || rows === 0) return out
  let at = 0
  for await (const chunk of streamChunks(db, `SELECT ${expressions.map((e) => `CAST(${e} AS DOUBLE)`).join(', ')} ${from} AND ${condition} ORDER BY a.record`, signal, file)) {
    out.forEach((target, c) => copyDoubles(chunk.getColumnVector(c), 0, chunk.rowCount, target, at))
    at += chunk.rowCount
  }
  return out
}

const allFinite = (...columns: readonly Float64Array[]): boolean => columns.every((values) => values.every(Number.isFinite))

/** The column of a label's score, `0` where this side does not know the label. */
const scoreOf = (side: 'a' | 'b', names: readonly string[], label: string): string => { const at = names.indexOf(label); return at < 0 ? '0' : `${side}.s${at}` }

/** (p − y)² of the positive class, or summed over all classes. */
function brierSql(side: 'a' | 'b', names: readonly string[], labels: readonly string[], positiveClass: string | null): string {
  const term = (label: string): string => `pow(${scoreOf(side, names, label)} - (a.truth = ${sqlText(label)})::INTEGER, 2)`
  return positiveClass !== null && labels.length === 2 ? term(positiveClass) : labels.map(term).join(' + ')
}

async function rankedOf(joined: Joined, labels: readonly string[], positiveClass: string | null, rows: number): Promise<RankedPair | null> {
  const [first, second] = joined.names
  if (first.length === 0 || second.length === 0) return null
  const binary = labels.length === 2 && positiveClass !== null
  const wanted = binary ? [positiveClass] : labels
  const nth = Math.max(1, Math.ceil(rows * wanted.length / mostScores))
  const [truth, ...scores] = await columnsOf(joined, [place('a.truth', labels), ...wanted.flatMap((label) => [scoreOf('a', first, label), scoreOf('b', second, label)])], nth === 1 ? 'true' : `hash(a.record) % ${nth} = 0`)
  if (truth === undefined || !allFinite(...scores)) return null
  const classes = labels.map((label) => { const at = binary ? 0 : labels.indexOf(label); return { label, first: scores[2 * at]!, second: scores[2 * at + 1]! } })
  return { truth: Int32Array.from(truth), classes, positive: binary ? labels.indexOf(positiveClass) : null }
}

async function classPairs(joined: Joined, request: PairRequest): Promise<PairedAnswers> {
  const labels = [...new Set([...request.first.labels, ...request.second.labels])]
  const [names, others] = joined.names
  const scored = labels.length > 0 && names.length > 0 && others.length > 0
  const [truth, first, second, ...rest] = await columnsOf(joined, [
    place('a.truth', labels), place('a.predicted', labels), place('b.predicted', labels),
    'a.loss', 'b.loss', ...(scored ? [brierSql('a', names, labels, request.positiveClass), brierSql('b', others, labels, request.positiveClass)] : []),
  ])
  const pairOf = (a: Float64Array | undefined, b: Float64Array | undefined): { first: Float64Array, second: Float64Array } | null => (a === undefined || b === undefined || !allFinite(a, b) ? null : { first: a, second: b })
  return {
    kind: 'classes', answers: { classes: labels, positiveClass: request.positiveClass, truth: Int32Array.from(truth!), first: Int32Array.from(first!), second: Int32Array.from(second!) },
    logLoss: pairOf(rest[0], rest[1]), brier: pairOf(rest[2], rest[3]), ranked: request.ranked ? await rankedOf(joined, labels, request.positiveClass, truth!.length) : null,
  }
}

async function labelSetPairs(joined: Joined, { first, second, separator }: PairRequest): Promise<PairedAnswers> {
  const labels = [...new Set([...first.labels, ...second.labels])]
  if (labels.some((l) => l.includes(separator))) throw new SlipwayError('input.invalid', { reason: `a label holds the sign “${separator}” that stands between labels, so the stored rows cannot be told apart` })
  const has = (column: string, label: string): string => `list_contains(string_split(${column}, ${sqlText(separator)}), ${sqlText(label)})::INTEGER`
  const side = (name: 'a' | 'b'): string[] => [
    ...labels.map((l) => `${has('a.truth', l)} * ${has(`${name}.predicted`, l)}`), ...labels.map((l) => has(`${name}.predicted`, l)), ...labels.map((l) => has('a.truth', l)),
  ]
  const width = labels.length * 3
  const all = await columnsOf(joined, [...side('a'), ...side('b'), 'a.correct::INTEGER', 'b.correct::INTEGER', 'a.loss', 'b.loss'])
  const [rightA, rightB, lossA, lossB] = all.slice(2 * width)
  return {
    kind: 'label-sets', labels: labels.length, columns: { first: all.slice(0, width), second: all.slice(width, 2 * width) },
    right: { first: Uint8Array.from(rightA!), second: Uint8Array.from(rightB!) }, loss: allFinite(lossA!, lossB!) ? { first: lossA!, second: lossB! } : null,
  }
}

async function answersOf(joined: Joined, request: PairRequest): Promise<PairedAnswers> {
  switch (request.task) {
    case 'binary-classification':
    case 'multiclass-classification': return classPairs(joined, request)
    case 'multilabel-classification': return labelSetPairs(joined, request)
    case 'regression': {
      const [truth, first, second] = await columnsOf(joined, ['a.truth', 'a.predicted', 'b.predicted'])
      return { kind: 'values', truth: truth!, first: first!, second: second! }
    }
    case 'object-detection': {
      const columns = await columnsOf(joined, ['a.s0', 'a.s1', 'a.s2', 'b.s0', 'b.s1', 'b.s2'])
      return { kind: 'boxes', columns: { first: columns.slice(0, 3), second: columns.slice(3) } }
    }
    case 'semantic-segmentation': {
      const [first, second] = await columnsOf(joined, ['a.s1', 'b.s1'], 'isfinite(a.s1) AND isfinite(b.s1)')
      return { kind: 'masks', meanIou: { first: first!, second: second! } }
    }
  }
}

/** Pictures carry their truth in their scores: there every row that both scored is a pair. */
export const truthInScores = (task: ModelTask): boolean => task === 'object-detection' || task === 'semantic-segmentation'

/** `FROM a JOIN b … WHERE` of the rows that both scored with one and the same true answer; conditions follow with AND. */
export function pairedFrom(first: string, second: string, task: ModelTask): string {
  return `FROM read_parquet(${sqlPath(first)}) a JOIN read_parquet(${sqlPath(second)}) b ON a.record = b.record WHERE ${truthInScores(task) ? 'true' : 'a.truth IS NOT NULL AND b.truth IS NOT NULL AND a.truth = b.truth'}`
}

async function countRows(joined: Pick<Joined, 'db' | 'file' | 'signal'>, { first, second, task }: PairRequest): Promise<PairedRows> {
  const known = truthInScores(task) ? '' : ' WHERE truth IS NOT NULL'
  const count = async (sql: string): Promise<number> => Number((await allRows(joined.db, sql, joined.signal, joined.file))[0]?.[0] ?? 0)
  const [a, b] = [await count(`SELECT count(*) FROM read_parquet(${sqlPath(first.path)})${known}`), await count(`SELECT count(*) FROM read_parquet(${sqlPath(second.path)})${known}`)]
  const both = await count(`SELECT count(*) FROM (SELECT record FROM read_parquet(${sqlPath(first.path)})${known}) a JOIN (SELECT record FROM read_parquet(${sqlPath(second.path)})${known}) b USING (record)`)
  const paired = await count(`SELECT count(*) ${pairedFrom(first.path, second.path, task)}`)
  return { paired, onlyFirst: a - both, onlySecond: b - both, otherTruth: both - paired }
}

/** Both sides of every paired row. Errors: `input.invalid` for runs without true answers or of different kinds, `dataset.notReadable`, `job.cancelled`. */
export async function readPairedPredictions(request: PairRequest, signal: AbortSignal): Promise<{ readonly rows: PairedRows, readonly answers: PairedAnswers }> {
  const { first, second, task } = request
  const db = await openDatabase([first.path, second.path])
  try {
    const shapes = [await readShape(db, first, signal), await readShape(db, second, signal)] as const
    if (shapes.some((s) => s.task !== task) || (task === 'object-detection' && shapes.some((s) => s.scoreNames.length < 3)) || (task === 'semantic-segmentation' && shapes.some((s) => s.scoreNames.length < 2))) {
      throw new SlipwayError('input.invalid', { reason: 'the two runs have no true answers of the same kind' })
    }
    const joined: Joined = { db, file: basename(first.path), from: pairedFrom(first.path, second.path, task), names: [shapes[0].scoreNames, shapes[1].scoreNames], signal }
    const rows = await countRows(joined, request)
    if (rows.paired === 0) throw new SlipwayError('input.invalid', { reason: rows.otherTruth > 0 ? 'the two runs hold different true answers for every row that both scored' : 'the two runs have no scored row with a true answer in common' })
    return { rows, answers: await answersOf(joined, request) }
  } finally { db.close() }
}
