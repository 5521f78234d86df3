// Answers `reference`: the scored rows of a run and their answers as counts in bins, for watching live data. DuckDB counts; shared/drift makes the bins.
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { categoryBins, enoughTexts } from '../../../shared/drift/bin-categories.ts'
import { numericBins, type CountedNumbers } from '../../../shared/drift/bin-numbers.ts'
import type { Bins, CategoryBins, NumericBins, Reference } from '../../../shared/drift/reference.ts'
import { FloatColumn } from '../../../shared/metrics/growing-arrays.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { allRows, openDatabase, sqlPath, sqlText, streamChunks, type Database } from './duckdb.ts'
import { readShape } from './prediction-page.ts'
import { openQualityTables } from './quality-tables.ts'

type Method = EngineContract['reference']
type Input = InputOf<Method>
type Feature = Input['features'][number]
type Answers = Reference['answers']

interface Ask { readonly db: Database; readonly file: string; readonly signal: AbortSignal }

const ask = (on: Ask, sql: string): Promise<unknown[][]> => allRows(on.db, sql, on.signal, on.file)
const count = (cell: unknown): number => Number(cell ?? 0)

/** Distinct finite values of an expression with their counts, and the rows without one. */
async function countNumbers(on: Ask, expression: string, from: string): Promise<{ readonly numbers: CountedNumbers; readonly missing: number }> {
  const [values, counts] = [new FloatColumn(), new FloatColumn()]
  let present = 0
  for await (const chunk of streamChunks(on.db, `SELECT v, CAST(count(*) AS DOUBLE) FROM (SELECT ${expression} AS v FROM ${from}) WHERE isfinite(v) GROUP BY v ORDER BY v`, on.signal, on.file)) {
    for (const value of chunk.getColumnValues(0)) values.push(Number(value))
    for (const value of chunk.getColumnValues(1)) { counts.push(Number(value)); present += Number(value) }
  }
  const [row] = await ask(on, `SELECT count(*) FROM ${from}`)
  return { numbers: { values: values.toArray(), counts: counts.toArray() }, missing: count(row?.[0]) - present }
}

async function textBins(on: Ask, expression: string, from: string): Promise<Bins> {
  const [row] = await ask(on, `SELECT count(v), count(*) - count(v) FROM (SELECT ${expression} AS v FROM ${from})`)
  const top = (await ask(on, `SELECT v, count(*) AS n FROM (SELECT ${expression} AS v FROM ${from}) WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${enoughTexts}`)).map(([value, n]) => ({ value: String(value), count: count(n) }))
  return categoryBins(top, count(row?.[1]), count(row?.[0]) - top.reduce((sum, t) => sum + t.count, 0))
}

/** A column as the model gets it: numbers as such, texts as they are, missing cells as the binding fills them. */
async function featureBins(on: Ask, feature: Feature, place: number): Promise<Bins> {
  const cell = `c${place}`
  if (feature.hidden !== null) {
    const [row] = await ask(on, `SELECT count(*), count(*) - count(${cell}) FROM scored`)
    return { kind: 'none', rows: count(row?.[0]), missing: feature.fill === null ? count(row?.[1]) : 0, reason: feature.hidden }
  }
  if (feature.datatype === 'BYTES') return textBins(on, feature.fill === null ? cell : `coalesce(${cell}, ${sqlText(String(feature.fill))})`, 'scored')
  const number = feature.datatype === 'BOOL' ? `coalesce(TRY_CAST(${cell} AS DOUBLE), CAST(TRY_CAST(${cell} AS BOOLEAN) AS DOUBLE))` : `TRY_CAST(${cell} AS DOUBLE)`
  const filled = feature.fill === null ? number : `coalesce(${number}, CAST(${Number(feature.fill)} AS DOUBLE))`
  const { numbers, missing } = await countNumbers(on, filled, 'scored')
  return numericBins(numbers, missing)
}

async function featuresOf(input: Input, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<Reference['features']> {
  const { source, features } = input
  if (source === null || features.length === 0) return []
  const columns = features.map((f) => ({ name: f.feature, numeric: f.datatype !== 'BYTES' && f.datatype !== 'BOOL' }))
  const tables = await openQualityTables({ predictions: input.predictions, source, columns, target: null, training: null, regression: input.task === 'regression' }, context.signal)
  try {
    const made: Reference['features'] = []
    for (const [place, feature] of features.entries()) {
      context.progress({ step: `counting ${feature.feature}`, done: place, total: features.length })
      const bins = await featureBins({ ...tables, signal: context.signal }, feature, place)
      made.push({ feature: feature.feature, input: feature.input, place: feature.place, datatype: feature.datatype, bins })
    }
    return made
  } finally { tables.close() }
}

const numericOnly = (bins: Bins): NumericBins | null => (bins.kind === 'numeric' ? bins : null)
const categoriesOnly = (bins: Bins): CategoryBins | null => (bins.kind === 'categorical' ? bins : null)

async function confidenceOf(on: Ask, from: string): Promise<Answers['confidence']> {
  const [row] = await ask(on, `SELECT avg(confidence), stddev_samp(confidence), count(confidence) FROM ${from} WHERE isfinite(confidence)`)
  return row === undefined || count(row[2]) < 2 ? null : { mean: Number(row[0]), standardDeviation: Number(row[1]), rows: count(row[2]) }
}

async function answersOf(input: Input, signal: AbortSignal): Promise<Answers> {
  const db = await openDatabase([input.predictions])
  const from = `read_parquet(${sqlPath(input.predictions)})`
  const on: Ask = { db, file: basename(input.predictions), signal }
  try {
    const rows = count((await ask(on, `SELECT count(*) FROM ${from}`))[0]?.[0])
    if (input.task === 'regression') {
      const { numbers, missing } = await countNumbers(on, 'predicted', from)
      return { rows, classes: null, score: numericOnly(numericBins(numbers, missing)), scoreMeaning: 'the predicted number', confidence: null, reason: '' }
    }
    if (input.task !== 'binary-classification' && input.task !== 'multiclass-classification') return { rows, classes: null, score: null, scoreMeaning: '', confidence: null, reason: 'a row of this task has several answers, which are not watched' }
    const { scoreNames } = await readShape(db, { path: input.predictions }, signal)
    const positive = input.task === 'binary-classification' && input.positiveClass !== null ? scoreNames.indexOf(input.positiveClass) : -1
    const { numbers, missing } = await countNumbers(on, positive < 0 ? 'confidence' : `s${positive}`, from)
    const classes = await textBins(on, 'predicted', from)
    return {
      rows, classes: categoriesOnly(classes), score: numericOnly(numericBins(numbers, missing)), confidence: await confidenceOf(on, from), reason: '',
      scoreMeaning: positive < 0 ? 'the probability of the answered class' : `the probability of ${input.positiveClass}`,
    }
  } finally { db.close() }
}

/** Errors: `dataset.columnMissing`, `dataset.notReadable`, `job.cancelled`. */
export async function profileForWatching(input: Input, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<OutputOf<Method>> {
  const features = await featuresOf(input, context)
  const answers = await answersOf(input, context.signal)
  return { rows: answers.rows, features, answers }
}
