// Gain and lift of a real model against numpy's counts at its thresholds.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCharts } from '../../shared/charts/curve-charts.ts'
import { gainCurve } from '../../shared/metrics/gain.ts'
import { classificationCases, classify, loadClassification } from './fixture-cases.ts'

interface Facts { readonly gain: { readonly points: readonly { readonly share: number; readonly gain: number; readonly lift: number }[] } }
const facts = (JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/threshold-facts.json'), 'utf8')) as Facts).gain

/** The curve's value at a share: straight between two points. */
function at(xs: readonly number[], ys: readonly number[], x: number): number {
  const i = Math.max(1, xs.findIndex((v) => v >= x))
  return ys[i - 1]! + (ys[i]! - ys[i - 1]!) * (x - xs[i - 1]!) / (xs[i]! - xs[i - 1]!)
}

test('agrees with numpy at every threshold of the reference, as far as its points are kept', () => {
  const { setup, batch } = loadClassification(classificationCases.find((c) => c.reference === 'adult-income/reference/v1.test.json')!)
  const { curves } = classify(setup, batch)
  const curve = curves.find((c) => c.kind === 'gain')!
  expect(curve.selected.length).toBeLessThanOrEqual(202)
  expect([curve.selected[0], curve.found[0], curve.lift[0], curve.selected.at(-1), curve.found.at(-1), curve.lift.at(-1)]).toEqual([0, 0, null, 1, 1, 1])
  let compared = 0
  for (const { share, gain, lift } of facts.points) {
    const kept = curve.selected.findIndex((x) => Math.abs(x - share) < 1e-12)
    expect(Math.abs(at(curve.selected, curve.found, share) - gain)).toBeLessThan(0.006)
    if (kept < 0) continue
    expect(curve.found[kept]).toBeCloseTo(gain, 12)
    expect(curve.lift[kept]).toBeCloseTo(lift, 12)
    compared++
  }
  expect(compared).toBeGreaterThan(0)
  const tenth = facts.points.reduce((best, p) => (Math.abs(p.share - 0.1) < Math.abs(best.share - 0.1) ? p : best))
  const charts = runCharts(curves, '>50K')
  const said = Number(/: ([\d.]+) times in the first tenth/.exec(charts.find((c) => c.title === 'Lift')!.summary)![1])
  expect(Math.abs(said - tenth.lift)).toBeLessThan(0.15)
})

test('counts by hand: four rows, the two of the class at places one and three', () => {
  const roc = { kind: 'roc' as const, class: 'a', auc: 0.75, falsePositiveRate: [0, 0, 0.5, 0.5, 1], truePositiveRate: [0, 0.5, 0.5, 1, 1], threshold: [null, 0.9, 0.8, 0.7, 0.6] }
  expect(gainCurve(roc, 2, 2)).toMatchObject({ selected: [0, 0.25, 0.5, 0.75, 1], found: [0, 0.5, 0.5, 1, 1], lift: [null, 2, 1, 4 / 3, 1] })
})
