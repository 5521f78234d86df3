// `npm run bench`: evaluation throughput beside its two parts alone, in one run on one machine: raw session.run on the same
// prepared tensors, and a raw DuckDB scan of the same file. Prints the table and writes docs/performance.md.
import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir, totalmem, platform, release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import ort from 'onnxruntime-node'
import { networkBytes, shape, writeTable } from './bench-input.mjs'
import { cacheFolder, say } from './cache.mjs'
import { main, prepareHeadless, project } from './prepare.mjs'

const repeats = 5
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function timed(work) {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}

/** Every part once per round, so that whatever else the machine does weighs on all of them alike. */
async function rounds(parts) {
  const runs = Object.fromEntries(Object.keys(parts).map((name) => [name, []]))
  for (let i = 0; i < repeats; i++) {
    for (const [name, work] of Object.entries(parts)) {
      const { ms, value } = await timed(work)
      runs[name].push({ ms, value })
      say(`${name}: ${Math.round(ms)} ms`)
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, { ms: median(all.map((r) => r.ms)), all: all.map((r) => r.ms), value: all.at(-1).value }]))
}

/** The engine as the application runs it: a process of its own, asked over its port. */
function startEngine() {
  const child = fork(join(project, 'out/main/engine.js'), [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const waiting = new Map()
  let next = 1
  child.on('message', (m) => {
    const call = waiting.get(m.id)
    if (m.kind === 'done') call.resolve(m.value)
    else if (m.kind === 'fail') call.reject(new Error(`${m.error.code}: ${m.error.message}`))
  })
  child.on('exit', () => { for (const call of waiting.values()) call.reject(new Error('the engine ended')) })
  return {
    call: (method, input) => new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject })
      child.send({ kind: 'call', id: next++, method, input })
    }),
    stop: () => child.kill(),
  }
}

const columnTypes = () => [...Array.from({ length: shape.features }, (_, i) => [`f${String(i).padStart(2, '0')}`, 'FLOAT']), ['label', 'VARCHAR']]

/** Parses every cell of the file with declared types and hands every chunk to JavaScript, and does nothing with it. */
async function rawScan(table) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const types = columnTypes().map(([name, type]) => `'${name}': '${type}'`).join(', ')
  const stream = await connection.stream(`SELECT * FROM read_csv('${table.replaceAll("'", "''")}', columns = {${types}}, auto_detect = false, header = true, delim = ',')`)
  let rows = 0
  for (;;) {
    const chunk = await stream.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    rows += chunk.rowCount
  }
  connection.closeSync()
  instance.closeSync()
  return rows
}

/** All rows through session.run, from tensors that lie ready in memory, with the engine's session options. */
async function rawRuns(model, batch, threads) {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'], graphOptimizationLevel: 'all', intraOpNumThreads: threads, interOpNumThreads: 1, extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } }, logSeverityLevel: 4 })
  const values = Float32Array.from({ length: batch * shape.features }, (_, i) => ((i * 2654435761) % 4001) / 1000 - 2)
  const tensors = []
  for (let done = 0; done < shape.rows; done += batch) {
    const rows = Math.min(batch, shape.rows - done)
    tensors.push(new ort.Tensor('float32', values.slice(0, rows * shape.features), [rows, shape.features]))
  }
  await session.run({ features: tensors[0] })
  return { work: async () => { for (const features of tensors) await session.run({ features }) }, release: () => session.release() }
}

/** An engine that has profiled the table and holds a proposed binding; `work` evaluates once. */
async function evaluations(model, table) {
  const engine = startEngine()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  const release = () => { engine.stop(); rmSync(folder, { recursive: true, force: true }) }
  try {
    const read = await engine.call('model.read', { path: model, staging: folder })
    const source = { path: model, signature: read.signature, graph: read.graph }
    const profile = await timed(() => engine.call('dataset.profile', { path: table, format: {} }))
    say(`profile: ${Math.round(profile.ms)} ms`)
    const data = { path: table, format: profile.value.format, columns: profile.value.columns.map(({ name, type, invalid }) => ({ name, type, invalid })) }
    const { binding } = await engine.call('binding.propose', { model: source, source: data, columns: profile.value.columns, classes: [], target: 'label' })
    const work = () => engine.call('evaluate', { model: source, source: data, rowsTotal: profile.value.rows, binding, options: {}, staging: folder })
    const first = await work()
    return { work, release, profileMs: profile.ms, environment: first.environment }
  } catch (thrown) {
    release()
    throw thrown
  }
}

const seconds = (ms) => (ms / 1000).toFixed(2)
const rate = (ms) => `${Math.round(shape.rows / ms).toLocaleString('en')} k rows/s`
const spread = (all) => `${seconds(Math.min(...all))} to ${seconds(Math.max(...all))}`

function report({ scan, runs, evaluation, bytes, load }) {
  const { environment, rows, timing, metrics } = evaluation.value
  const sum = scan.ms + runs.ms
  const line = (name, r) => `| ${name} | ${seconds(r.ms)} | ${spread(r.all)} | ${rate(r.ms)} |`
  return `# Performance

Measured by \`npm run bench\`, everything in one run on one machine: ${repeats} rounds of every part in turn after a warm-up, medians.

**Task.** ${shape.rows.toLocaleString('en')} rows × ${shape.features} number columns and a label, one CSV file of ${Math.round(bytes / 1e6)} MB (seeded, the same bytes everywhere), and a dense network ${shape.layers.join('-')}.
An evaluation reads the file, judges every row, builds tensors, runs the model, computes every metric and curve, and stores the predictions of every row.

| | s | from … to | rate |
| --- | --- | --- | --- |
${line('raw DuckDB scan: every cell parsed as its type, chunks handed to JavaScript, nothing done with them', scan)}
${line(`raw \`session.run\`: the same number of rows from tensors that lie ready, batches of ${environment.batchSizes.at(-1).toLocaleString('en')}`, runs)}
| sum of the two | ${seconds(sum)} | | ${rate(sum)} |
${line('**evaluation**, whole', evaluation)}

The evaluation takes **${(evaluation.ms / sum).toFixed(2)} times** the sum of its two raw parts. Inference within it took ${seconds(timing.inferenceMs)} s; ${rows.scored.toLocaleString('en')} rows were scored, ${metrics.length} metric values computed.
Profiling the file once, when it is added, took ${seconds(evaluation.profileMs)} s.

**Machine.** ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB memory, ${platform()} ${release()}, Node ${process.versions.node}, ${environment.runtime}, ${environment.threads} threads, batch sizes ${environment.batchSizes.join(', ')}.
${load > 1.5 ? `The machine was busy with other work (${load.toFixed(1)} runnable tasks a core), which stretches every line above.\n` : ''}These are numbers of this machine on that day; ratios carry over better than absolutes.
`
}

async function bench() {
  await prepareHeadless()
  const table = join(cacheFolder('bench'), `table-${shape.rows}x${shape.features}.csv`)
  if (!existsSync(table)) {
    say('writing the table')
    await writeTable(`${table}.part`)
    renameSync(`${table}.part`, table)
  }
  const model = join(cacheFolder('bench'), 'network.onnx')
  writeFileSync(model, networkBytes())
  const engine = await evaluations(model, table)
  const raw = await rawRuns(model, engine.environment.batchSizes.at(-1), engine.environment.threads)
  const { scan, runs, evaluation } = await rounds({ scan: () => rawScan(table), runs: raw.work, evaluation: engine.work })
  engine.release()
  await raw.release()
  const text = report({ scan, runs, evaluation: { ...evaluation, profileMs: engine.profileMs }, bytes: statSync(table).size, load: loadavg()[0] / availableParallelism() })
  writeFileSync(join(project, 'docs/performance.md'), text)
  process.stdout.write(text)
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(bench)
