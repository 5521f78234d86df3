// What device reports are made of: differences by hand, decisions by hand, percentiles by their definition, a profile in the runtime's form,
// and rows of a table that cannot be changed. The walk itself: webgpu.test.ts.
import { describe, expect, it } from 'vitest'
import { compareDecisions } from '../../main/core/engine/compare-decisions.ts'
import { compareOutput } from '../../main/core/engine/compare-outputs.ts'
import { countNodes, operatorsElsewhere, readProfile } from '../../main/core/engine/profile.ts'
import type { DenseTensor } from '../../main/core/engine/session.ts'
import { parityVerdict, percentileOf, percentiles } from '../../shared/device-words.ts'
import type { Binding } from '../../shared/domain/binding.ts'
import { SpeedOptions } from '../../shared/domain/device-report.ts'
import { runJob } from '../../shared/job-client.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

const floats = (values: number[], dims: number[]): DenseTensor => ({ dtype: 'float32', dims, values: Float32Array.from(values) })
const tolerance = { absolute: 1e-5, relative: 1e-4 }

describe('differences', () => {
  it('are counted value by value, padding left out, with the record of the largest', () => {
    const compared = compareOutput('y', tolerance)
    // Rows 7 and 9; the third row is padding. Powers of two, so that float32 holds them exactly.
    compared.add(floats([1, 2, 4, 0, 9, 9], [3, 2]), floats([1, 2.5, 4, 0, 0, 0], [3, 2]), 2, 3, Uint32Array.of(7, 9))
    compared.add(floats([8, NaN], [1, 2]), floats([8.25, 1], [1, 2]), 1, 1, Uint32Array.of(12))
    expect(compared.result()).toEqual({ output: 'y', dtype: 'float32', values: 6, unequal: 3, outside: 2, unlike: 1, largest: 0.5, mean: 0.75 / 5, largestRelative: 0.2, meanRelative: (0.2 + 0.25 / 8.25) / 5, record: 7 })
  })

  it('of whole numbers and texts are all beyond the tolerance', () => {
    const numbers = compareOutput('n', tolerance)
    numbers.add({ dtype: 'int64', dims: [2], values: BigInt64Array.of(1_000_000n, 2n) }, { dtype: 'int64', dims: [2], values: BigInt64Array.of(1_000_001n, 2n) }, 2, 2, Uint32Array.of(1, 2))
    expect(numbers.result()).toMatchObject({ unequal: 1, outside: 1, largest: 1, record: 1 })
    const texts = compareOutput('t', tolerance)
    texts.add({ dtype: 'string', dims: [2], values: ['a', 'b'] }, { dtype: 'string', dims: [2], values: ['a', 'c'] }, 2, 2, Uint32Array.of(1, 2))
    expect(texts.result()).toMatchObject({ unequal: 1, outside: 1, largest: null, mean: null, record: 2 })
    expect(() => texts.add({ dtype: 'string', dims: [1], values: ['a'] }, { dtype: 'string', dims: [2], values: ['a', 'c'] }, 1, 1, Uint32Array.of(1))).toThrow(/shape \[1\] on one device and \[2\]/)
  })

  it('decide the verdict, flips before distances, and none where nothing ran', () => {
    const [same, near] = [compareOutput('a', tolerance), compareOutput('b', tolerance)]
    same.add(floats([1], [1]), floats([1], [1]), 1, 1, Uint32Array.of(1))
    near.add(floats([1], [1]), floats([1 + 2 ** -20], [1]), 1, 1, Uint32Array.of(1))
    const there = { providerAsked: 'webgpu', providerUsed: 'webgpu', nodesByProvider: [] } as const
    const judge = (outputs: ReturnType<typeof near.result>[], flipped: number) => parityVerdict({ placement: { ...there, nodesByProvider: [] }, outputs, decisions: { flipped, rows: [] } })
    expect([judge([same.result()], 0), judge([near.result()], 0), judge([near.result()], 1)]).toEqual(['identical', 'close', 'flipped'])
    expect(parityVerdict({ placement: { ...there, providerUsed: 'cpu', nodesByProvider: [] }, outputs: [same.result()], decisions: null })).toBe('not-run-there')
  })
})

it('a decision flips where the binding’s threshold lies between the two answers', () => {
  const binding = {
    task: 'binary-classification', classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }], positiveClass: 'yes', decision: { kind: 'threshold', threshold: 0.3 },
    outputs: [{ output: 'p', role: 'positive-probability' }],
  } as unknown as Binding
  const flips = compareDecisions(binding)!({ p: floats([0.25, 0.5, 0.2], [3, 1]) }, { p: floats([0.375, 0.75, 0.2], [3, 1]) }, 3, 3)
  expect(flips).toEqual([{ row: 0, against: 'no', device: 'yes', againstConfidence: 0.75, deviceConfidence: 0.625 }])
})

it('a percentile is a time that was measured, and none where too few were', () => {
  const times = Float64Array.from({ length: 100 }, (_, i) => i + 1)
  const [p50, p95, p99, p999] = percentiles.map(([, p, needed]) => percentileOf(times, p, needed))
  expect([p50, p95, p99, p999]).toEqual([50, 95, 99, null])
  expect(percentileOf(Float64Array.from({ length: 1000 }, (_, i) => i + 1), 0.999, 1000)).toBe(999)
  expect(percentileOf(times.subarray(0, 19), 0.95, 20)).toBeNull()
})

it('a profile counts nodes of the model, not copies, and takes the device’s own times', () => {
  const node = (name: string, op: string, provider: string, index: number, ts: number, dur: number) => ({ cat: 'Node', name: `${name}_kernel_time`, ts, dur, args: { provider, op_name: op, node_index: String(index) } })
  const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur })
  const calls = [0, 10_000].flatMap((ts) => [
    node('a', 'Gemm', 'WebGpuExecutionProvider', 0, ts + 1, ts === 0 ? 5000 : 30), node('', 'Cast', 'CPUExecutionProvider', 1, ts + 2, 20), node('', 'Cast', 'CPUExecutionProvider', 2, ts + 3, 20),
    node('Memcpy', 'MemcpyToHost', 'WebGpuExecutionProvider', 3, ts + 4, 10), run(ts, 9000),
  ])
  const device = [900, 400].map((dur) => ({ cat: 'Api', name: 'a&Gemm&Gemm', ts: 0, dur }))
  const profile = readProfile(JSON.stringify([...calls, ...device]), 2, 1)
  expect(countNodes(profile)).toEqual([{ provider: 'CPUExecutionProvider', nodes: 2 }, { provider: 'WebGpuExecutionProvider', nodes: 1 }])
  expect(operatorsElsewhere(profile, 'WebGpuExecutionProvider')).toEqual([{ operator: 'Cast', provider: 'CPUExecutionProvider', nodes: 2 }])
  expect(profile[0]).toEqual({ name: 'a', operator: 'Gemm', provider: 'WebGpuExecutionProvider', copy: false, hostMs: [0.03], deviceMs: 0.4 })
})

it('a speed report times every batch size, profiles the nodes, and is stored for ever', async () => {
  await inWorkspace(async ({ importModel, addData, job, client, folder }) => {
    const [version, data] = [await importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris'), await addData(fixture('iris/data/iris.csv'))]
    const { binding } = await job('binding.propose', { versionId: version.id, datasetId: data.id, target: 'species' })
    const about = { versionId: version.id, datasetId: data.id, binding }
    const report = await job('version.speed', { ...about, options: SpeedOptions.parse({ batchSizes: [256, 1], seconds: 0.05 }) })
    expect(report.batches.map((b) => b.batchSize)).toEqual([1, 256])
    for (const b of report.batches) {
      expect(b.calls).toBeGreaterThanOrEqual(5)
      expect(b.p999 === null).toBe(b.calls < 1000)
      const found = [b.p50, b.p95, b.p99, b.p999].filter((p) => p !== null)
      expect(found).toEqual([...found].sort((x, y) => x - y))
    }
    expect(report.rows).toBe(150)
    expect(report.notes).toEqual(['Only 150 rows were prepared; larger batches hold the same rows again.'])
    // The operators that the fixture's own description of the graph names.
    expect(report.profile!.operators.map((o) => [o.operator, o.nodes, o.provider]).sort()).toEqual([['LinearClassifier', 1, 'CPUExecutionProvider'], ['Normalizer', 1, 'CPUExecutionProvider']])
    expect(report.profile!.nodes.reduce((sum, n) => sum + n.share, 0)).toBeCloseTo(1, 9)
    expect(report.memory.peakBytes).toBeGreaterThanOrEqual(report.memory.openedBytes)
    expect(await client.call('version.devices', { versionId: version.id, datasetId: data.id })).toEqual({ parity: [], speed: [report] })
    await expect(job('version.parity', { ...about, options: { device: 'cpu' } })).rejects.toMatchObject({ code: 'input.invalid' })
    const { default: Database } = await import('better-sqlite3')
    const { readdirSync } = await import('node:fs')
    const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((f) => f.endsWith('slipway.db'))
    const db = new Database(`${folder}/${file ?? ''}`)
    for (const change of ["UPDATE device_reports SET device = 'x'", 'DELETE FROM device_reports', 'INSERT OR REPLACE INTO device_reports SELECT * FROM device_reports']) expect(() => db.exec(change)).toThrow(/append-only/)
    db.close()
  })
})

it('a measurement of minutes stops when it is cancelled, and stores nothing', async () => {
  await inWorkspace(async ({ importModel, addData, job, client }) => {
    const [version, data] = [await importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris'), await addData(fixture('iris/data/iris.csv'))]
    const { binding } = await job('binding.propose', { versionId: version.id, datasetId: data.id, target: 'species' })
    const stop = new AbortController()
    const seen: string[] = []
    const measured = runJob(client, 'version.speed', { versionId: version.id, datasetId: data.id, binding, options: { seconds: 300, batchSizes: [1] } }, {
      signal: stop.signal,
      onSnapshot: (snapshot) => {
        seen.push((snapshot.progress as { step?: string } | null)?.step ?? '')
        if (seen.at(-1) === 'timing batches of 1') stop.abort()
      },
    })
    await expect(measured).rejects.toMatchObject({ code: 'job.cancelled' })
    expect(seen).toContain('timing batches of 1')
    expect(await client.call('version.devices', { versionId: version.id })).toEqual({ parity: [], speed: [] })
  })
})
