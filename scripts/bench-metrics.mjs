// Benchmark (c): every metric and curve of many binary predictions, beside scikit-learn on the same arrays.
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { median, rounds } from './bench-engine.mjs'
import { generator } from './bench-input.mjs'
import { cacheFolder, say } from './cache.mjs'
import { project } from './prepare.mjs'

const batch = 16_384

/** Scores as a model gives them, float32, and truths that follow them loosely. */
function predictions(rows) {
  const next = generator(3)
  const probabilities = new Float64Array(rows * 2)
  const truth = new Int32Array(rows)
  const predicted = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    truth[i] = next() < 0.3 ? 1 : 0
    const logit = (truth[i] === 1 ? 0.8 : -0.8) + (next() + next() + next() - 1.5) * 3
    const score = Math.fround(1 / (1 + Math.exp(-logit)))
    probabilities[i * 2] = Math.fround(1 - score)
    probabilities[i * 2 + 1] = score
    predicted[i] = score > 0.5 ? 1 : 0
  }
  return { probabilities, truth, predicted }
}

/** Debian's Python with scikit-learn; null where there is none and none can be installed. */
function findPython() {
  const python = ['/usr/bin/python3', 'python3']
  const has = (name) => spawnSync(name, ['-c', 'import sklearn, numpy'], { stdio: 'ignore' }).status === 0
  const found = python.find(has)
  if (found !== undefined) return found
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null
  say('installing python3-sklearn')
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-sklearn'], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return python.find(has) ?? null
}

async function ownMetrics() {
  const outfile = join(cacheFolder('bench'), 'classification.mjs')
  await build({ entryPoints: [join(project, 'shared/metrics/classification.ts')], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' })
  return import(`${pathToFileURL(outfile)}?${Date.now()}`)
}

/** (c) Both sides are timed inside their own process, arrays in memory already. `theirRepeats` rounds of scikit-learn, which takes its time. */
export async function benchMetrics(rows, repeats, theirRepeats) {
  const { createClassificationAccumulator } = await ownMetrics()
  const { probabilities, truth, predicted } = predictions(rows)
  const own = () => {
    const accumulator = createClassificationAccumulator({ classes: ['no', 'yes'], positiveClass: 'yes', hasProbabilities: true, seed: 1 })
    for (let at = 0; at < rows; at += batch) {
      const end = Math.min(rows, at + batch)
      accumulator.add({ rows: end - at, truth: truth.subarray(at, end), predicted: predicted.subarray(at, end), probabilities: probabilities.subarray(at * 2, end * 2) })
    }
    return accumulator.finish()
  }
  const python = findPython()
  if (python === null) return { rows, own: (await rounds({ metrics: own }, repeats)).metrics, sklearn: null }
  const file = (name) => join(cacheFolder('bench'), name)
  writeFileSync(file('truth.i32'), truth)
  writeFileSync(file('predicted.i32'), predicted)
  writeFileSync(file('scores.f64'), Float64Array.from({ length: rows }, (_, i) => probabilities[i * 2 + 1]))
  const theirs = []
  const ask = () => {
    const answer = spawnSync(python, [join(project, 'scripts/bench-sklearn.py'), file('truth.i32'), file('predicted.i32'), file('scores.f64')], { encoding: 'utf8', maxBuffer: 1 << 26 })
    if (answer.status !== 0) throw new Error(`scikit-learn: ${answer.stderr}`)
    theirs.push(JSON.parse(answer.stdout))
    say(`scikit-learn itself: ${Math.round(theirs.at(-1).seconds * 1000)} ms`)
  }
  const found = await rounds({ metrics: own }, repeats)
  await rounds({ sklearn: ask }, theirRepeats)
  const value = (id) => found.metrics.value.metrics.find((m) => m.metric === id && m.slice === '')?.value
  for (const [id, expected] of Object.entries(theirs[0].values)) {
    if (Math.abs(value(id) - expected) > 1e-9 * Math.max(1, Math.abs(expected))) throw new Error(`${id} is ${value(id)} here and ${expected} in scikit-learn`)
  }
  return { rows, own: found.metrics, sklearn: { version: theirs[0].version, ms: median(theirs.map((t) => t.seconds * 1000)), all: theirs.map((t) => t.seconds * 1000), agreed: Object.keys(theirs[0].values).length } }
}
