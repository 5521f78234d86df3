// docs/performance.md says what docs/performance.json holds and no more, whatever parts were measured at whatever size; and the raw runs use the table's rows.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '../..')
const script = (name: string): string => JSON.stringify(pathToFileURL(join(project, 'scripts', name)).href)
const run = (code: string, ...args: string[]): string => execFileSync(process.execPath, ['--input-type=module', '-e', code, ...args], { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 })
const report = (numbers: unknown): string => run(`import { report } from ${script('bench-report.mjs')}; process.stdout.write(report(JSON.parse(process.argv[1])))`, JSON.stringify(numbers))

const measure = (ms: number, rounds: number): unknown => ({ ms, from: ms - 1, to: ms + 1, rounds })
const part = (change: object): object => ({ run: 'one', machine: 'a machine', ...change })
const lines = { first: measure(1000, 5), runs: measure(500, 5), evaluation: measure(1200, 5), load: 0.5, environment: { runtime: 'onnxruntime 1', threads: 2, batchSizes: [16] } }
const a = part({ rows: 1_000_000, bytes: 1e6, profileMs: 1, values: 57, inferenceMs: 1, ...lines })
const b = part({ count: 10_000, ...lines })
const c = part({ rows: 10_000_000, own: measure(400, 5), sklearn: { version: '1.2', agreed: 20, ...(measure(27_000, 1) as object) } })
const d = part({ rows: 1_000_000, rounds: 5, known: true, small: 100, large: 120 })
const e = part({ models: 400, versions: 10_000, runs: 100_000, numbers: 1_000_000, bytes: 1e9, calls: 200, load: 0.5, lines: [{ group: 'search', what: 'a metric', median: 9, p95: 48, most: 60, cpu95: 12 }] })
const both = (rate: number, p99: number): object => ({ rate, p99, cpu: 100 })
const served = (name: string, ratio: number): object => ({ case: name, rows: 1, repeats: 15, seconds: 2, connections: 16, bare: both(1000, 2), server: both(1000 * ratio, 1.5), ratio, p99Ratio: 0.75 })
const f = part({ requests: 1_000_000, load: 0.5, lines: [served('income', 0.9), served('digits', 1.2)], starts: [{ case: 'income', repeats: 5, bare: 200, server: 280, ratio: 1.4 }], memory: { case: 'income', requests: 1_000_000, marks: [{ requests: 100_000, mb: 150 }, { requests: 1_000_000, mb: 151 }] } })

test('the page is what its numbers give', () => {
  expect(readFileSync(join(project, 'docs/performance.md'), 'utf8')).toBe(report(JSON.parse(readFileSync(join(project, 'docs/performance.json'), 'utf8'))))
})

test('all parts of one run at full size: said so; fewer rounds of scikit-learn are told', () => {
  const text = report({ a, b, c, d, e, f })
  expect(text).toContain('in one run on one machine')
  expect(text).toContain('5 rounds here and 1 round of scikit-learn, which takes long')
  expect(text).not.toMatch(/Not measured|the full size is/)
  expect(text).toContain('Every one answers in under 50 ms')
  expect(text).toContain('Tables: at least 0.85 of the bare throughput was wanted: met; no higher 99th percentile was wanted: met. Pictures, single rows at once: more than the bare handler was wanted: met.')
  expect(report({ f: { ...f, lines: [served('income', 0.8), served('digits', 0.9)] } })).toContain('Tables: **at least 0.85 of the bare throughput was wanted: missed**')
  expect(report({ e: { ...e, lines: [{ group: 'search', what: 'a metric', median: 9, p95: 51, most: 60, cpu95: 12 }] } })).toContain('**Over 50 ms at the 95th percentile: search (a metric).**')
})

test('parts of several runs, smaller ones, and parts that were not measured: each told', () => {
  const text = report({ a: { ...a, rows: 100_000, evaluation: measure(1200, 1) }, c: { ...c, run: 'two', rows: 1_000_000 } })
  expect(text).toContain('in 2 runs, part by part, on one machine')
  expect(text).toContain('100,000 rows (the full size is 1,000,000)')
  expect(text).toContain('1,000,000 binary predictions in memory (the full size is 10,000,000)')
  expect(text).toContain('Not measured: (b) many pictures, (d) memory, (e) a large registry, (f) the server of a bundle.')
  expect(text).toContain('1 round of each line')
  expect(text).not.toMatch(/## \(b\)|## \(d\)|in one run/)
})

test('the raw runs get the rows of the table, all of them and in order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-rows-'))
  try {
    const file = join(folder, 'table.csv')
    const names = Array.from({ length: 30 }, (_, i) => `f${String(i).padStart(2, '0')}`)
    const rows = Array.from({ length: 23 }, (_, r) => names.map((_, i) => Math.round(Math.sin(r * 31 + i) * 10_000) / 10_000))
    writeFileSync(file, `${names.join(',')},label\n${rows.map((row) => `${row.join(',')},1\n`).join('')}`)
    const tensors = JSON.parse(run(`import { tableTensors } from ${script('bench-table.mjs')}; const t = await tableTensors(process.argv[1], 10); process.stdout.write(JSON.stringify(t.map((x) => ({ dims: x.dims, values: [...x.data] }))))`, file)) as { dims: number[]; values: number[] }[]
    expect(tensors.map((t) => t.dims)).toEqual([[10, 30], [10, 30], [3, 30]])
    expect(tensors.flatMap((t) => t.values)).toEqual(rows.flat().map((v) => Math.fround(v) + 0))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
