// `slipway slices` on a real run: every slice of the reference, by the real program.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SliceReport } from '../../shared/domain/slices.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

type Reference = { readonly slices: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> }

test('agrees with the reference on every value of every column that it names, and refuses what it cannot cut', { timeout: 120_000 }, async () => {
  await inPlace(async (place) => {
    await slipwayJson(place, ['evaluate', fixture('adult-income/models/income-v1-logreg.onnx'), '--data', fixture('adult-income/data/test.csv'), '--target', 'income'])
    const { slices } = JSON.parse(readFileSync(fixture('adult-income/reference/v1.test.json'), 'utf8')) as Reference
    const report = SliceReport.parse(await slipwayJson(place, ['slices', 'income-v1-logreg', '--minimum-rows', '1', '--columns', ...Object.keys(slices)]))
    let compared = 0
    for (const [column, values] of Object.entries(slices)) for (const [value, want] of Object.entries(values)) {
      const got = report.slices.find((s) => s.column === column && (s.value ?? '') === value)
      if (got === undefined) throw new Error(`no slice ${column} = ${value}`)
      expect(got.rows).toBe(want['n'])
      expect(got.score.value).toBeCloseTo(want['accuracy']!, 9)
      expect(got.selection?.value).toBeCloseTo(want['positive_rate_predicted']!, 9)
      if (got.truePositive !== null) expect(got.truePositive.value).toBeCloseTo(want['recall']!, 9)
      compared++
    }
    expect(compared).toBeGreaterThan(5)
    const unknown = await slipway(place, 'slices', 'income-v1-logreg', '--columns', 'no such column')
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('no such column')])
    const wrong = await slipway(place, 'slices', 'income-v1-logreg', '--minimum-rows', 'zero')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--minimum-rows')])
    const [listed] = (await slipwayJson(place, ['runs', '--model', 'income-v1-logreg', '--state', 'done'])) as readonly Record<string, unknown>[]
    expect(listed).toMatchObject({ status: 'done', modelName: 'income-v1-logreg', versionNumber: 1, datasetName: 'test.csv' })
    expect((await slipway(place, 'runs')).out).toContain(String(listed?.['id']))
    expect((await slipway(place, 'runs', '--state', 'cancelled')).out).toContain('No run is cancelled.')
    const text = await slipway(place, 'slices', 'income-v1-logreg')
    expect(text.out).toContain('Weak segments')
  })
})
