// One workspace with something on every screen, made by the built command line from fixtures: two versions evaluated, a gate, a bundle, an alias,
// a request for review, and a served version whose log came home with planted drift. What cannot be the same twice (ids, times) is masked by who looks.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bundle } from '../../shared/domain/bundle.ts'
import { fixture } from './fixtures.ts'
import { irisAnswers } from './kserve-logs.ts'

export interface SeededWorkspace { readonly workspace: string; /** a bundle outside the workspace */ readonly bundle: string }

const logRows = 1200

/** A log of the bundle's own server in which every other petal is shorter than any that was seen. */
function driftedLog(bundle: Bundle, file: string): string {
  const [answers, names] = [irisAnswers(), ['setosa', 'versicolor', 'virginica']]
  const from = Date.UTC(2026, 4, 1)
  const record = (i: number): string => JSON.stringify({
    schema: 'predlog.v1', model: bundle.name, version: bundle.version, serial: bundle.serial, root_digest: bundle.rootDigest, ts: new Date(from + i * 60_000).toISOString(), event_id: `0194a1b2-c3d4-7000-8000-${i.toString(16).padStart(12, '0')}`, request_id: `r${i}`, row: 0, arm: 'stable', latency_ms: 2.5, outcome: 'ok',
    out: { label: names[answers.labels[i % 50]!], score: Math.max(...answers.probabilities[i % 50]!), scores: answers.probabilities[i % 50] }, bins: { sepal_length: i % 2, sepal_width: i % 2, petal_length: i % 2 === 0 ? -3 : 0, petal_width: 0 }, sampled: 1,
  })
  writeFileSync(file, `${Array.from({ length: logRows }, (_, i) => record(i)).join('\n')}\n`)
  return file
}

/** Makes the workspace in `folder`. `named` gives it the name that stands in the sidebar. */
export function seedWorkspace(folder: string, named = 'Income study'): SeededWorkspace {
  const workspace = join(folder, named)
  const files = join(folder, 'files')
  mkdirSync(files, { recursive: true })
  const slipway = (...args: readonly string[]): string => execFileSync(process.execPath, [resolve('out/main/cli.js'), '--workspace', workspace, '--as', 'Ada Lovelace', '--quiet', '--json', ...args], { encoding: 'utf8', env: { ...process.env, HOME: folder, TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'pipe'] })
  const model = (path: string): string => fixture(`adult-income/models/${path}`)
  slipway('import', model('income-v1-logreg.onnx'), model('income-v2-gboost.onnx'), '--model', 'Adult income')
  slipway('dataset', 'add', fixture('adult-income/data/test.csv'), '--name', 'income-test')
  slipway('evaluate', 'Adult income@1', '--data', 'income-test', '--target', 'income')
  slipway('evaluate', 'Adult income@2', '--data', 'income-test', '--target', 'income')
  slipway('gate', 'Adult income@2', '--policy', resolve('resources/sample/income.gate.yaml'), '--baseline', 'Adult income@1', '--save')
  const bundle = join(files, 'income-2.0.0.mlbundle.zip')
  slipway('export', 'Adult income@2', '--out', bundle)
  slipway('promote', 'Adult income@2', '--alias', 'champion', '--reason', 'better on the May data')
  slipway('review', 'request', 'Adult income@2', '--out', join(files, 'income.review.json'), '--message', 'ready for spring')
  slipway('stress', 'Adult income@2', '--kinds', 'missing,noise', '--levels', '3', '--limit', '400')

  const run = JSON.parse(slipway('evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species')) as { id: string }
  const policy = join(files, 'policy.yaml')
  writeFileSync(policy, 'schema: slipway.gate/1\nrules:\n  - kind: rows\n    atLeast: 1\n')
  slipway('gate', run.id, '--policy', policy)
  const served = JSON.parse(slipway('export', run.id, '--out', join(files, 'iris.mlbundle.zip'))) as Bundle
  slipway('logs', 'import', driftedLog(served, join(files, 'predictions.jsonl')))
  // Exit 1 says that something drifted, as planted.
  try { slipway('drift', `${served.name}@1`) } catch (thrown) { if ((thrown as { status?: unknown }).status !== 1) throw thrown }
  return { workspace, bundle }
}
