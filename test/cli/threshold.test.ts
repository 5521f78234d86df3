// `slipway threshold` on a real run: the counts of the reference through the real engine, the saved binding, and what it refuses.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ThresholdReport } from '../../shared/domain/thresholds.ts'
import { Run } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

interface Facts { readonly thresholds: readonly { readonly distinct: number; readonly counts: readonly Readonly<Record<string, number>>[]; readonly best: Readonly<Record<string, Readonly<Record<string, number>>>> }[] }
const facts = (JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/threshold-facts.json'), 'utf8')) as Facts).thresholds[0]!

test('gives the reference’s counts from stored predictions, saves a threshold for the next run only, and says what it cannot do', { timeout: 120_000 }, async () => {
  await inPlace(async (place) => {
    await slipwayJson(place, ['evaluate', fixture('adult-income/models/income-v1-logreg.onnx'), '--data', fixture('adult-income/data/test.csv'), '--target', 'income'])
    const asked = facts.counts.map((c) => String(c['threshold']))
    const report = ThresholdReport.parse(await slipwayJson(place, ['threshold', 'income-v1-logreg', '--cost-false-negative', '4', '--at', ...asked]))
    expect([report.rows, report.positives, report.distinct, report.class]).toEqual([4000, 933, facts.distinct, '>50K'])
    expect(report.asked.map((a) => ({ threshold: a.threshold, ...a.counts }))).toEqual(facts.counts)
    const { cost, ...counts } = facts.best['cost']!
    expect(report.best.found?.counts).toEqual(counts)
    expect(report.best.found?.measures.find((m) => m.measure === 'cost')?.value).toBe(cost)

    const saved = await slipway(place, 'threshold', 'income-v1-logreg', '--min-precision', '0.9', '--save')
    expect(saved.err).toBe('')
    expect(saved.out).toContain('Runs made before keep theirs')
    const stored = (await slipwayJson(place, ['threshold', 'income-v1-logreg', '--min-precision', '0.9'])) as ThresholdReport
    expect(stored.current).toBeNull()
    const again = Run.parse(await slipwayJson(place, ['evaluate', 'income-v1-logreg', '--data', 'test.csv']))
    expect(again.binding.decision).toEqual({ kind: 'threshold', threshold: stored.best.found?.threshold })
    expect(again.metrics.find((m) => m.metric === 'binary.tp')?.value).toBe(facts.best['min_precision']!['tp'])
    expect(again.metrics.find((m) => m.metric === 'binary.fp')?.value).toBe(facts.best['min_precision']!['fp'])

    // What somebody saved is no guess, and naming the same target again does not throw it away.
    const saving = expect.objectContaining({ about: 'decision', confidence: 'set', reason: expect.stringMatching(/^Saved by you from the thresholds of run_\S+ on test\.csv; before: /) as string }) as unknown
    expect(again.guesses).toContainEqual(saving)
    const named = Run.parse(await slipwayJson(place, ['evaluate', 'income-v1-logreg', '--data', 'test.csv', '--target', 'income']))
    expect([named.binding.decision, named.guesses.filter((g) => g.about === 'decision')]).toEqual([again.binding.decision, [saving]])
    // Another target is another question: the run says what it did not take.
    const [header, ...lines] = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split('\n').slice(0, 101)
    writeFileSync(join(place.folder, 'two.csv'), [`${header!},answer`, ...lines.map((line, i) => `${line},${i % 3 === 0 ? '>50K' : '<=50K'}`)].join('\n'))
    const other = await slipway(place, 'evaluate', 'income-v1-logreg', '--data', 'two.csv', '--target', 'answer', '--all')
    expect(`${other.out}${other.err}`.replace(/\s+/g, ' ')).toMatch(/Another target was named \(answer\), so the binding that is saved with this version \(revision 2, target income\) and with it its saved decision \(from a score of 0\.\d{1,6}\) was set aside/)

    for (const [args, words] of [[['--min-recall', '1.5'], '--min-recall must be a number from 0 to 1'], [['--min-recall', '0.5', '--max-selected', '0.1'], 'different goals'], [['--class', 'nobody'], '“nobody” is not one of the classes']] as const) {
      const refused = await slipway(place, 'threshold', 'income-v1-logreg', ...args)
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(words)])
    }
  })
})
