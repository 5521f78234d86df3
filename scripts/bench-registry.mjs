// Benchmark (e): a registry of ten thousand versions, a hundred thousand runs and a million numbers: start-up, library, search, trend, leaderboard.
// Asks the core as a window does, with every check of the contract, in one process; a fresh workspace is filled first.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir, availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { timed } from './bench-engine.mjs'
import { fillRegistry } from './bench-registry-fill.mjs'
import { say } from './cache.mjs'
import { project } from './prepare.mjs'

/** The core as one file; packages stay outside. */
export async function loadCore() {
  const outfile = join(project, 'out/bench/core.mjs')
  await build({ entryPoints: [join(project, 'main/core/core.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', preserveSymlinks: true, logLevel: 'warning' })
  return import(pathToFileURL(outfile).href)
}

const open = ({ openCore, nodeEngine }, workspace) => openCore({ workspace, resources: join(project, 'resources'), startEngine: nodeEngine, version: '0.1.0', electron: null })

const searches = [
  ['a metric and an alias', { query: 'auc > 0.9 and alias = champion' }],
  ['a metric alone, sorted by it', { query: 'auc > 0.8', sort: 'auc' }],
  ['a metric on one data set', { query: 'f1 > 0.85 on "test set 3.csv"' }],
  ['tag, state and size', { query: 'tag = prod and state = evaluated and size > 1 MB' }],
  ['words anywhere', { query: 'churn online' }],
  ['a note, a date, brackets', { query: '(note ~ "seed 1" or owner = Ada) and not created < 30 days and version = latest' }],
  ['everything, by a metric', { query: '', sort: 'log_loss' }],
]

function questions({ longest, dataset }) {
  return [
    ['library', 'all models', (ask) => ask('model.list', {})],
    ...searches.map(([what, request]) => ['search', what, (ask) => ask('search.run', request)]),
    ['trend', 'the model with the most versions', (ask) => ask('model.trend', { modelId: longest, metric: 'roc_auc' })],
    ['leaderboard', 'all versions on one data set, first page', (ask) => ask('leaderboard.get', { datasetId: dataset, metric: 'auc' })],
    ['leaderboard', 'the last page, by another metric', (ask) => ask('leaderboard.get', { datasetId: dataset, metric: 'log_loss', offset: 9950 })],
  ]
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]
const ascending = (all) => [...all].sort((a, b) => a - b)
const spread = (all) => {
  const [walls, cpus] = [ascending(all.map((one) => one.ms)), ascending(all.map((one) => one.cpu))]
  return { median: quantile(walls, 0.5), p95: quantile(walls, 0.95), most: walls.at(-1), cpu95: quantile(cpus, 0.95) }
}

/** Time by the clock, and time of the processor in this process: on a busy machine they differ. */
async function measured(work) {
  const before = process.cpuUsage()
  const { ms, value } = await timed(work)
  const { user, system } = process.cpuUsage(before)
  return { ms, cpu: (user + system) / 1000, value }
}

async function repeated(calls, work) {
  await work()
  const all = []
  for (let i = 0; i < calls; i++) all.push(await measured(work))
  return spread(all)
}

/** Opening the workspace and answering what the first screen asks, again and again. */
async function startUp(core, workspace, calls) {
  const all = []
  for (let i = 0; i <= calls; i++) {
    const one = await measured(async () => {
      const opened = await open(core, workspace)
      await opened.client.call('settings.get', {})
      await opened.client.call('app.about', {})
      return opened
    })
    if (i > 0) all.push(one)
    await one.value.close()
  }
  return spread(all)
}

/** Makes the workspace and fills it. Answers the ids that are asked about. */
export async function fillWorkspace(core, workspace, size) {
  await (await open(core, workspace)).close()
  say(`filling a registry of ${size.versions} versions`)
  const { ms, value } = await timed(() => fillRegistry(join(workspace, 'slipway.db'), size))
  say(`filled in ${Math.round(ms / 1000)} s, ${Math.round(statSync(join(workspace, 'slipway.db')).size / 1e6)} MB`)
  return value
}

/** Every question `calls` times. */
export async function measureWorkspace(core, workspace, filled, size, calls) {
  const lines = [{ group: 'start-up', what: 'opening the workspace, settings and facts of the application', ...await startUp(core, workspace, calls) }]
  const opened = await open(core, workspace)
  for (const [group, what, ask] of questions(filled)) {
    lines.push({ group, what, ...await repeated(calls, () => ask((method, input) => opened.client.call(method, input))) })
    say(`${group}, ${what}: ${lines.at(-1).p95.toFixed(1)} ms`)
  }
  await opened.close()
  return {
    models: size.models, versions: size.versions, runs: size.versions * size.runsEach, numbers: size.versions * size.runsEach * size.metricsEach, bytes: statSync(join(workspace, 'slipway.db')).size,
    calls, load: loadavg()[0] / availableParallelism(), lines,
  }
}

/** (e) */
export async function benchRegistry(size, calls) {
  const core = await loadCore()
  const workspace = mkdtempSync(join(tmpdir(), 'slipway-bench-registry-'))
  try {
    return await measureWorkspace(core, workspace, await fillWorkspace(core, workspace, size), size, calls)
  } finally { rmSync(workspace, { recursive: true, force: true }) }
}
