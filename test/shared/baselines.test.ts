// Baselines, small trees and comparisons of two shares against scikit-learn, scipy and statsmodels (test/fixtures-facts/make-baseline-facts.py) and published examples.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorScores, type ClassOutcomes, type ValueOutcomes } from '../../shared/baselines/scores.ts'
import { growTree, leafOf, type TreeFeature, type TreeNode } from '../../shared/baselines/tree.ts'
import { treeLines } from '../../shared/baselines/tree-words.ts'
import { classBaselines, hardest, valueBaselines } from '../../shared/baselines/trivial.ts'
import { rootMeanDifference } from '../../shared/statistics/paired-interval.ts'
import { differenceOfPairedShares, differenceOfShares, ratioOfShares } from '../../shared/statistics/two-proportions.ts'
import { fixture } from '../setup/fixtures.ts'

interface Node { readonly rows: number, readonly impurity: number, readonly feature?: number, readonly threshold?: number, readonly left?: Node, readonly right?: Node }
interface Facts {
  readonly shares: readonly { readonly case: readonly [number, number, number, number], readonly difference: readonly [number, number], readonly ratio?: readonly [number, number] }[]
  readonly trees: { readonly iris: { columns: string[], target: string, tree: Node, accuracy: number }, readonly diabetes: { columns: string[], target: string, tree: Node, rmse: number }, readonly adult: { columns: string[], target: string, train_accuracy: number, accuracy: number, leaf_rows: number[] } }
  readonly diabetes: Readonly<Record<'evaluation' | 'training', Readonly<Record<'mean' | 'median', { rmse: number, mae: number, mae_gain: number[], rmse_gain: number, rmse_bootstrap: number[] }>>>>
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/baseline-facts.json'), 'utf8')) as Facts

function csv(path: string): { readonly header: string[], readonly cells: string[][] } {
  const [header, ...cells] = readFileSync(fixture(path), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','))
  return { header: header!, cells }
}
const column = (file: ReturnType<typeof csv>, name: string): string[] => file.cells.map((row) => row[file.header.indexOf(name)]!)

describe('two shares', () => {
  test.each(facts.shares)('difference and ratio of $case', ({ case: [a, n, b, m], difference, ratio }) => {
    const found = differenceOfShares({ hits: a, rows: n }, { hits: b, rows: m })
    expect([found.low, found.high]).toEqual([expect.closeTo(difference[0], 9), expect.closeTo(difference[1], 9)])
    if (ratio === undefined) return
    const r = ratioOfShares({ hits: a, rows: n }, { hits: b, rows: m })
    expect(Math.abs(r.low! - ratio[0]) / ratio[0]).toBeLessThan(1e-5)
    expect(Math.abs(r.high! - ratio[1]) / ratio[1]).toBeLessThan(1e-5)
  })
  test('Newcombe’s own table of 1998, method 10', () => {
    const table = [[56, 70, 48, 80, 0.0524, 0.3339], [9, 10, 3, 10, 0.1705, 0.8090], [6, 7, 2, 7, 0.0582, 0.8062], [5, 56, 0, 29, -0.0381, 0.1926], [0, 10, 0, 20, -0.1611, 0.2775], [0, 10, 0, 10, -0.2775, 0.2775], [10, 10, 0, 20, 0.6791, 1], [10, 10, 0, 10, 0.6075, 1]] as const
    for (const [a, n, b, m, low, high] of table) {
      const found = differenceOfShares({ hits: a, rows: n }, { hits: b, rows: m })
      expect([found.low, found.high]).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)])
    }
  })
  test('paired: airway reactions before and after, 2 and 8 of 21 (Fagerland, Lydersen, Laake 2014)', () => {
    const found = differenceOfPairedShares({ both: 1, onlyFirst: 1, onlySecond: 7, neither: 12 })
    expect(found.value).toBeCloseTo(-0.286, 3)
    expect([found.low, found.high]).toEqual([expect.closeTo(-0.507, 3), expect.closeTo(-0.026, 3)])
  })
  test('a ratio without hits below has no value and no upper end, one without any hit nothing', () => {
    expect(ratioOfShares({ hits: 3, rows: 10 }, { hits: 0, rows: 9 })).toMatchObject({ value: null, high: null })
    expect(ratioOfShares({ hits: 3, rows: 10 }, { hits: 0, rows: 9 }).low).toBeGreaterThan(0)
    expect(ratioOfShares({ hits: 0, rows: 10 }, { hits: 4, rows: 9 })).toMatchObject({ value: 0, low: 0 })
    expect(ratioOfShares({ hits: 0, rows: 10 }, { hits: 0, rows: 9 })).toEqual({ value: null, low: null, high: null })
  })
})

describe('trivial baselines', () => {
  const stored = JSON.parse(readFileSync(fixture('diabetes/predictions/v1.test.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }
  const truth = Float64Array.from(column(csv('diabetes/data/test.csv'), 'progression'), Number)
  const outcomes: ValueOutcomes = { kind: 'values', truth, predicted: Float64Array.from(Object.values(stored.outputs)[0]!.data) }

  test.each(['evaluation', 'training'] as const)('mean and median of the %s rows', (from) => {
    const constants = from === 'evaluation' ? truth : Float64Array.from(column(csv('diabetes/data/train.csv'), 'progression'), Number)
    for (const baseline of valueBaselines(outcomes, constants, null)) {
      const want = facts.diabetes[from][baseline.kind as 'mean' | 'median']
      const [rmse, mae] = ['rmse', 'mae'].map((metric) => baseline.scores.find((s) => s.metric === metric)!)
      expect(rmse!.baseline).toBeCloseTo(want.rmse, 9)
      expect(mae!.baseline).toBeCloseTo(want.mae, 9)
      expect([mae!.gain, mae!.low, mae!.high]).toEqual(want.mae_gain.map((v) => expect.closeTo(v, 8)))
      expect(rmse!.gain).toBeCloseTo(want.rmse_gain, 9)
      // Two methods for one interval: scipy's bootstrap corrects for skewness, the delta method does not.
      const width = want.rmse_bootstrap[1]! - want.rmse_bootstrap[0]!
      expect(Math.abs(rmse!.low! - want.rmse_bootstrap[0]!)).toBeLessThan(0.08 * width)
      expect(Math.abs(rmse!.high! - want.rmse_bootstrap[1]!)).toBeLessThan(0.08 * width)
    }
  })

  test('a model that is no better is said to be none, one that is worse is said to be worse', () => {
    const names = ['no', 'yes']
    const rows = Int32Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const outcome = (predicted: Int32Array): ClassOutcomes => ({ kind: 'classes', metric: 'accuracy', names, truth: rows, predicted, loss: new Float64Array(200).fill(NaN) })
    const same = classBaselines(outcome(new Int32Array(200)), rows, null)
    expect(hardest(same)).toMatchObject({ verdict: 'unclear', sentence: expect.stringContaining('Not clearly better than always answering the most frequent class (no)') as string })
    expect(same.map((b) => b.kind)).toEqual(['majority', 'stratified'])
    expect(hardest(classBaselines(outcome(rows.map((v) => 1 - v)), rows, null))).toMatchObject({ verdict: 'worse', sentence: expect.stringMatching(/^Worse than .* by 75\.0 points of accuracy \(95 %: /) as string })
  })

  test('the last value leaves out the first row in time, for which there is none', () => {
    const small: ValueOutcomes = { kind: 'values', truth: Float64Array.of(3, 1, 2), predicted: Float64Array.of(3, 1, 2) }
    const last = valueBaselines(small, small.truth, { column: 'day', rows: [1, 2, 0] }).find((b) => b.kind === 'last-value')!
    expect(last.scores.find((s) => s.metric === 'mae')).toMatchObject({ rows: 2, baseline: 1, model: 0, gain: 1 })
    expect(errorScores(small, () => NaN)).toBeNull()
    expect(rootMeanDifference(Float64Array.of(0, 0), Float64Array.of(0, 0))).toEqual({ value: 0, low: 0, high: 0 })
  })
})

/** Splits where both have them; answers the number of nodes compared. */
function sameTree(tree: TreeNode, want: Node): number {
  expect(tree.rows).toBe(want.rows)
  expect(tree.impurity).toBeCloseTo(want.impurity, 6)
  if (want.feature === undefined) { expect(tree.split).toBeNull(); return 1 }
  expect(tree.split).toMatchObject({ feature: want.feature, kind: 'number', threshold: expect.closeTo(want.threshold!, 4) as number })
  return 1 + sameTree(tree.left!, want.left!) + sameTree(tree.right!, want.right!)
}

describe('the small tree', () => {
  const options = { depth: 4, leafRows: 5 }
  const numbers = (file: ReturnType<typeof csv>, names: readonly string[]): TreeFeature[] => names.map((name) => ({ kind: 'number', name, values: Float64Array.from(column(file, name), Number) }))

  test('splits iris as scikit-learn does, and is as accurate', () => {
    const { columns, target, accuracy } = facts.trees.iris
    const file = csv('iris/data/iris.csv')
    const names = [...new Set(column(file, target))]
    const places = Int32Array.from(column(file, target), (v) => names.indexOf(v))
    const features = numbers(file, columns)
    const tree = growTree(features, { kind: 'classes', places, count: names.length }, options)
    const right = places.filter((place, row) => { const { answer } = leafOf(tree, features, row); return answer.indexOf(Math.max(...answer)) === place }).length
    expect(right / places.length).toBeCloseTo(accuracy, 12)
    expect(treeLines(tree, features, names)[0]!.text).toMatch(/^petal_(length|width) ≤ .*: setosa \(100 %\)$/)
  })

  test('splits diabetes as scikit-learn does, node by node, and errs as much on other rows', () => {
    const { columns, target, tree: want, rmse } = facts.trees.diabetes
    const [train, other] = [csv('diabetes/data/train.csv'), csv('diabetes/data/test.csv')]
    const features = numbers(train, columns)
    const tree = growTree(features, { kind: 'values', values: Float64Array.from(column(train, target), Number) }, options)
    expect(sameTree(tree, want)).toBeGreaterThan(15)
    const asked = numbers(other, columns)
    const squares = column(other, target).map((v, row) => (leafOf(tree, asked, row).answer[0]! - Number(v)) ** 2)
    expect(Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)).toBeCloseTo(rmse, 6)
  })

  test('asks of words whether it is this one, missing ones too', () => {
    const places = Int32Array.of(0, 0, 1, 1, -1, -1, -1, 2)
    const features: TreeFeature[] = [{ kind: 'words', name: 'color', places, words: ['red', 'blue', 'green'] }, { kind: 'number', name: 'flat', values: new Float64Array(8).fill(NaN) }]
    const tree = growTree(features, { kind: 'classes', places: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 0), count: 2 }, { depth: 4, leafRows: 1 })
    expect(treeLines(tree, features, ['no', 'yes']).map((l) => l.text)).toEqual(['color is missing: yes (100 %)', 'color is not missing: no (100 %)'])
  })
})
