// run.compare through the real engine and its stored predictions, against every comparison of the fixtures; disagreements against the predictions of the fixtures.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Run } from '../../shared/domain/run.ts'
import type { RunComparison } from '../../shared/domain/verdict.ts'
import type { RunId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'
import { classificationCases, loadClassification } from '../shared/fixture-cases.ts'

interface Reference { readonly first: string, readonly second: string, readonly dataset: string, readonly policy?: 'lenient' | 'strict' | null, readonly metrics: Record<string, number> & { readonly mcnemar?: Record<string, number> } }
interface CaseFile { readonly datasets: readonly { readonly file: string, readonly target?: string }[] }

const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T
const folders = ['iris', 'adult-income', 'diabetes', 'abalone', 'mnist']
const comparisons = folders.flatMap((folder) => readdirSync(fixture(`${folder}/reference`)).filter((f) => f.startsWith('compare.')).map((file) => ({ folder, file, want: json<Reference>(`${folder}/reference/${file}`) })))
  // The largest table is not part of the copy inside the project.
  .filter(({ folder, want }) => want.dataset !== 'data/train.csv' || existsSync(fixture(`${folder}/case.json`).replace('case.json', want.dataset)))

const near = (got: number, want: number, relative: number): void => { expect(Math.abs(got - want), `${got} for ${want}`).toBeLessThanOrEqual(relative * Math.max(Math.abs(want), 1e-300)) }

/** Evaluates each model of a folder once for each data set and policy. */
function evaluator({ importModel, addData, job }: Workspace): (folder: string, model: string, want: Reference) => Promise<RunId> {
  const runs = new Map<string, Promise<RunId>>()
  const once = async (folder: string, model: string, { dataset, policy }: Reference): Promise<RunId> => {
    const target = json<CaseFile>(`${folder}/case.json`).datasets.find((d) => d.file === dataset)!.target
    const version = await importModel(fixture(`${folder}/${model}`), folder, true)
    const data = await addData(fixture(`${folder}/${dataset}`))
    const { binding, guesses } = await job('binding.propose', { versionId: version.id, datasetId: data.id, ...(target === undefined ? {} : { target }) })
    const strict = policy === 'strict' ? { excludeRecords: json<{ strict_excluded_records: number[] }>('adult-income/data/test-messy.defects.json').strict_excluded_records } : {}
    return (await job('run.evaluate', { versionId: version.id, datasetId: data.id, binding, guesses, options: { ...(policy == null ? {} : { rows: policy }), ...strict } })).runId
  }
  return (folder, model, want) => {
    const key = `${folder} ${model} ${want.dataset} ${want.policy ?? ''}`
    const run = runs.get(key) ?? once(folder, model, want)
    runs.set(key, run)
    return run
  }
}

function expectReference(found: RunComparison, { metrics: want }: Reference): void {
  const [challenger] = found.challengers
  const { agreement, errors, metrics, rows } = challenger!
  expect(rows).toEqual({ paired: want['n'], onlyFirst: 0, onlySecond: 0, otherTruth: 0 })
  const primary = metrics[0]!
  if (want.mcnemar !== undefined) {
    const m = want.mcnemar
    expect(agreement).toMatchObject({ changedRows: want['changed_rows'], bothRight: m['both_right'], onlyFirstRight: m['only_first_right'], onlySecondRight: m['only_second_right'], bothWrong: m['both_wrong'] })
    near(agreement!.share, want['agreement']!, 1e-12)
    for (const [got, name] of [[agreement!.exactP, 'exact_p'], [agreement!.chiSquareP, 'chi2_corrected_p']] as const) near(got, m[name]!, 1e-6)
    expect(agreement!.chiSquare).toBeCloseTo(m['chi2_corrected']!, 9)
    expect([primary.metric, primary.first, primary.second, primary.difference]).toEqual(['accuracy', ...['accuracy_first', 'accuracy_second', 'accuracy_delta'].map((k) => expect.closeTo(want[k]!, 12) as number)])
    near(primary.p!, m[m['only_first_right']! + m['only_second_right']! < 25 ? 'exact_p' : 'chi2_corrected_p']!, 1e-6)
    return
  }
  for (const [got, name] of [[errors!.firstMae, 'mae_first'], [errors!.secondMae, 'mae_second'], [errors!.maeDifference, 'mae_delta'], [errors!.meanPredictionDifference, 'mean_abs_prediction_difference']] as const) expect(got, name).toBeCloseTo(want[name]!, 5)
  expect([errors!.firstCloser, errors!.secondCloser, errors!.wilcoxon.statistic]).toEqual([want['first_closer'], want['second_closer'], want['wilcoxon_statistic']])
  near(errors!.wilcoxon.p!, want['wilcoxon_p']!, 1e-6)
  near(errors!.pairedT.statistic, want['paired_t_statistic']!, 1e-4)
  near(errors!.pairedT.p!, want['paired_t_p']!, 1e-4)
  near(metrics.find((m) => m.metric === 'mae')!.p!, want['paired_t_p']!, 1e-4)
}

/** The paired differences of the fixture's own predictions: which record differs, and how. */
function expectedDisagreements(): Map<number, string> {
  const load = (v: string) => loadClassification(classificationCases.find((c) => c.reference === `adult-income/reference/${v}.test.json`)!).batch
  const [a, b] = [load('v1'), load('v2')]
  return new Map(Array.from(a.truth, (t, i): [number, string] => [i + 1, a.predicted[i] === b.predicted[i] ? '' : a.predicted[i] === t ? 'first-right' : b.predicted[i] === t ? 'second-right' : 'both-wrong']).filter(([, kind]) => kind !== ''))
}

async function expectDisagreements({ client, job }: Workspace, first: RunId, second: RunId): Promise<void> {
  const want = expectedDisagreements()
  const page = await client.call('run.disagreements', { first, second, limit: 1000, order: 'record' })
  expect(page.total).toBe(want.size)
  expect(page.rows.map((r) => [r.record, r.kind])).toEqual([...want])
  expect(page.rows.every((r) => (r.kind === 'first-right') === (r.first.predicted === r.truth))).toBe(true)
  const largest = await client.call('run.disagreements', { first, second, limit: 3 })
  const sizes = page.rows.map((r) => Math.abs(r.difference!)).sort((x, y) => y - x)
  expect(largest.rows.map((r) => Math.abs(r.difference!))).toEqual(sizes.slice(0, 3))
  const groups = await job('run.differ', { first, second })
  expect(groups).toMatchObject({ paired: 4000, differing: 220, kinds: [{ kind: 'first-right', rows: 79 }, { kind: 'second-right', rows: 141 }, { kind: 'both-wrong', rows: 0 }] })
  expect(groups.segments.length).toBeGreaterThan(0)
  for (const segment of groups.segments) {
    // What the list says of a segment is what the rows behind it are, counted by another program.
    const rows = await client.call('run.disagreements', { first, second, conditions: segment.conditions, limit: 1000 })
    expect(rows.total).toBe(segment.differing)
    expect(rows.rows.filter((r) => r.kind === 'second-right')).toHaveLength(segment.secondBetter)
    expect(segment.value).toBeGreaterThan(segment.elsewhere)
  }
}

test('every comparison of the fixtures, from stored predictions', { timeout: 300_000 }, async () => {
  expect(comparisons.length).toBeGreaterThanOrEqual(11)
  await inWorkspace(async (workspace) => {
    const evaluate = evaluator(workspace)
    for (const { folder, file, want } of comparisons) {
      const runs = [await evaluate(folder, want.first, want), await evaluate(folder, want.second, want)]
      // The whole of the metrics once is enough; the others are asked for what their reference holds.
      const whole = folder === 'adult-income' && want.dataset === 'data/test.csv'
      const found = await workspace.job('run.compare', { runs, ...(whole ? {} : { metrics: [{ metric: want.metrics.mcnemar === undefined ? 'mae' : 'accuracy' }] }) })
      try { expectReference(found, want) } catch (thrown) { throw new Error(`${folder}/${file}: ${(thrown as Error).message}`, { cause: thrown }) }
      if (whole) {
        expect(found.challengers[0]).toMatchObject({ answer: 'better', sentence: expect.stringMatching(/is better than .* on test\.csv\. Accuracy is better: higher by 0\.0155 \(95 %: 0\.00\d+ to 0\.02\d+\); p = 0\.000\d+ corrected for 6 questions\./) as string })
        expect(await workspace.job('run.compare', { runs })).toEqual(found)
        await expectDisagreements(workspace, runs[0]!, runs[1]!)
        await expectAsked(workspace, runs[0]!, runs[1]!)
      }
    }
  })
})

/** Tasks without a comparison in the fixtures: every value is that of the run itself, which has references of its own. */
test('label sets, boxes and masks are paired row by row; what cannot be is said', { timeout: 300_000 }, async () => {
  await inWorkspace(async ({ client, job, importModel, addData, evaluate }) => {
    const cases = [
      ['flags-multilabel', ['micro.f1', 'macro.f1', 'subset_accuracy', 'hamming_loss', 'mean_binary_log_loss']],
      ['digit-detection', ['detection.f1', 'detection.precision', 'detection.recall']],
      ['shapes-segmentation', ['mean_over_images_of_mean_iou']],
    ] as const
    for (const [folder, ids] of cases) {
      const file = json<{ models: { file: string }[], datasets: { file: string, target?: string | string[] }[] }>(`${folder}/case.json`)
      const { file: dataFile, target } = file.datasets.find((d) => /test\.csv$|images/.test(d.file))!
      const data = await addData(fixture(`${folder}/${dataFile}`))
      const runs: RunId[] = []
      for (const model of file.models.slice(0, 2)) runs.push(await evaluate(await importModel(fixture(`${folder}/${model.file}`), folder), data, typeof target === 'string' ? target : target?.join(',')))
      const [first, second] = await Promise.all(runs.map((runId) => client.call('run.get', { runId })))
      const found = await job('run.compare', { runs, metrics: [...ids, 'map50', 'mean_iou', 'lrap'].map((metric) => ({ metric })) })
      const value = (run: Run, id: string): number => run.metrics.find((m) => m.metric === id && m.slice === '')!.value!
      for (const m of found.challengers[0]!.metrics.slice(0, ids.length)) expect([m.metric, m.first, m.second], m.metric).toEqual([m.metric, expect.closeTo(value(first!, m.metric), 9), expect.closeTo(value(second!, m.metric), 9)])
      expect(found.challengers[0]!.metrics.slice(ids.length).map((m) => m.answer)).toEqual(['not-tested', 'not-tested', 'not-tested'])
      const rows = await client.call('run.disagreements', { first: runs[0]!, second: runs[1]!, limit: 10 })
      // The two models of shapes are one network with two kinds of output.
      expect(rows.total > 0).toBe(folder !== 'shapes-segmentation')
      if (folder === 'shapes-segmentation') expect(found.challengers[0]).toMatchObject({ answer: 'equivalent' })
      const groups = await job('run.differ', { first: runs[0]!, second: runs[1]! })
      expect(groups.differing).toBe(rows.total)
      expect(groups.kinds.reduce((sum, k) => sum + k.rows, 0)).toBe(groups.differing)
    }
  })
})

/** Asked-for metrics and margins, several challengers, rows of one side only, and what is refused. */
async function expectAsked({ client, job, addData, importModel, evaluate }: Workspace, first: RunId, second: RunId): Promise<void> {
  const wide = await job('run.compare', { runs: [first, second], metrics: [{ metric: 'accuracy' }, { metric: 'recall', slice: 'class:>50K' }, { metric: 'ece_10' }], margins: { accuracy: 0.05 } })
  expect(wide.questions).toBe(2)
  expect(wide.challengers[0]!.metrics.map((m) => [m.metric, m.answer, m.margin])).toEqual([['accuracy', 'equivalent', 0.05], ['recall', 'better', 0.01], ['ece_10', 'not-tested', null]])
  expect(wide.challengers[0]!.metrics[2]!.sentence).toMatch(/biased/)
  const run: Run = await client.call('run.get', { runId: first })
  const again = async (options: object): Promise<RunId> => (await job('run.evaluate', { versionId: run.versionId, datasetId: run.datasetId, binding: run.binding, options })).runId
  const half = await again({ limit: 1000 })
  const three = await job('run.compare', { runs: [first, second, half] })
  expect(three.questions).toBe(12)
  expect(three.challengers[1]).toMatchObject({ rows: { paired: 1000, onlyFirst: 3000, onlySecond: 0 }, answer: 'not-enough-rows', agreement: { changedRows: 0 } })
  expect(three.challengers[1]!.notes.join(' ')).toMatch(/3,000 rows were scored by .* alone/)
  const [common] = await client.call('run.common', { versions: [run.versionId, (await client.call('run.get', { runId: second })).versionId] })
  expect(common).toEqual({ datasetId: run.datasetId, datasetName: 'test.csv', runs: [half, second] })
  const other = await evaluate(await importModel(fixture('iris/models/iris-forest.onnx'), 'iris', true), await addData(fixture('iris/data/iris.csv')), 'species')
  await expect(client.call('run.compare', { runs: [first, other] })).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringContaining('different data') as string })
  await expect(client.call('run.compare', { runs: [first, first] })).rejects.toMatchObject({ code: 'input.invalid' })
}
