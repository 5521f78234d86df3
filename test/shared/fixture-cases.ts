// Fixture cases as the accumulators take them: truth from the data set, predictions as the reference runtime gave them.
import { readFileSync } from 'node:fs'
import { argmaxRows, softmaxRows } from '../../shared/metrics/decision.ts'
import type { ClassificationBatch, ClassificationSetup, MetricResult, RegressionBatch } from '../../shared/metrics/accumulator.ts'
import { createClassificationAccumulator } from '../../shared/metrics/classification.ts'
import { createRegressionAccumulator } from '../../shared/metrics/regression.ts'
import { fixture } from '../setup/fixtures.ts'
import { readReference, type Reference } from './reference-metrics.ts'

interface Predictions { readonly ids: readonly (string | number)[], readonly outputs: Record<string, { readonly type: string, readonly dims: readonly number[], readonly data: readonly (string | number)[] }> }

export interface FixtureCase { readonly folder: string, readonly predictions: string, readonly reference: string, readonly table: string | null }

const named = (folder: string, table: (dataset: string) => string | null, ...names: readonly string[]): FixtureCase[] =>
  names.map((name) => ({ folder, predictions: `${folder}/predictions/${name}.json`, reference: `${folder}/reference/${name}.json`, table: table(name.slice(name.indexOf('.') + 1)) }))

export const classificationCases: readonly FixtureCase[] = [
  ...named('iris', (d) => `iris/data/${d}.csv`, 'logreg-tensor.iris', 'logreg-tensor.iris-test', 'logreg-zipmap.iris', 'logreg-zipmap.iris-test', 'forest.iris', 'forest.iris-test', 'ms-logreg.iris-int-labels', 'ms-logreg-fixed.iris-int-labels'),
  ...named('adult-income', (d) => `adult-income/data/${d.replace(/\.(lenient|strict)$/, '')}.csv`, 'v1.test', 'v2.test', 'v3.test', 'v1.test-drifted', 'v2.test-drifted', 'v1.test-messy.lenient', 'v1.test-messy.strict', 'v2.test-messy.lenient', 'v2.test-messy.strict'),
  ...named('mnist', () => null, 'v1.test', 'v2.test', 'mlp.test', 'v1.test-noisy', 'v2.test-noisy', 'mlp.test-noisy'),
]

export const regressionCases: readonly FixtureCase[] = [
  ...named('diabetes', (d) => `diabetes/data/${d}.csv`, 'v1.test', 'v2.test'),
  ...named('abalone', (d) => `abalone/data/${d}.csv`, 'v1.test', 'v2.test', 'v1.test-drifted', 'v2.test-drifted'),
]

/** RFC 4180, just enough for the fixtures: quotes, doubled quotes, line breaks inside quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') { cell += '"'; i++ } else quoted = false
    } else if (c === '"') quoted = true
    else if (c === ',') { row.push(cell); cell = '' }
    else if (c === '\n') { rows.push([...row, cell.replace(/\r$/, '')]); row = []; cell = '' }
    else cell += c
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]]
}

/** True labels in prediction order: by `id` column when the table has one, by position otherwise, from the folder for images. */
function truthOf(one: FixtureCase, reference: Reference, predictions: Predictions): string[] {
  if (one.table === null) return predictions.ids.map((id) => String(id).split('/')[0]!)
  const [header, ...rows] = parseCsv(readFileSync(fixture(one.table), 'utf8'))
  const target = header!.indexOf(reference.target!)
  const id = header!.indexOf('id')
  if (id < 0) return rows.map((row) => row[target]!)
  const byId = new Map(rows.map((row) => [row[id]!, row[target]!]))
  return predictions.ids.map((key) => byId.get(String(key))!)
}

const readPredictions = (one: FixtureCase): Predictions => JSON.parse(readFileSync(fixture(one.predictions), 'utf8')) as Predictions

export interface ClassificationCase { readonly reference: Reference, readonly setup: ClassificationSetup, readonly batch: ClassificationBatch & { readonly probabilities: Float64Array } }

export function loadClassification(one: FixtureCase): ClassificationCase {
  const reference = readReference(one.reference)
  const predictions = readPredictions(one)
  const classes = reference.classes!.map(String)
  const rows = predictions.ids.length
  const outputs = Object.entries(predictions.outputs)
  const [scoreName, scores] = outputs.find(([, t]) => t.dims.length === 2)!
  const raw = Float64Array.from(scores.data as readonly number[])
  const probabilities = scoreName === 'logits' ? softmaxRows(raw, rows, classes.length) : raw
  const label = outputs.find(([, t]) => t.dims.length === 1)?.[1]
  const index = (value: string | number) => classes.indexOf(String(value))
  const predicted = label === undefined ? argmaxRows(probabilities, rows, classes.length) : Int32Array.from(label.data, (value) => typeof value === 'number' && index(value) < 0 ? value : index(value))
  const truth = Int32Array.from(truthOf(one, reference, predictions), index)
  return {
    reference, batch: { rows, truth, predicted, probabilities },
    setup: { classes, positiveClass: reference.positive_class ?? null, hasProbabilities: true, seed: 1 },
  }
}

export function loadRegression(one: FixtureCase): { readonly reference: Reference, readonly batch: RegressionBatch } {
  const reference = readReference(one.reference)
  const predictions = readPredictions(one)
  const [output] = Object.values(predictions.outputs)
  const truth = Float64Array.from(truthOf(one, reference, predictions), Number)
  return { reference, batch: { rows: truth.length, truth, predicted: Float64Array.from(output!.data as readonly number[]) } }
}

/** Feeds a batch in pieces of `size` rows. */
export function classify(setup: ClassificationSetup, batch: ClassificationBatch, size = batch.rows): MetricResult {
  const k = setup.classes.length
  const accumulator = createClassificationAccumulator(setup)
  for (let from = 0; from < batch.rows; from += size) {
    const to = Math.min(batch.rows, from + size)
    accumulator.add({ rows: to - from, truth: batch.truth.slice(from, to), predicted: batch.predicted.slice(from, to), probabilities: batch.probabilities?.slice(from * k, to * k) ?? null })
  }
  return accumulator.finish()
}

export function regress(batch: RegressionBatch, size = batch.rows, seed = 1): MetricResult {
  const accumulator = createRegressionAccumulator({ seed })
  for (let from = 0; from < batch.rows; from += size) {
    const to = Math.min(batch.rows, from + size)
    accumulator.add({ rows: to - from, truth: batch.truth.slice(from, to), predicted: batch.predicted.slice(from, to) })
  }
  return accumulator.finish()
}
