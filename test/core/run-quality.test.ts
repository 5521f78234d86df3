// run.quality and run.fairness through the real engine, against pandas and statsmodels (test/fixtures-facts/make-baseline-facts.py), and on planted defects.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeFairness } from '../../main/cli/fairness.ts'
import { describeQuality, recordLines } from '../../main/cli/quality.ts'
import type { QualityFinding, QualityReport } from '../../shared/domain/quality.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

interface Pair { readonly difference: readonly [number, number], readonly ratio: readonly [number, number] }
interface Facts {
  readonly rows: { readonly leaked: number, readonly agree: number, readonly repeats: number, readonly contradicting: number, readonly floor: number }
  readonly groups: Readonly<Record<string, { readonly reference: string, readonly counts: Readonly<Record<string, { rows: number, positives: number, selected: number, hits: number, selection?: Pair, truePositive?: Pair }>> }>>
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/baseline-facts.json'), 'utf8')) as Facts

const found = (report: QualityReport, kind: QualityFinding['kind'], column: string | null = null): QualityFinding => {
  const finding = report.findings.find((f) => f.kind === kind && f.column === column)
  if (finding === undefined) throw new Error(`no ${kind} of ${column ?? 'all rows'} among ${report.findings.map((f) => f.sentence).join(' ')}`)
  return finding
}

/** The first 200 rows of the test file with planted defects; record numbers are those of the file. */
function planted(): string {
  const [header, ...rows] = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split(/\r?\n/).slice(0, 201).map((line) => line.split(','))
  const set = (record: number, column: string, value: string): void => { rows[record - 1]![header!.indexOf(column)] = value }
  for (const record of [11, 12, 13, 14, 15]) set(record, 'workclass', 'Moon-gov')
  for (const record of [21, 22, 23]) set(record, 'age', '150')
  for (const record of [31, 32]) set(record, 'hours_per_week', 'full time')
  rows.forEach((_, i) => set(i + 1, 'native_country', 'Mexico'))
  // Record 51 repeats 50, 61 contradicts 60.
  rows[50] = [...rows[49]!]
  rows[60] = [...rows[59]!]
  set(61, 'income', rows[59]![header!.indexOf('income')] === '>50K' ? '<=50K' : '>50K')
  return `${[header!, ...rows].map((row) => row.join(',')).join('\n')}\n`
}

test('rows that repeat, contradict, leak or do not fit, and groups side by side', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ folder, importModel, addData, evaluate, job }) => {
    const version = await importModel(fixture('adult-income/models/income-v1-logreg.onnx'), 'income')
    const runId = await evaluate(version, await addData(fixture('adult-income/data/test.csv')), 'income')
    const training = await addData(fixture('adult-income/data/train.csv'))
    const report = await job('run.quality', { runId, trainingId: training.id })
    expect(report.rows).toBe(4000)
    expect(found(report, 'leakage')).toMatchObject({ rows: facts.rows.leaked, severity: 'warning', sentence: expect.stringContaining(`the true answer is the same in ${facts.rows.agree} rows`) as string })
    expect(found(report, 'leakage').examples[0]).toMatchObject({ other: { where: 'training' } })
    expect(recordLines(report, 'leakage').split('\n')).toHaveLength(facts.rows.leaked)
    expect(found(report, 'duplicate-rows').rows).toBe(facts.rows.repeats)
    expect(found(report, 'contradicting-answers')).toMatchObject({ rows: facts.rows.contradicting, sentence: expect.stringContaining(`at least ${facts.rows.floor} rows`) as string })
    expect(report.clear).toContain('categories that the training file lacks')
    expect(describeQuality(report)).toContain('Looked for and not found')

    const path = join(folder, 'planted.csv')
    writeFileSync(path, planted())
    const odd = await job('run.quality', { runId: await evaluate(version, await addData(path), 'income'), trainingId: training.id })
    expect(found(odd, 'unseen-category', 'workclass')).toMatchObject({ rows: 5, sentence: expect.stringContaining('“Moon-gov”') as string, examples: [11, 12, 13, 14, 15].map((record) => ({ record, other: null, shows: 'Moon-gov' })) })
    expect(recordLines(odd, 'unseen-category')).toBe('11\n12\n13\n14\n15')
    expect(found(odd, 'out-of-range', 'age')).toMatchObject({ rows: 3, severity: 'warning' })
    expect(found(odd, 'mixed-types', 'hours_per_week').examples.map((e) => e.record)).toEqual([31, 32])
    expect(found(odd, 'constant-column', 'native_country')).toMatchObject({ severity: 'warning', sentence: expect.stringContaining('has several values in the training file') as string })
    expect(found(odd, 'duplicate-rows').examples).toContainEqual({ record: 51, other: { record: 50, where: 'evaluation' }, shows: '' })
    expect(found(odd, 'contradicting-answers').examples.some((e) => e.record === 61 && e.other?.record === 60)).toBe(true)

    // Left out by the strict policy, the odd cells are still the reader's business; what was left out on request is not.
    const proposal = await job('binding.propose', { versionId: version.id, datasetId: (await addData(path)).id, target: 'income' })
    const strict = await job('run.evaluate', { versionId: version.id, datasetId: (await addData(path)).id, binding: proposal.binding, guesses: [], options: { rows: 'strict', excludeRecords: [32] } })
    expect(found(await job('run.quality', { runId: strict.runId }), 'mixed-types', 'hours_per_week')).toMatchObject({ rows: 1, examples: [{ record: 31, shows: 'full time' }], sentence: expect.stringContaining('It was left out of the run.') as string })

    const fair = await job('run.fairness', { runId, columns: ['sex', 'race', 'fnlwgt'] })
    for (const { column, reference, groups } of fair.tables.filter((t) => t.column !== 'fnlwgt')) {
      expect(reference).toBe(facts.groups[column]!.reference)
      for (const group of groups) {
        const want = facts.groups[column]!.counts[group.value!]!
        expect([group.rows, group.positives, group.selection!.value, group.truePositive!.value, group.precision!.value]).toEqual([want.rows, want.positives, want.selected / want.rows, want.hits / want.positives, want.hits / want.selected])
        for (const gap of group.gaps.filter((g) => g.rate === 'selection' || g.rate === 'truePositive')) {
          const pair = want[gap.rate as 'selection' | 'truePositive']!
          expect([gap.difference.low, gap.difference.high]).toEqual(pair.difference.map((v) => expect.closeTo(v, 9)))
          expect([gap.ratio.low, gap.ratio.high]).toEqual(pair.ratio.map((v) => expect.closeTo(v, 4)))
        }
      }
    }
    expect(fair.tables.map((t) => t.column)).toEqual(['sex', 'race', 'fnlwgt'])
    expect(describeFairness(fair)).toMatch(/sex = Female is selected 0\.24\d\d times as often as Male .* below the four fifths/)
    expect((await job('run.fairness', { runId, columns: ['sex'], reference: 'Female' })).tables[0]!.reference).toBe('Female')
    await expect(job('run.fairness', { runId, columns: ['sex'], reference: 'Robot' })).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringContaining('Female') as string })
    await expect(job('run.fairness', { runId, columns: ['no'] })).rejects.toMatchObject({ code: 'input.invalid' })
  })
})
