// Charts say what the results say: same points, honest tables, still pictures that are safe and repeat byte for byte.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartTable, curveName } from '../../shared/charts/chart-table.ts'
import { confusionSvg } from '../../shared/charts/confusion-svg.ts'
import { runCharts } from '../../shared/charts/curve-charts.ts'
import type { ChartDescription } from '../../shared/charts/description.ts'
import { sliceChart, trendChart } from '../../shared/charts/metric-charts.ts'
import type { ChartColors } from '../../shared/charts/palette.ts'
import { chartSvg, svgEscape } from '../../shared/charts/svg.ts'
import { axisScale, tickText, tickWriter } from '../../shared/charts/ticks.ts'
import type { Curve } from '../../shared/domain/run.ts'
import { known } from '../../shared/metrics/metric-values.ts'
import { classificationCases, classify, loadClassification, loadRegression, regress, regressionCases } from './fixture-cases.ts'

const colors: ChartColors = { background: '#fff', text: '#222', quiet: '#666', grid: '#eee', axis: '#999', palette: ['#07a', '#c50', '#083'], font: 'Inter, "Segoe UI", sans-serif' }
const result = (path: string) => { const { setup, batch } = loadClassification(classificationCases.find((c) => c.reference === path)!); return classify(setup, batch) }
const income = result('adult-income/reference/v1.test.json')
const iris = result('iris/reference/logreg-tensor.iris.json')
const age = regress(loadRegression(regressionCases.find((c) => c.reference === 'abalone/reference/v1.test.json')!).batch)
const charts = [...runCharts(income.curves, '>50K'), ...runCharts(iris.curves, null), ...runCharts(age.curves, null)]

/** Tags in balance and attributes quoted: what an XML reader insists on. */
function expectWellFormed(svg: string): void {
  const open: string[] = []
  for (const [, close, name, attributes, alone] of svg.matchAll(/<(\/?)([a-z]+)((?:\s+[a-z0-9:-]+="[^"<]*")*)\s*(\/?)>/gi)) {
    if (close === '/') expect(open.pop()).toBe(name)
    else if (alone !== '/') open.push(name!)
    expect(attributes).not.toMatch(/NaN|Infinity|undefined/)
  }
  expect(open).toEqual([])
  expect(svg.replace(/<(\/?)([a-z]+)((?:\s+[a-z0-9:-]+="[^"<]*")*)\s*(\/?)>/gi, '')).not.toMatch(/[<>]/)
}

describe('charts of a run', () => {
  it('are those that its curves give, each with its numbers in words', () => {
    expect(runCharts(income.curves, '>50K').map((c) => c.title)).toEqual(['ROC curve', 'Precision and recall', 'Cumulative gain', 'Lift', 'Calibration, 10 bins', 'Calibration, 15 bins', 'Calibration of the positive class', 'Decision threshold', 'Scores'])
    expect(runCharts(age.curves, null).map((c) => c.title)).toEqual(['Prediction and truth', 'Errors'])
    const summary = (title: string) => runCharts(income.curves, '>50K').find((c) => c.title === title)!.summary
    expect(summary('ROC curve')).toContain('Area: 0.8984 for the class “>50K”')
    expect(summary('Precision and recall')).toContain('0.7504 for the class “>50K”')
    expect(summary('Calibration, 10 bins')).toContain('Expected error 0.0135, largest 0.0465')
    expect(summary('Decision threshold')).toContain('F1 is highest at 0.3: 0.6667')
    expect(runCharts(iris.curves, null)[0]!.series.map((s) => s.name)).toEqual(['setosa', 'versicolor', 'virginica', 'Chance'])
    expect(runCharts([], null)).toEqual([])
  })

  it('draw the very points of the curves', () => {
    const roc = income.curves.find((c) => c.kind === 'roc')!
    const chart = runCharts(income.curves, '>50K')[0]!
    expect(chart.series[0]!.points).toEqual(roc.falsePositiveRate.map((x, i) => [x, roc.truePositiveRate[i]]))
    const histogram = runCharts(age.curves, null)[1]!.series[0]!.points
    const residuals = age.curves.find((c) => c.kind === 'residuals')!
    expect(histogram.slice(0, -1).map((p) => p[1])).toEqual(residuals.histogram.counts)
    expect(histogram.at(-1)![0]).toBe(residuals.histogram.edges.at(-1))
  })
})

describe('table twins', () => {
  it('hold every number of every kind of curve', () => {
    const kinds = new Set<string>()
    for (const curve of [...income.curves, ...iris.curves, ...age.curves]) {
      kinds.add(curve.kind)
      const { columns, rows } = chartTable(curve)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(row.length).toBe(columns.length)
    }
    expect([...kinds].sort()).toEqual(['calibration', 'confusion', 'gain', 'precision-recall', 'residuals', 'roc', 'scores', 'thresholds'] satisfies Curve['kind'][])
    const matrix = chartTable(income.curves[0]!)
    expect(matrix.columns.map((c) => c.name)).toEqual(['True class', '<=50K', '>50K', 'Rows'])
    expect(matrix.rows).toEqual([['<=50K', 2836, 231, 3067], ['>50K', 384, 549, 933]])
    expect(iris.curves.filter((c) => c.kind === 'roc').map(curveName)).toEqual(['setosa', 'versicolor', 'virginica'])
    const scores = income.curves.filter((c) => c.kind === 'scores').map((c) => chartTable(c).rows.reduce((sum, r) => sum + Number(r[2]), 0))
    expect(scores).toEqual([3067, 933])
  })
})

describe('pictures', () => {
  it('are well-formed and the same every time', () => {
    for (const chart of charts) {
      const svg = chartSvg(chart, colors, { width: 480, height: 300 })
      expectWellFormed(svg)
      expect(svg).toBe(chartSvg(chart, colors, { width: 480, height: 300 }))
      expect(svg).toContain(`<title>${svgEscape(chart.title)}</title>`)
      expect(svg).toContain(svgEscape(chart.summary))
    }
    const matrix = income.curves.find((c) => c.kind === 'confusion')!
    const svg = confusionSvg(matrix, colors, 360)
    expectWellFormed(svg)
    for (const count of ['2,836', '231', '384', '549']) expect(svg).toContain(`>${count}</text>`)
  })

  it('put a known point where it belongs', () => {
    const chart: ChartDescription = { title: 't', summary: 's', x: { name: 'x', min: 0, max: 1 }, y: { name: 'y', min: 0, max: 10 }, series: [{ name: 'a', look: 'points', points: [[0, 0], [1, 10], [0.5, 5]] }] }
    const centres = [...chartSvg(chart, colors, { width: 400, height: 300 }).matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map((m) => [Number(m[1]), Number(m[2])])
    const [[left, bottom], [right, top], [middleX, middleY]] = centres as [[number, number], [number, number], [number, number]]
    expect([middleX, middleY]).toEqual([expect.closeTo((left + right) / 2, 1), expect.closeTo((top + bottom) / 2, 1)])
    expect([top, bottom, right]).toEqual([28, 256, 384])
  })

  it('let no name break out of its text', () => {
    const evil = '"><script>alert(1)</script>&\u0000'
    const chart: ChartDescription = { title: evil, summary: evil, x: { name: evil, categories: [evil, evil] }, y: { name: evil }, series: [{ name: evil, look: 'line', marks: true, points: [[0, 1], [1, 2]] }, { name: `${evil}2`, look: 'step', points: [[0, 1], [1, 1]] }] }
    const svg = chartSvg(chart, { ...colors, font: evil }, { width: 300, height: 200 })
    expectWellFormed(svg)
    expect(svg).not.toContain('<script')
    expectWellFormed(confusionSvg({ kind: 'confusion', classes: [evil, 'b'], counts: [[1, 0], [0, 0]] }, colors, 300))
  })
})

describe('axes', () => {
  it('cover the values with few round ticks', () => {
    expect(axisScale(0, 1, 5, { min: 0, max: 1 }).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(axisScale(-12.04, 6.07, 6).ticks).toEqual([-15, -10, -5, 0, 5, 10])
    fc.assert(fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), fc.integer({ min: -12, max: 12 }), (from, width, power) => {
      const [low, span] = [from * 10 ** power, width * 10 ** power]
      const scale = axisScale(low, low + span, 5)
      expect(scale.min).toBeLessThanOrEqual(low + Math.abs(low) * 1e-9)
      expect(scale.max).toBeGreaterThanOrEqual(low + span - Math.abs(low + span) * 1e-9)
      expect(scale.max).toBeGreaterThan(scale.min)
      expect(scale.ticks.length).toBeGreaterThanOrEqual(2)
      expect(scale.ticks.length).toBeLessThanOrEqual(9)
    }))
  })

  it('write ticks short', () => {
    expect([0.1 + 0.2, -1500, 2e6, 0, 1e-6, 12345.5].map(tickText)).toEqual(['0.3', '−1,500', '2e6', '0', '1e−6', '12,345.5'])
  })
})

describe('charts of metrics', () => {
  it('follow a metric over versions, one line per data set, without inventing values', () => {
    const chart = trendChart('accuracy', [
      { versionNumber: 2, datasetName: 'test', value: 0.86 }, { versionNumber: 1, datasetName: 'test', value: 0.84 }, { versionNumber: 3, datasetName: 'test', value: null }, { versionNumber: 3, datasetName: 'new', value: 0.8 },
    ])
    expect(chart.x.categories).toEqual(['v1', 'v2', 'v3'])
    expect(chart.series.map((s) => [s.name, s.points])).toEqual([['test', [[0, 0.84], [1, 0.86]]], ['new', [[2, 0.8]]]])
    expect(chart.summary).toBe('Accuracy over 3 versions; newest: 0.8000 on new; not available for 1.')
    expectWellFormed(chartSvg(chart, colors, { width: 300, height: 200 }))
  })

  it('have an axis that does not leave what a share can be', () => {
    const flat = trendChart('accuracy', [1, 2].map((versionNumber) => ({ versionNumber, datasetName: 'test', value: 0.96 })))
    expect(flat.y.max).toBe(1)
    expect(flat.y.min).toBeLessThan(0.96)
    const errors = trendChart('rmse', [1, 2].map((versionNumber) => ({ versionNumber, datasetName: 'test', value: 2.2 })))
    expect([errors.y.min, errors.y.max]).toEqual([undefined, undefined])
  })

  it('write the ticks of one axis with as many decimals', () => {
    const ticks = [0, 0.85, 0.855, 0.86]
    expect(ticks.map(tickWriter(ticks))).toEqual(['0', '0.850', '0.855', '0.860'])
    expect([0, 50, 1500].map(tickWriter([0, 50, 1500]))).toEqual(['0', '50', '1,500'])
    expect([1e-6, 2e-6].map(tickWriter([1e-6, 2e-6]))).toEqual(['1e−6', '2e−6'])
  })

  it('show a metric by class with the weakest in words', () => {
    const chart = sliceChart('recall', income.metrics)
    expect(chart.x.categories).toEqual(['<=50K', '>50K'])
    expect(chart.summary).toBe('Lowest: Recall of >50K, 0.5884 on 933 rows.')
    expect(sliceChart('f1', [known('f1', 0.5, 3)]).summary).toBe('F1 is not available for any class.')
  })
})
