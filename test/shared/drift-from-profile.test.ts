// Drift from a stored profile alone, beside drift from all rows: every fixture pair, against references that were made elsewhere.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { categoryBins } from '../../shared/drift/bin-categories.ts'
import { binOf, countNumbers, numericBins } from '../../shared/drift/bin-numbers.ts'
import { chiSquareTest, jensenShannon, psi } from '../../shared/drift/divergence.ts'
import { measureColumn } from '../../shared/drift/measure-column.ts'
import { namedCells } from '../../shared/drift/named-cells.ts'
import { type CategoryBins, type NumericBins, Reference } from '../../shared/drift/reference.ts'
import { momentsOfSketch, sketchCounts } from '../../shared/drift/sketch.ts'
import { sortedSample } from '../../shared/drift/two-samples.ts'
import { fixture } from '../setup/fixtures.ts'
import { parseCsv } from './fixture-cases.ts'

interface Expected { readonly kind: 'numeric' | 'categorical'; readonly psi: number; readonly js_distance: number; readonly ks_statistic: number; readonly wasserstein: number; readonly wasserstein_scaled: number; readonly std_reference: number; readonly inner_edges: readonly number[]; readonly counts_current: readonly number[]; readonly chi2: number }
interface DriftFile { readonly reference: string; readonly current: string; readonly columns: Readonly<Record<string, Expected>> }

const pairs = ['adult-income/reference/drift.test-to-test-drifted.json', 'adult-income/reference/drift.train-to-test.json', 'abalone/reference/drift.test-to-test-drifted.json']
const read = (file: string): DriftFile => JSON.parse(readFileSync(fixture(file), 'utf8')) as DriftFile
const tables = new Map<string, string[][]>()
function cells(file: string, column: string): string[] {
  if (!tables.has(file)) tables.set(file, parseCsv(readFileSync(fixture(file), 'utf8')))
  const [head = [], ...rows] = tables.get(file)!
  return rows.filter((r) => r.length === head.length).map((r) => r[head.indexOf(column)]!)
}
const numbersOf = (texts: readonly string[]): number[] => texts.map((t) => (t === '' ? NaN : Number(t)))
const counted = (texts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const t of texts) if (t !== '') counts.set(t, (counts.get(t) ?? 0) + 1)
  return counts
}
/** Columns that are neither answers nor ids. */
const each = (kind: Expected['kind']): [string, string, Expected, string[], string[]][] => pairs.flatMap((file) => {
  const { reference, current, columns } = read(file)
  const folder = file.split('/')[0]!
  return Object.entries(columns).filter(([name, e]) => e.kind === kind && !name.startsWith('prediction')).map(([name, e]): [string, string, Expected, string[], string[]] => [`${folder} ${current}`, name, e, cells(`${folder}/${reference}`, name), cells(`${folder}/${current}`, name)])
})

/** What crosses to the bundle and back: nothing but JSON. */
const stored = <B>(bins: B): B => JSON.parse(JSON.stringify(bins)) as B

/** Below these a measure is what chance alone reaches in one of a hundred pairs of 4,000 rows, and a share of it says nothing (of the distance: a twentieth of it is 0.006 standard deviations). */
const floor = { psi: 0.011, gap: 0.036, scaled: 0.12 }
const close = (found: number, expected: number, least: number, what: string): void => {
  const allowed = 0.05 * Math.max(Math.abs(expected), least)
  expect(Math.abs(found - expected), `${what}: ${found} beside ${expected}`).toBeLessThanOrEqual(allowed)
}

describe('drift from the stored profile alone, within 5 % of drift from all rows', () => {
  it.each(each('numeric'))('%s %s: PSI in tenths, gap and distance', (_pair, _name, expected, before, after) => {
    const reference = numbersOf(before)
    const bins = stored(numericBins(countNumbers(reference), reference.filter((x) => Number.isNaN(x)).length)) as NumericBins
    const sample = sortedSample(numbersOf(after))
    const counts = new Array<number>(bins.counts.length).fill(0)
    let [below, above] = [0, 0]
    for (const x of sample) {
      const at = binOf(bins.edges, bins.low, bins.high, x)
      if (at >= 0) counts[at]!++
      else if (at === -3) below++
      else above++
    }
    const live = { rows: after.length, bins: counts, missing: after.length - sample.length, unseen: 0, below, above }
    const measured = measureColumn(bins, live, sample)!
    if (expected.inner_edges.length > 0) close(psi(sketchCounts(bins.sketch!, expected.inner_edges), expected.counts_current), expected.psi, floor.psi, 'PSI')
    close(measured.shape!.kolmogorovSmirnov.statistic, expected.ks_statistic, floor.gap, 'gap')
    close(measured.shape!.wassersteinScaled!, expected.wasserstein_scaled, floor.scaled, 'distance')
    close(momentsOfSketch(bins.sketch!).standardDeviation, expected.std_reference, 0, 'spread')
    expect(Math.min(...bins.sketch!.counts)).toBeGreaterThanOrEqual(10)
    expect(bins.sketch!.counts.reduce((a, b) => a + b)).toBe(reference.length - bins.missing)
    // In its own bins nothing is lost at all: the profile's counts are those of the rows.
    const own = bins.counts.map(() => 0)
    for (const x of reference) { const at = binOf(bins.edges, -Infinity, Infinity, x); if (at >= 0) own[at]!++ }
    expect(own).toEqual(bins.counts)
    // The log's codes alone: PSI is the same number, the gap is found or missed by what one bin holds, never exaggerated.
    const coded = measureColumn(bins, live)!
    expect(coded.psi).toBe(measured.psi)
    expect(coded.shape!.kolmogorovSmirnov.statistic).toBeLessThanOrEqual(expected.ks_statistic + 1e-12)
  })

  it.each(each('categorical').filter(([, , , before]) => categoryBins([...counted(before)].map(([value, count]) => ({ value, count })), 0).kind === 'categorical'))('%s %s: PSI and Jensen-Shannon', (_pair, _name, expected, before, after) => {
    const missing = (texts: readonly string[]): number => texts.filter((t) => t === '').length
    const bins = stored(categoryBins([...counted(before)].map(([value, count]) => ({ value, count })), missing(before))) as CategoryBins
    const { reference, current } = namedCells(bins, counted(after), missing(after))
    if (expected.psi >= 0.02) {
      close(psi(reference, current), expected.psi, 0, 'PSI')
      close(jensenShannon(reference, current), expected.js_distance, 0, 'distance')
    // Values of fewer than ten rows are no longer apart in a profile; where nothing drifted, all that differs between them is chance, and less of it is seen.
    } else expect(psi(reference, current)).toBeLessThanOrEqual(expected.psi + 1e-4)
    if (reference.every((c) => c >= 10 || c === 0)) expect(chiSquareTest(reference, current).statistic).toBeLessThanOrEqual(expected.chi2 + 1e-9)
    expect([...(bins.rare?.counts ?? []), ...bins.counts].every((c) => c >= 10)).toBe(true)
    expect(current.reduce((a, b) => a + b)).toBe(after.length)
  })

  it('the profile keeps its form', () => {
    const bins = numericBins(countNumbers(numbersOf(cells('adult-income/data/test.csv', 'fnlwgt'))), 0)
    const whole = { schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a', rows: 4000, leastRows: 10, features: [{ feature: 'fnlwgt', input: 'fnlwgt', place: 0, datatype: 'FP32', bins }], unwatched: [], answers: { rows: 0, classes: null, score: null, scoreMeaning: '', confidence: null, reason: '' } }
    expect(Reference.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
    expect(JSON.stringify(bins).length).toBeLessThan(12_000)
  })
})
