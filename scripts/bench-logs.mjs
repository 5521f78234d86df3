// Benchmark (g): logs of ten million rows come home, as the engine reads them: Parquet and CSV with mapped columns, and predlog.v1; each once more, where every row is a duplicate.
// Files are made by DuckDB beforehand. Owns no words of the report but its own section.
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { seconds, startEngine, timed } from './bench-engine.mjs'
import { say } from './cache.mjs'

const names = Array.from({ length: 10 }, (_, i) => `f${i}`)
const edges = Array.from({ length: 19 }, (_, i) => (i + 1) / 20)
const numeric = (rows) => ({ kind: 'numeric', rows, missing: 0, edges, counts: Array.from({ length: 20 }, () => rows / 20), low: 0, high: 1, outside: 0 })
const reference = (rows) => ({
  schema: 'slipway.reference/1', source: 'evaluation', datasetFingerprint: 'a'.repeat(64), rows, leastRows: 10, unwatched: [], features: names.map((feature, place) => ({ feature, input: 'x', place, datatype: 'FP32', bins: numeric(rows) })),
  answers: { rows, classes: { kind: 'categorical', rows, missing: 0, categories: ['no', 'yes'], counts: [rows / 2, rows / 2], other: 0 }, score: numeric(rows), scoreMeaning: 'p', confidence: null, reason: '' },
})

const id = "format('{:08x}-0000-4000-8000-{:012x}', i % 4294967296, i)"
const value = (k) => `((i * ${7919 + k * 104}) % 100003) / 100003.0`
const at = "strftime(make_timestamp(1767348000000000 + i * 10000), '%Y-%m-%dT%H:%M:%S.%gZ')"
const label = `CASE WHEN ${value(0)} > 0.5 THEN 'yes' ELSE 'no' END`

/** One row an answer: an id, a time, a status, ten numbers, the answer with its score. */
const tableSql = (rows) => `SELECT ${id} AS request_id, ${at} AS ts, 200 AS status, 2.5 AS latency_ms, ${names.map((n, k) => `${value(k)} AS ${n}`).join(', ')}, ${label} AS predicted, ${value(0)} AS score FROM range(${rows}) t(i)`
const predlogSql = (rows) => `SELECT '{"schema":"predlog.v1","ts":"' || ${at} || '","event_id":"' || format('0194a1b2-c3d4-7000-8000-{:012x}', i) || '","request_id":"' || ${id} || '","row":0,"model":"income","version":"1.0.0","serial":1,"root_digest":"${'b'.repeat(64)}","arm":"stable","latency_ms":2.5,"outcome":"ok","out":{"label":"' || ${label} || '","score":' || ${value(0)} || '},"bins":{${names.map((n, k) => `"${n}":' || (i * ${k + 3}) % 20 || '`).join(',')}},"sampled":1}' AS line FROM range(${rows}) t(i)`

async function makeFiles(folder, rows) {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' })
  const connection = await instance.connect()
  const files = { parquet: join(folder, 'log.parquet'), csv: join(folder, 'log.csv'), predlog: join(folder, 'log.jsonl') }
  await connection.run(`COPY (${tableSql(rows)}) TO '${files.parquet}' (FORMAT parquet)`)
  await connection.run(`COPY (${tableSql(rows)}) TO '${files.csv}' (FORMAT csv, HEADER)`)
  await connection.run(`COPY (${predlogSql(rows)}) TO '${files.predlog}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')`)
  connection.closeSync()
  instance.closeSync()
  return files
}

const plan = (folder, format, path, rows, earlier) => ({
  format, paths: [path], stages: join(folder, 'stages'), key: `${format}${earlier.length}`, target: join(folder, 'rows.parquet'), mapping: { requestId: 'request_id', time: 'ts', timeUnit: 'auto', status: 'status', latency: 'latency_ms', latencyUnit: 'ms', label: 'predicted', score: 'score', bodyEncoding: 'auto' },
  level: 1, versionNumber: 1, knownNumbers: [1], rootDigest: null, time: null, classes: ['no', 'yes'], positiveClass: 'yes', regression: false, binding: null, inputTypes: {}, outputTypes: {}, reference: reference(rows), referenceSha256: 'c'.repeat(64), fills: {}, personal: [], earlier,
})

/** One import in an engine of its own, so that its memory is its own. */
async function bringHome(folder, format, path, rows, earlier) {
  const engine = startEngine()
  try {
    const { ms, value: result } = await timed(() => engine.call('logs.read', plan(folder, format, path, rows, earlier)))
    const { account } = result
    if (account.read !== rows || account.kept + account.duplicates !== rows) throw new Error(`${account.read} read, ${account.kept} kept, ${account.duplicates} duplicates of ${rows}`)
    say(`${path}: ${Math.round(rows / ms * 1000)} rows/s`)
    return { ms, kept: account.kept, from: result.from, to: result.to, peak: engine.peak(), stored: statSync(join(folder, 'rows.parquet')).size }
  } finally {
    engine.stop()
    rmSync(join(folder, 'stages'), { recursive: true, force: true })
  }
}

/** Imports of every format, and the same again with everything there already. */
export async function benchLogs(rows) {
  const scratch = startEngine()
  const { folder } = scratch
  mkdirSync(folder, { recursive: true })
  try {
    const files = await makeFiles(folder, rows)
    const out = { rows, lines: [] }
    for (const [name, path] of Object.entries(files)) {
      const format = name === 'predlog' ? 'predlog' : 'table'
      const first = await bringHome(folder, format, path, rows, [])
      out.lines.push({ name, bytes: statSync(path).size, ...first })
      if (name !== 'parquet') continue
      const before = join(folder, 'before.parquet')
      const { renameSync } = await import('node:fs')
      renameSync(join(folder, 'rows.parquet'), before)
      out.lines.push({ name: 'parquet again', bytes: statSync(path).size, ...await bringHome(folder, format, path, rows, [{ path: before, from: first.from, to: first.to }]) })
      rmSync(before)
    }
    return out
  } finally { scratch.stop() }
}

const whole = (n) => Math.round(n).toLocaleString('en')

/** The section of the report; '' where it was not measured. */
export function logsSection(g) {
  if (g === undefined || g === null) return ''
  const line = (l) => `| ${l.name} | ${whole(l.bytes / 1e6)} | ${seconds(l.ms)} | ${whole(g.rows / l.ms * 1000)} rows/s | ${whole(l.kept)} | ${l.peak === null ? 'not told' : whole(l.peak)} |`
  return `\n## (g) Logs come home\n\n${whole(g.rows)} rows of ten inputs, from files into stored rows with an account, in a process of its own each; 200,000 rows a second were wanted. “Again”: the same file once more, so that every row is recognised as a duplicate.\nMeasured ${g.run} on ${g.machine}.\n\n| | MB | s | rate | kept | most memory, MB |\n| --- | --- | --- | --- | --- | --- |\n${g.lines.map(line).join('\n')}\n`
}
