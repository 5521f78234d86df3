// Every kind of rule against real stored runs: pass, fail and not established, with limits on both sides of what the fixtures' references say.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BundleManifest } from '../../shared/domain/bundle.ts'
import type { GateFinding } from '../../shared/domain/gate.ts'
import type { GatePolicy, GateRule } from '../../shared/domain/gate-rules.ts'
import type { Version } from '../../shared/domain/model.ts'
import type { RunId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'

interface Reference { readonly metrics: { readonly accuracy: number; readonly brier: number; readonly ece_10: number; readonly accuracy_wilson_95: readonly [number, number] }; readonly slices: { readonly race: Readonly<Record<string, { n: number; accuracy: number }>>; readonly sex: Readonly<Record<string, { n: number; positive_rate_predicted: number; recall: number }>> } }
const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T
const v1 = readJson<Reference>(fixture('adult-income/reference/v1.test.json'))
const v2 = readJson<Reference>(fixture('adult-income/reference/v2.test.json'))
const facts = readJson<{ rows: { leaked: number; repeats: number }; trees: { adult: { accuracy: number } }; adult: { evaluation: { majority: { accuracy: number } } } }>(resolve(import.meta.dirname, '../fixtures-facts/baseline-facts.json'))
const compared = readJson<{ metrics: { mcnemar: { only_first_right: number; only_second_right: number } } }>(fixture('adult-income/reference/compare.v1-vs-v2.test.json'))
const day = 86_400_000

/** The test file with one more column of days: the newest is 20 days before now. */
function datedCopy(folder: string): string {
  const [header, ...rows] = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trimEnd().split(/\r?\n/)
  const newest = Date.now() - 20 * day
  const path = join(folder, 'dated.csv')
  writeFileSync(path, `${[`${header!},seen`, ...rows.map((row, i) => `${row},${new Date(newest - (i % 50) * day).toISOString().slice(0, 10)}`)].join('\n')}\n`)
  const written = new Date(Date.now() - 10 * day)
  utimesSync(path, written, written)
  return path
}

let open: Workspace
let close: () => void
let runId: RunId
let older: RunId
let version: Version
let dated: string

beforeAll(async () => {
  const opened = new Promise<void>((ready, failed) => {
    inWorkspace(async (workspace) => {
      open = workspace
      ready()
      await new Promise<void>((resolve) => { close = resolve })
    }).catch(failed)
  })
  await opened
  dated = datedCopy(open.folder)
  const data = await open.addData(dated)
  await open.addData(fixture('adult-income/data/train.csv'))
  version = await open.importModel(fixture('adult-income/models/income-v1-logreg.onnx'), 'income')
  runId = await open.evaluate(version, data, 'income')
  older = runId
}, 120_000)
afterAll(() => close())

const policy = (...rules: GateRule[]): GatePolicy => ({ schema: 'slipway.gate/2', rules })
const judge = async (rule: GateRule, of: RunId = runId): Promise<GateFinding> => (await open.client.call('gate.preview', { runId: of, policy: policy(rule) })).findings[0]!

/** One rule with a limit that the reference meets, and one that it misses; `before`: whether something has to be run first. */
const cases: readonly (readonly [string, GateRule, GateRule, boolean])[] = [
  ['metric, the low end of the interval', { kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: v1.metrics.accuracy_wilson_95[0] - 1e-6, at: 'low' }, { kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: v1.metrics.accuracy_wilson_95[0] + 1e-6, at: 'low' }, false],
  ['calibration', { kind: 'calibration', measure: 'ece', atMost: v1.metrics.ece_10 + 1e-6 }, { kind: 'calibration', measure: 'brier', atMost: v1.metrics.brier - 1e-6 }, false],
  ['beats constant answers', { kind: 'beats-baseline', baseline: 'constant', metric: 'accuracy', at: 'value', by: v1.metrics.accuracy - facts.adult.evaluation.majority.accuracy - 1e-6 }, { kind: 'beats-baseline', baseline: 'constant', metric: 'accuracy', at: 'value', by: v1.metrics.accuracy - facts.adult.evaluation.majority.accuracy + 1e-6 }, true],
  ['beats a tree', { kind: 'beats-baseline', baseline: 'tree', training: 'train.csv', metric: 'accuracy', at: 'value', by: v1.metrics.accuracy - facts.trees.adult.accuracy - 1e-6 }, { kind: 'beats-baseline', baseline: 'tree', training: 'train.csv', metric: 'accuracy', at: 'value', by: v1.metrics.accuracy - facts.trees.adult.accuracy + 1e-6 }, true],
  ['slices', { kind: 'slices', columns: ['race'], op: '>=', limit: v1.slices.race['White']!.accuracy - 1e-6 }, { kind: 'slices', columns: ['race'], op: '>=', limit: v1.slices.race['White']!.accuracy + 1e-6 }, true],
  ['weak segments', { kind: 'weak-segments', atMost: 1000 }, { kind: 'weak-segments', atMost: 0 }, true],
  ['groups, the difference', { kind: 'fairness', column: 'sex', rate: 'selection', measure: 'difference', limit: 0.1974 }, { kind: 'fairness', column: 'sex', rate: 'selection', measure: 'difference', limit: 0.1973 }, true],
  ['groups, the ratio', { kind: 'fairness', column: 'sex', rate: 'truePositive', measure: 'ratio', limit: 0.8625 }, { kind: 'fairness', column: 'sex', rate: 'truePositive', measure: 'ratio', limit: 0.8626 }, true],
  ['robustness', { kind: 'robustness', stress: 'scaled-units', atMostLoss: 1 }, { kind: 'robustness', stress: 'scaled-units', atMostLoss: 0 }, true],
  ['latency', { kind: 'latency', percentile: 'p95', batchSize: 1, atMostMs: 60_000 }, { kind: 'latency', percentile: 'p95', batchSize: 1, atMostMs: 1e-6 }, true],
  ['throughput', { kind: 'throughput', batchSize: 1, atLeastRowsPerSecond: 1e-3 }, { kind: 'throughput', batchSize: 1, atLeastRowsPerSecond: 1e12 }, true],
  ['memory', { kind: 'memory', atMostBytes: 2 ** 40 }, { kind: 'memory', atMostBytes: 1 }, true],
  ['rows', { kind: 'rows', atLeast: 4000 }, { kind: 'rows', atLeast: 4001 }, false],
  ['freshness of the file', { kind: 'freshness', atMostDays: 11 }, { kind: 'freshness', atMostDays: 9 }, false],
  ['freshness of a column', { kind: 'freshness', column: 'seen', atMostDays: 22 }, { kind: 'freshness', column: 'seen', atMostDays: 19 }, true],
  ['leakage', { kind: 'data-quality', finding: 'leakage', training: 'train.csv', atMostShare: facts.rows.leaked / 4000 }, { kind: 'data-quality', finding: 'leakage', training: 'train.csv', atMostShare: (facts.rows.leaked - 1) / 4000 }, true],
  ['repeated rows', { kind: 'data-quality', finding: 'duplicate-rows', atMostShare: facts.rows.repeats / 4000 }, { kind: 'data-quality', finding: 'duplicate-rows', atMostShare: (facts.rows.repeats - 1) / 4000 }, true],
]

/** An override is in the manifest, the card, the README and the evidence of the bundle, on the run, in the history and on the timeline; a later check that passes takes nothing back. */
async function overriddenBundle(run: RunId): Promise<void> {
  const check = await open.client.call('gate.check', { runId: run, policy: policy({ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.99 }), override: { name: 'Ada Lovelace', reason: 'a pilot with ten users' } })
  const target = join(open.folder, 'overridden.zip')
  const bundle = await open.job('bundle.export', { checkId: check.id, destination: (await open.core.admit(target, 'write')).token })
  expect(bundle.overridden).toBe(true)
  execFileSync('unzip', ['-q', target, '-d', join(open.folder, 'overridden')])
  const root = join(open.folder, 'overridden', readdirSync(join(open.folder, 'overridden'))[0]!)
  expect(readJson<BundleManifest>(join(root, 'bundle.json')).evaluation.gate).toMatchObject({ checkId: check.id, passed: false, override: check.override, findings: [{ verdict: 'fail', sentence: check.findings[0]!.sentence }] })
  for (const name of ['README.md', 'docs/MODEL_CARD.md', 'evidence/evaluation.json']) {
    const text = readFileSync(join(root, name), 'utf8')
    expect([name, text.includes('Ada Lovelace'), text.includes('a pilot with ten users')]).toEqual([name, true, true])
  }
  await open.client.call('gate.check', { runId: run, policy: policy({ kind: 'rows', atLeast: 1 }) })
  expect((await open.client.call('gate.checks', { runId: run })).map((c) => c.override?.name ?? null)).toEqual([null, 'Ada Lovelace'])
  expect((await open.client.call('history.list', {})).map((e) => `${e.sentence} ${e.why ?? ''}`).join('\n')).toContain('Ada Lovelace overrode it. a pilot with ten users')
  expect(JSON.stringify(await open.client.call('model.timeline', { modelId: version.modelId }))).toContain('Ada Lovelace')
}

describe('a rule of each kind', () => {
  test('what must be run first is not established and says what to run; run, it passes and fails on the two sides of the reference', { timeout: 120_000 }, async () => {
    const asked = policy(...cases.flatMap(([, good, bad]) => [good, bad]))
    const before = await open.client.call('gate.preview', { runId: runId, policy: asked })
    expect(before).toMatchObject({ passed: false, fault: null })
    expect(before.findings.map((f) => f.verdict)).toEqual(cases.flatMap(([, , , first]) => (first ? ['not-established', 'not-established'] : ['pass', 'fail'])))
    expect(before.tasks.map((t) => t.work.what).sort()).toEqual(['baselines', 'baselines', 'fairness', 'newest-time', 'quality', 'quality', 'slices', 'speed', 'stress'])
    // The slices of all columns answer the rule on one column, and one timing answers three rules.
    expect(before.tasks.find((t) => t.work.what === 'slices')).toMatchObject({ work: { columns: null }, modelRows: 0 })
    expect(before.tasks.find((t) => t.work.what === 'stress')).toMatchObject({ modelRows: 4000 * 6 })
    // A budget that is too short for something leaves it, and says so.
    const some = await open.job('gate.fill', { runId: runId, policy: asked, rules: [18], seconds: 0.5 })
    expect(some).toMatchObject({ done: [], left: [{ task: { work: { what: 'speed' } }, reason: expect.stringMatching(/^It takes about .* allowed/) as string }] })
    const filled = await open.job('gate.fill', { runId: runId, policy: asked })
    expect(filled.left).toEqual([])
    const after = await open.client.call('gate.preview', { runId: runId, policy: asked })
    cases.forEach(([name], i) => expect([name, ...after.findings.slice(2 * i, 2 * i + 2).map((f) => f.verdict)], after.findings[2 * i]!.sentence).toEqual([name, 'pass', 'fail']))
    expect(after.tasks).toEqual([])
    for (const f of after.findings) expect(f.sentence).toMatch(/\d.*\.$/)
    // What a finding goes by is kept with the check.
    const check = await open.client.call('gate.check', { runId: runId, policy: asked })
    expect(check.findings.map((f) => f.sentence.replace(/\d+ days?/, ''))).toEqual(after.findings.map((f) => f.sentence.replace(/\d+ days?/, '')))
    const groups = check.findings.find((f) => f.rule.kind === 'fairness')!
    expect(groups.facts).toMatchObject([{ fact: 'fairness', id: expect.stringMatching(/^report_/) as string, values: { group: 'Female', rows: v1.slices.sex['Female']!.n, reference: 'Male', referenceRows: v1.slices.sex['Male']!.n } }])
    expect(groups.value).toBeCloseTo(v1.slices.sex['Male']!.positive_rate_predicted - v1.slices.sex['Female']!.positive_rate_predicted, 12)
  })

  test('groups of flagged columns are told by number in a request for review and in a bundle, with the same verdicts', { timeout: 60_000 }, async () => {
    const { datasetId } = await open.client.call('run.get', { runId })
    const asked = policy(...cases.filter(([, rule]) => rule.kind === 'slices' || rule.kind === 'fairness' || rule.kind === 'weak-segments').map(([, , bad]) => bad))
    const check = await open.client.call('gate.check', { runId, policy: asked, override: { name: 'Ann', reason: 'known' } })
    const values = /\b(Female|Male|White|Black|Amer-Indian-Eskimo|Asian-Pac-Islander)\b/
    expect(check.findings.filter((f) => values.test(f.sentence)).length).toBeGreaterThanOrEqual(2)
    await open.client.call('dataset.flag', { datasetId, columns: ['sex', 'race'], reason: 'people' })
    const place = (name: string): string => join(open.folder, name)
    await open.client.call('review.request', { versionId: version.id, runId, destination: (await open.core.admit(place('flagged.review.json'), 'write')).token })
    await open.job('bundle.export', { checkId: check.id, destination: (await open.core.admit(place('flagged.zip'), 'write')).token })
    execFileSync('unzip', ['-q', place('flagged.zip'), '-d', place('flagged')])
    const top = join(place('flagged'), readdirSync(place('flagged'))[0]!)
    // The categories that the model itself knows stand in its interface.
    const told = [place('flagged.review.json'), ...readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((f) => /^(bundle\.json|README\.md|docs\/(?!openapi).*|evidence\/.*)$/.test(f) && statSync(join(top, f)).isFile()).map((f) => join(top, f))]
    expect(told.length).toBeGreaterThan(3)
    for (const file of told) expect([file, values.exec(readFileSync(file, 'utf8'))?.[0]]).toEqual([file, undefined])
    const { evaluation } = readJson<BundleManifest>(join(top, 'bundle.json'))
    expect(evaluation.gate.findings.map((f) => [f.verdict, f.value])).toEqual(check.findings.map((f) => [f.verdict, f.value]))
    expect(evaluation.gate.findings.find((f) => f.rule.kind === 'fairness')!.sentence).toMatch(/in group 1 of sex \([\d,]+ rows\) and .* in group 2 of sex \([\d,]+ rows\): /)
    await open.client.call('dataset.flag', { datasetId })
    await open.client.call('version.transition', { versionId: version.id, action: 'retire', reason: 'exported' })
    await open.client.call('version.transition', { versionId: version.id, action: 'restore', reason: 'goes on' })
  })

  test('what the facts do not cover stays not established: other sizes, severities, parts with too few rows, files and people that nobody knows', { timeout: 60_000 }, async () => {
    const races = (small: 'fail' | 'not-established' | 'pass-over'): GateRule => ({ kind: 'fairness', column: 'race', rate: 'selection', measure: 'difference', limit: 1, minimumRows: 36, small })
    await open.job('gate.fill', { runId: runId, policy: policy(races('fail')) })
    // 35 rows are Amer-Indian-Eskimo: one group too small.
    expect(await judge(races('pass-over'))).toMatchObject({ verdict: 'pass', sentence: expect.stringMatching(/; 1 group has fewer than 36 rows, too few to judge, and were passed over\.$|1 group has fewer than 36 rows/) as string })
    expect((await judge(races('not-established'))).verdict).toBe('not-established')
    expect((await judge(races('fail'))).verdict).toBe('fail')
    const unknown: GateRule[] = [
      { kind: 'latency', percentile: 'p99', batchSize: 7, atMostMs: 1 }, { kind: 'memory', device: 'cuda', atMostBytes: 1 }, { kind: 'parity', device: 'webgpu', atWorst: 'close' },
      { kind: 'robustness', stress: 'scaled-units', upTo: 5, atMostLoss: 1 }, { kind: 'robustness', stress: 'noise', atMostLoss: 1 }, { kind: 'slices', columns: ['shoe size'], op: '>=', limit: 0.5 }, { kind: 'slices', op: '<=', limit: 0.5 },
      { kind: 'freshness', column: 'age', atMostDays: 1 }, { kind: 'data-quality', finding: 'leakage', atMostShare: 0 }, { kind: 'beats-baseline', baseline: 'tree' }, { kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0, data: 'elsewhere' },
      { kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0, against: 'champion' }, { kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0 }, { kind: 'approvals', count: 2 },
    ]
    const { findings } = await open.client.call('gate.preview', { runId: runId, policy: policy(...unknown) })
    expect(findings.map((f) => f.verdict)).toEqual(unknown.map(() => 'not-established'))
    expect(findings.map((f) => f.sentence).slice(0, 4)).toEqual([
      'Calls of 7 rows have not been timed on the CPU: there are 1 rows a call.', expect.stringMatching(/^This version has not been timed on .*CUDA/) as string,
      expect.stringMatching(/have not been compared with those on the CPU yet/) as string, expect.stringMatching(/^The stress “scaled units” was tried from a factor of 10 on only/) as string,
    ])
    // A file that was written again may be another one.
    const { mtime } = statSync(dated)
    utimesSync(dated, new Date(Date.now() + day), new Date(Date.now() + day))
    expect(await judge({ kind: 'freshness', atMostDays: 11 })).toMatchObject({ verdict: 'not-established', sentence: expect.stringContaining('is not known') as string })
    utimesSync(dated, mtime, mtime)
  })

  test('documents: the note, tags and fields of the card that the version really has', async () => {
    const rule: GateRule = { kind: 'documents', note: true, tags: ['reviewed'], card: ['intended-use', 'licence'] }
    expect(await judge(rule)).toMatchObject({ verdict: 'fail', value: 0, limit: 4, sentence: 'income 1 lacks a note, the tag “reviewed”, the intended use and a licence.' })
    await open.client.call('version.annotate', { versionId: version.id, note: 'A first try.\nIntended use: screening, never the last word.', tags: ['reviewed'] })
    expect(await judge(rule)).toMatchObject({ verdict: 'fail', value: 3, sentence: 'income 1 lacks a licence; it has a note, the tag “reviewed” and the intended use.' })
    await open.client.call('version.annotate', { versionId: version.id, note: 'Intended use: screening\n- **Licence**: MIT' })
    expect((await judge(rule)).verdict).toBe('pass')
    expect((await judge({ kind: 'documents', links: ['ticket'] })).verdict).toBe('fail')
    await open.client.call('care.save', { modelId: version.modelId, versionId: version.id, links: [{ title: 'ticket', url: 'https://example.org/1' }] })
    expect((await judge({ kind: 'documents', links: ['ticket'] })).verdict).toBe('pass')
  })

  test('a newer version against an older run, and an advisory rule that does not decide', { timeout: 60_000 }, async () => {
    const second = await open.importModel(fixture('adult-income/models/income-v2-gboost.onnx'), 'income')
    const data = (await open.client.call('dataset.list', {})).find((d) => d.name === 'dated.csv')!
    const newer = await open.evaluate(second, data, 'income')
    const gain = v2.metrics.accuracy - v1.metrics.accuracy
    expect(await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0, against: older }, newer)).toMatchObject({ verdict: 'pass', value: v2.metrics.accuracy, facts: [{ fact: 'run', id: older }] })
    expect((await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: gain - 1e-6, against: newer }, older)).verdict).toBe('fail')
    expect((await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: gain + 1e-6, against: newer }, older)).verdict).toBe('pass')
    expect(await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0, against: newer }, newer)).toMatchObject({ verdict: 'pass', sentence: expect.stringContaining('cannot be worse than itself') as string })
    // The difference of accuracies on 4,000 rows of which 79 only v1 and 141 only v2 has right: its standard error is √(79 + 141 − 62²/4000) ÷ 4000.
    const paired = (margin: number): GateRule => ({ kind: 'no-regression', metric: 'accuracy', slice: '', margin, against: newer, confidence: 0.95 })
    const asked = policy(paired(0.02), paired(0.0155), paired(0.001))
    expect((await open.client.call('gate.preview', { runId: older, policy: asked })).tasks.map((t) => t.work.what)).toEqual(['paired'])
    await open.job('gate.fill', { runId: older, policy: asked })
    const { onlyFirst, onlySecond } = { onlyFirst: compared.metrics.mcnemar.only_first_right, onlySecond: compared.metrics.mcnemar.only_second_right }
    const half = 1.96 * Math.sqrt(onlyFirst + onlySecond - (onlySecond - onlyFirst) ** 2 / 4000) / 4000
    const told = await open.client.call('gate.preview', { runId: older, policy: policy(paired(gain + half + 2e-4), paired(gain), paired(gain - half - 2e-4)) })
    expect(told.findings.map((f) => f.verdict)).toEqual(['pass', 'not-established', 'fail'])
    expect(told.findings[1]!.sentence).toMatch(/^Accuracy is worse by 0\.0155 against .* on 4,000 rows that both have \(95 %: −0\.0\d+ to −0\.0\d+\); .* and these rows are too few to tell\.$/)
    // The newest run of the alias's version on the same data, and links that somebody gave.
    await open.client.call('alias.set', { modelId: version.modelId, alias: 'champion', versionId: version.id, expected: null, reason: 'the first' })
    expect(await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0, against: 'champion' }, newer)).toMatchObject({ verdict: 'pass', sentence: expect.stringContaining('in champion (v1)') as string })
    expect(await judge({ kind: 'no-regression', metric: 'accuracy', slice: '', margin: 0, against: 'champion' }, older)).toMatchObject({ verdict: 'pass', sentence: expect.stringContaining('is this very version') as string })
    await overriddenBundle(newer)
    const low: GateRule = { kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.99, severity: 'advisory' }
    expect(await open.client.call('gate.preview', { runId: newer, policy: policy({ kind: 'rows', atLeast: 1 }, low) })).toMatchObject({ passed: true, findings: [{ verdict: 'pass' }, { verdict: 'fail' }] })
    await expect(open.client.call('gate.check', { runId: newer, policy: policy(low) })).rejects.toMatchObject({ code: 'gate.policyInvalid', message: expect.stringContaining('every rule is advisory') as string })
  })
})
