// `slipway calibrate` on a real run: fitted, saved, and applied by the next evaluation through the real engine.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { CalibrationReport } from '../../shared/domain/calibration.ts'
import { Run } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

const facts = (JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/threshold-facts.json'), 'utf8')) as { calibration: { temperature: number }[] }).calibration[1]!

test('fits scipy’s temperature on the stored predictions, saves it, and the next run is corrected by it', { timeout: 120_000 }, async () => {
  await inPlace(async (place) => {
    const first = Run.parse(await slipwayJson(place, ['evaluate', fixture('adult-income/models/income-v2-gboost.onnx'), '--data', fixture('adult-income/data/test.csv'), '--target', 'income']))
    const report = CalibrationReport.parse(await slipwayJson(place, ['calibrate', 'income-v2-gboost', '--save']))
    expect(report.calibration.method === 'temperature' ? report.calibration.temperature : 0).toBeCloseTo(facts.temperature, 5)
    const value = (metrics: Run['metrics'], id: string): number => metrics.find((m) => m.metric === id && m.slice === '')!.value!
    expect(value(report.before.metrics, 'log_loss')).toBeCloseTo(value(first.metrics, 'log_loss'), 9)
    const again = Run.parse(await slipwayJson(place, ['evaluate', 'income-v2-gboost', '--data', 'test.csv']))
    expect(again.guesses).toContainEqual(expect.objectContaining({ about: 'calibration', confidence: 'set', reason: `Saved by you, fitted on test.csv in ${first.id}.` }))
    expect(again.notes.join(' ')).toContain(`fitted on 4,000 rows of test.csv in ${first.id}`)
    // Least on the very rows of the fit, so below both the uncorrected loss and the cross-fitted one; ranks stay.
    expect(value(again.metrics, 'log_loss')).toBeLessThan(value(first.metrics, 'log_loss'))
    expect(value(again.metrics, 'log_loss')).toBeLessThan(value(report.after.metrics, 'log_loss'))
    expect(value(again.metrics, 'roc_auc')).toBeCloseTo(value(first.metrics, 'roc_auc'), 9)
    const twice = await slipway(place, 'calibrate', 'income-v2-gboost', '--method', 'isotonic')
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('recalibrated already')])
  })
})
