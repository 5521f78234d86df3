// Retention over real runs: exactly what the preview named goes, with a tombstone; metrics, the record and the workspace stay whole.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore } from './open-test-core.ts'

const blobsOf = (workspace: string): number => readdirSync(join(workspace, 'blobs'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length

it('removes old predictions, says so where they are missed, and keeps what is newest, in use or exported', async () => {
  const test = await openTestCore({ actor: 'Ann' })
  try {
    const call = test.core.client.call.bind(test.core.client)
    const [outcome] = await test.job('version.import', { files: [await test.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
    const versionId = outcome!.version!.id
    const data = await test.job('dataset.add', { file: await test.token(fixture('iris/data/iris.csv')) })
    const { binding } = await test.job('binding.propose', { versionId, datasetId: data.id, target: 'species' })
    const evaluate = async (limit: number | null): Promise<string> => (await test.job('run.evaluate', { versionId, datasetId: data.id, binding, options: { limit } })).runId
    const old = await evaluate(40)
    const newest = await evaluate(null)
    const before = blobsOf(test.workspace)
    const rule = { olderThanDays: 0, keepBytes: null }
    await expect(call('retention.preview', {})).rejects.toMatchObject({ code: 'input.invalid' })
    const plan = await call('retention.preview', rule)
    expect(plan.remove.map((r) => r.runId)).toEqual([old])
    expect(plan.shielded).toMatchObject([{ runId: newest, shield: 'newest' }])
    expect(blobsOf(test.workspace)).toBe(before)
    await expect(call('retention.run', { rule, runs: [], reason: 'not what I saw' })).rejects.toMatchObject({ code: 'retention.moved' })
    expect(blobsOf(test.workspace)).toBe(before)

    const metrics = (await call('run.get', { runId: plan.remove[0]!.runId })).metrics
    await call('retention.run', { rule, runs: plan.remove.map((r) => r.runId), reason: 'quarterly clean-up' })
    expect(blobsOf(test.workspace)).toBe(before - 1)
    expect(existsSync(join(test.workspace, 'blobs'))).toBe(true)
    await expect(call('run.predictions', { runId: plan.remove[0]!.runId })).rejects.toMatchObject({ code: 'run.retired', message: expect.stringMatching(/removed by a retention rule on .* by Ann: quarterly clean-up\.$/) as string })
    expect((await call('run.get', { runId: plan.remove[0]!.runId })).metrics).toEqual(metrics)
    // A report needs no stored answers: only the comparison with baselines is left out.
    const page = join(test.workspace, '../retired.html')
    await test.job('report.write', { about: { kind: 'run', runId: plan.remove[0]!.runId }, format: 'html', destination: await test.token(page, 'write') })
    expect(readFileSync(page, 'utf8')).not.toContain('Is it better than nothing?')
    expect((await call('run.predictions', { runId: plan.shielded[0]!.runId })).rows.length).toBeGreaterThan(0)
    expect((await call('history.list', { verb: 'retention.run' }))[0]).toMatchObject({ why: 'quarterly clean-up', sentence: expect.stringContaining('Removed the stored predictions of 1 run') as string })
    expect((await call('retention.preview', rule)).remove).toEqual([])
    expect(await test.job('workspace.check', {})).toMatchObject({ healthy: true })
    expect(await test.job('audit.verify', {})).toMatchObject({ whole: true, findings: [] })
  } finally { await test.done() }
}, 60_000)
