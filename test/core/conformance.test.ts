// Every number of the fixture references, from the engine's own inference, with bindings proposed from nothing but the label columns' names.
// `npm run conformance` runs this file and prints the table that it leaves in the file named by CONFORMANCE_TABLE.
import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { cases, check } from './conformance-cases.ts'
import { forgetEvaluations } from './conformance-evaluations.ts'
import { claimed, extras, present } from './conformance-extras.ts'
import { openTally } from './conformance-tally.ts'
import { disagreement, leaves, producedLeaf } from './reference-walker.ts'

const lines: Record<string, unknown>[] = []
afterAll(() => {
  const only = process.env['CONFORMANCE_CASE'] ?? ''
  const expected = [...cases, ...extras].filter((one) => only === '' || one.case === only).length
  if (process.env['CONFORMANCE_TABLE'] !== undefined) writeFileSync(process.env['CONFORMANCE_TABLE'], JSON.stringify({ expected, lines }))
  forgetEvaluations()
})

describe('every reference number', () => {
  it('covers the cases that must be shown', () => {
    const names = cases.map((c) => c.name)
    expect(names.filter((n) => n.startsWith('iris'))).toHaveLength(8)
    expect(names.filter((n) => n.startsWith('adult-income'))).toHaveLength(11)
    expect(names.filter((n) => n.startsWith('diabetes'))).toHaveLength(10)
    expect(names.filter((n) => n.startsWith('abalone'))).toHaveLength(4)
    expect(names.filter((n) => n.startsWith('mnist'))).toHaveLength(6)
    expect(names.filter((n) => n.startsWith('flags-multilabel'))).toHaveLength(4)
    expect(names.filter((n) => n.startsWith('digit-detection'))).toHaveLength(2)
    expect(names.filter((n) => n.startsWith('shapes-segmentation'))).toHaveLength(2)
  })

  it.each(cases)('$name', async (one) => {
    const line = { case: one.case, model: one.modelId, data: one.dataId, what: 'metrics', tolerance: one.tolerance }
    try {
      const { compared, worst, at, wrong, result } = await check(one)
      lines.push({ ...line, compared, worst: Number.isFinite(worst) ? worst : null, at, wrong })
      expect(compared).toBeGreaterThan(20)
      expect(wrong).toEqual([])
      expect(result.rows.read).toBe(result.rows.scored + result.rows.leftOut.reduce((sum, l) => sum + l.count, 0))
      expect(result.environment.providerUsed).toBe('cpu')
    } catch (thrown) {
      if (!lines.some((l) => l['case'] === one.case && l['model'] === one.modelId && l['data'] === one.dataId && l['what'] === 'metrics')) lines.push({ ...line, compared: 0, worst: null, at: '', wrong: [String(thrown)] })
      throw thrown
    }
  })

  it('covers what lies beside the metrics of a whole data set', () => {
    const count = (what: string): number => extras.filter((e) => e.what === what).length
    expect(['comparison', 'slices', 'curves', 'by argmax', 'predictions', 'drift'].map(count)).toEqual([12, 4, 2, 1, 44, 3])
    expect(present.filter((file) => !claimed.has(file))).toEqual([])
  })

  it.each(extras)('$name', async (one) => {
    const line = { case: one.case, model: one.modelId, data: one.dataId, what: one.what, tolerance: one.tolerance }
    const found = await one.check().catch((thrown: unknown) => ({ compared: 0, worst: Infinity, at: '', wrong: [String(thrown)] }))
    lines.push({ ...line, ...found, worst: Number.isFinite(found.worst) ? found.worst : null })
    expect(found.wrong).toEqual([])
    expect(found.compared).toBeGreaterThan(10)
  })

  it('a number that is missing, not a number or too far off is a difference', () => {
    const tally = openTally()
    tally.add('missing', 1, undefined, { within: 1e-5 })
    tally.add('not a number', 1, NaN, { within: 1e-5 })
    tally.add('far', 0.5, 0.50002, { within: 1e-5 })
    tally.add('small', 1e-40, 1.1e-40, { share: 1e-6 })
    tally.add('count', 3, 3.0000001, 'exact')
    tally.add('near', 0.5, 0.500009, { within: 1e-5 })
    expect(tally.found.wrong.map((w) => w.split(':')[0])).toEqual(['missing', 'not a number', 'far', 'small', 'count'])
  })

  it('the walker fails on a reference number that nothing maps to', () => {
    const [leaf] = leaves({ some_new_metric: { macro: 0.5 } })
    expect(disagreement(leaf!, producedLeaf({ metrics: [], curves: [] }, { positiveClass: null, decision: { kind: 'argmax' } }, leaf!.path), 1)).toContain('nothing there')
  })
})
