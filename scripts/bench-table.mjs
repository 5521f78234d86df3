// Benchmark (a): a large CSV through a dense network, beside its raw parts. Benchmark (d): the memory of ten times as many rows.
import { createReadStream, createWriteStream, existsSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import ort from 'onnxruntime-node'
import { modelOf, rounds, sessionOptions, startEngine, timed, median } from './bench-engine.mjs'
import { networkBytes, shape, writeTable } from './bench-input.mjs'
import { cacheFolder, say } from './cache.mjs'

const names = Array.from({ length: shape.features }, (_, i) => `f${String(i).padStart(2, '0')}`)
const tableOf = (rows) => join(cacheFolder('bench'), `table-${rows}x${shape.features}.csv`)

/** The table of so many rows: drawn, or the smaller one `times` over. */
async function table(rows, times = 1) {
  const path = tableOf(rows * times)
  if (existsSync(path)) return path
  say(`writing a table of ${rows * times} rows`)
  if (times === 1) await writeTable(`${path}.part`, rows)
  else {
    const small = await table(rows)
    const header = names.join(',').length + ',label\n'.length
    for (let i = 0; i < times; i++) await pipeline(createReadStream(small, { start: i === 0 ? 0 : header }), createWriteStream(`${path}.part`, { flags: i === 0 ? 'w' : 'a' }))
  }
  renameSync(`${path}.part`, path)
  return path
}

function model() {
  const path = join(cacheFolder('bench'), 'network.onnx')
  writeFileSync(path, networkBytes())
  return path
}

/** Parses every cell of the file with declared types and hands every chunk to JavaScript, and does nothing with it. */
async function rawScan(path) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const types = [...names.map((name) => `'${name}': 'FLOAT'`), "'label': 'VARCHAR'"].join(', ')
  const stream = await connection.stream(`SELECT * FROM read_csv('${path.replaceAll("'", "''")}', columns = {${types}}, auto_detect = false, header = true, delim = ',')`)
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

/** The table's own rows as tensors of at most `batch` rows, in the order of the file. */
export async function tableTensors(path, batch) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const types = [...names.map((name) => `'${name}': 'FLOAT'`), "'label': 'VARCHAR'"].join(', ')
  const stream = await connection.stream(`SELECT ${names.join(', ')} FROM read_csv('${path.replaceAll("'", "''")}', columns = {${types}}, auto_detect = false, header = true, delim = ',')`)
  const tensors = []
  let values = new Float32Array(batch * shape.features)
  let filled = 0
  const finish = () => {
    if (filled > 0) tensors.push(new ort.Tensor('float32', filled === batch ? values : values.slice(0, filled * shape.features), [filled, shape.features]))
    values = new Float32Array(batch * shape.features)
    filled = 0
  }
  for (let chunk = await stream.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await stream.fetchChunk()) {
    const columns = names.map((_, c) => chunk.getColumnVector(c))
    for (let r = 0; r < chunk.rowCount; r++) {
      for (let c = 0; c < columns.length; c++) values[filled * shape.features + c] = columns[c].getItem(r)
      if (++filled === batch) finish()
    }
  }
  finish()
  connection.closeSync()
  instance.closeSync()
  return tensors
}

/** All rows of the table through session.run, from tensors that lie ready in memory, with the engine's session options. */
async function rawRuns(path, data, batch, threads) {
  const session = await ort.InferenceSession.create(path, sessionOptions(threads))
  const tensors = await tableTensors(data, batch)
  await session.run({ features: tensors[0] })
  return { work: async () => { for (const features of tensors) await session.run({ features }) }, release: () => session.release() }
}

async function profiled(engine, path) {
  const profile = await timed(() => engine.call('dataset.profile', { path, format: {} }))
  const { format, columns, rows } = profile.value
  return { ms: profile.ms, rows, source: { path, format, columns: columns.map(({ name, type, invalid }) => ({ name, type, invalid })) }, columns }
}

/** (a) */
export async function benchTable(rows, repeats) {
  const path = await table(rows)
  const engine = startEngine()
  try {
    const source = await modelOf(engine, model())
    const profile = await profiled(engine, path)
    say(`profile: ${Math.round(profile.ms)} ms`)
    const { binding } = await engine.call('binding.propose', { model: source, source: profile.source, columns: profile.columns, classes: [], target: 'label' })
    const work = () => engine.call('evaluate', { model: source, source: profile.source, rowsTotal: profile.rows, binding, options: {}, staging: engine.folder })
    const { environment } = await work()
    const raw = await rawRuns(source.path, path, environment.batchSizes.at(-1), environment.threads)
    await rawScan(path)
    const found = await rounds({ scan: () => rawScan(path), runs: raw.work, evaluation: work }, repeats)
    await raw.release()
    return { ...found, rows, bytes: statSync(path).size, profileMs: profile.ms, binding, format: profile.source }
  } finally { engine.stop() }
}

/** (d) Peak memory of a fresh engine that evaluates `rows`, and of one that evaluates ten times as many. */
export async function benchMemory(rows, repeats, { binding, format }) {
  const peaks = {}
  for (const times of [1, 10]) {
    const path = await table(rows, times)
    peaks[times] = []
    for (let i = 0; i < repeats; i++) {
      const engine = startEngine()
      try {
        const source = await modelOf(engine, model())
        const { rows: account } = await engine.call('evaluate', { model: source, source: { ...format, path }, rowsTotal: rows * times, binding, options: {}, staging: engine.folder })
        if (account.scored !== rows * times) throw new Error(`scored ${account.scored} rows`)
        peaks[times].push(engine.peak())
        say(`peak memory of ${rows * times} rows: ${Math.round(peaks[times].at(-1) ?? 0)} MB`)
      } finally { engine.stop() }
    }
  }
  return { rows, rounds: repeats, small: median(peaks[1]), large: median(peaks[10]), known: peaks[1][0] !== null }
}
