// Promote, roll back and take off through a real core: the preview is what then happens, and every refusal is in words.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AliasPreview } from '../../shared/domain/alias-preview.ts'
import type { VersionState } from '../../shared/domain/life.ts'
import { EvaluationResult, RunOptions } from '../../shared/domain/run.ts'
import { newId, type DatasetId, type ModelId, type VersionId } from '../../shared/ids.ts'
import { insertDataset } from '../../main/core/store/datasets.ts'
import { insertCheck, insertGate } from '../../main/core/store/gates.ts'
import { insertModel } from '../../main/core/store/models.ts'
import { openStore } from '../../main/core/store/open.ts'
import { finishRun, insertRun, startRun } from '../../main/core/store/runs.ts'
import { insertVersion } from '../../main/core/store/versions.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'
import { binding, dataset, hash, newVersion, result, signature } from './sample-rows.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(async () => test.done())

interface Made { readonly modelId: ModelId; readonly ids: readonly VersionId[]; readonly datasetId: DatasetId }

/** Three versions on one data set: the second is worse and has no input `X` any more, the third was never evaluated. Rows as any program writes them. */
function threeVersions(): Made {
  const store = openStore(join(test.workspace, 'slipway.db'))
  const modelId = newId('model')
  const renamed = { ...signature, inputs: [{ ...signature.inputs[0]!, name: 'rows' }] }
  const versions = [0, 1, 2].map((i) => ({ ...newVersion(modelId, hash(String(i)), 10 + i), ...(i === 1 ? { signature: renamed } : {}) }))
  const data = dataset()
  store.write((db) => {
    insertModel(db, { id: modelId, name: 'iris', createdAt: 1 })
    insertDataset(db, data, '/data/iris.csv')
    const gate = insertGate(db, { id: newId('gate'), modelId, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 10 }] }, saved: true, createdAt: 2 })
    for (const [i, version] of versions.entries()) {
      insertVersion(db, version)
      if (i === 2) continue
      const id = newId('run')
      insertRun(db, { id, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: version.sha256, owner: 'me', binding, guesses: [], options: RunOptions.parse({}), createdAt: 20 + i })
      startRun(db, id, 21 + i)
      const worse = EvaluationResult.parse({ ...result, metrics: result.metrics.map((m) => (m.metric === 'accuracy' ? { ...m, value: 0.96 - 0.1 * i } : m)) })
      finishRun(db, id, { result: worse, headline: { metric: 'accuracy', value: 0.96, n: 150 }, predictionsSha256: hash('f') }, 22 + i)
      if (i === 0) insertCheck(db, { id: newId('check'), gateId: gate.id, runId: id, baselineRunId: null, passed: true, findings: [], override: null, checkedAt: 31 })
    }
  })
  store.close()
  return { modelId, ids: versions.map((v) => v.id), datasetId: data.id }
}

const reason = 'because it must be so'
const state = async (versionId: VersionId): Promise<VersionState> => (await test.core.client.call('version.life', { versionId })).state
const target = async (modelId: ModelId): Promise<number | null> => (await test.core.client.call('alias.list', { modelId })).find((a) => a.alias === 'champion')?.target?.number ?? null

describe('a preview', () => {
  it('is what then happens: target, states, and where a roll-back leads', async () => {
    const { modelId, ids } = threeVersions()
    const { client } = test.core
    const alias = 'champion'
    const steps = [{ action: 'set', versionId: ids[0]! }, { action: 'set', versionId: ids[2]! }, { action: 'rollback' }, { action: 'set', versionId: ids[1]! }, { action: 'remove' }, { action: 'rollback' }] as const
    for (const step of steps) {
      const p: AliasPreview = await client.call('alias.preview', { modelId, alias, ...step })
      const before = await Promise.all(ids.map(state))
      expect([p.refusal, p.from?.number ?? null]).toEqual([null, await target(modelId)])
      expect(p.states.map((s) => s.from)).toEqual(p.states.map((s) => before[s.number - 1]))
      const expected = p.from?.versionId ?? null
      const said = { modelId, alias, expected, reason }
      const move = await (step.action === 'set' ? client.call('alias.set', { ...said, versionId: step.versionId }) : step.action === 'rollback' ? client.call('alias.rollback', { ...said, ...(p.to === null ? {} : { to: p.to.versionId }) }) : client.call('alias.remove', said))
      expect([move.from?.versionId ?? null, move.to?.versionId ?? null]).toEqual([expected, p.to?.versionId ?? null])
      expect(await target(modelId)).toBe(p.to?.number ?? null)
      const changed = before.map((was, i) => p.states.find((s) => s.number === i + 1)?.to ?? was)
      expect(await Promise.all(ids.map(state))).toEqual(changed)
    }
    expect((await client.call('alias.history', { modelId, alias })).map((m) => [m.action, m.to?.number ?? null])).toEqual([['rollback', 2], ['remove', null], ['set', 2], ['rollback', 1], ['set', 3], ['set', 1]])
  })

  it('says who breaks, which metrics fall, how gate and approval stand, and what is lost', async () => {
    const { modelId, ids } = threeVersions()
    const { client } = test.core
    await client.call('alias.set', { modelId, alias: 'champion', versionId: ids[0]!, expected: null, reason })
    const p = await client.call('alias.preview', { action: 'set', modelId, alias: 'champion', versionId: ids[1]! })
    expect(p.breaking).toBe(true)
    expect(p.signature.filter((c) => c.breaking).map((c) => [c.where, c.name, c.change])).toEqual([['input', 'X', 'removed'], ['input', 'rows', 'added']])
    expect(p.onData?.metrics.find((m) => m.metric === 'accuracy')).toMatchObject({ before: 0.96, verdict: 'worse' })
    expect(p.gate).toMatchObject({ verdict: 'never' })
    expect(p.approval?.approved).toBe(false)
    expect(p.changes).toEqual(['champion of iris points to version 1 now; afterwards it points to version 2.', 'Version 2 is evaluated now and becomes released.'])
    expect(p.concerns).toEqual(['Callers of version 1 break: input X (removed), input rows (added).', '1 of 1 metric is worse on iris.csv: Accuracy 0.9600 to 0.8600.', 'Version 2 was never checked by a gate.', 'Nobody has approved version 2.'])
    expect(p.losses).toEqual(['Version 1 is champion no more; no alias points to it then. Its state, runs and bundles stay.'])
    expect((await client.call('alias.preview', { action: 'set', modelId, alias: 'staging', versionId: ids[0]! })).gate).toMatchObject({ verdict: 'passed', at: 31 })
    expect((await client.call('alias.preview', { action: 'set', modelId, alias: 'staging', versionId: ids[2]! })).concerns[0]).toBe('Version 3 is a draft: no run of it has finished.')
    expect(await client.call('alias.history', { modelId })).toHaveLength(1)
  })

  it('of what cannot be says why, and the move itself is refused with the same words', async () => {
    const { modelId, ids } = threeVersions()
    const { client } = test.core
    const said = { modelId, alias: 'champion', reason }
    const refusals: [() => Promise<AliasPreview>, (expected: VersionId | null) => Promise<unknown>, string][] = [
      [() => client.call('alias.preview', { action: 'rollback', modelId, alias: 'champion' }), (expected) => client.call('alias.rollback', { ...said, expected }), 'alias.unknown'],
      [() => client.call('alias.preview', { action: 'remove', modelId, alias: 'champion' }), (expected) => client.call('alias.remove', { ...said, expected }), 'alias.unknown'],
    ]
    const check = async (): Promise<void> => {
      for (const [preview, move, code] of refusals.splice(0)) {
        const p = await preview()
        expect([p.refusal?.code, p.states]).toEqual([code, []])
        await expect(move(p.from?.versionId ?? null)).rejects.toMatchObject({ code, message: p.refusal?.message })
      }
    }
    await check()
    await client.call('alias.set', { ...said, versionId: ids[0]!, expected: null })
    await client.call('version.transition', { versionId: ids[1]!, action: 'retire', reason })
    refusals.push(
      [() => client.call('alias.preview', { action: 'rollback', modelId, alias: 'champion' }), (expected) => client.call('alias.rollback', { ...said, expected }), 'alias.nothingBefore'],
      [() => client.call('alias.preview', { action: 'set', modelId, alias: 'champion', versionId: ids[0]! }), (expected) => client.call('alias.set', { ...said, versionId: ids[0]!, expected }), 'alias.sameTarget'],
      [() => client.call('alias.preview', { action: 'set', modelId, alias: 'champion', versionId: ids[1]! }), (expected) => client.call('alias.set', { ...said, versionId: ids[1]!, expected }), 'alias.notServable'],
    )
    await check()
    await expect(client.call('alias.set', { ...said, versionId: ids[2]!, expected: null })).rejects.toMatchObject({ code: 'alias.moved', message: 'Someone else moved champion of iris to version 1 meanwhile; you saw it at no version. Nothing was changed.' })
    await expect(client.call('version.transition', { versionId: ids[0]!, action: 'retire', reason })).rejects.toMatchObject({ code: 'life.notAllowed', message: 'iris 1 stays as it is: it is champion now.', next: 'Promote another version, or take the alias off first.' })
    expect(await target(modelId)).toBe(1)
  })
})

it('a roll-back that would lead elsewhere than it was seen to is refused, though the alias points where it did', async () => {
  const { modelId, ids } = threeVersions()
  const { client } = test.core
  const said = { modelId, alias: 'staging', reason }
  const set = (i: number, expected: number | null): Promise<unknown> => client.call('alias.set', { ...said, versionId: ids[i]!, expected: expected === null ? null : ids[expected]! })
  await set(0, null); await set(1, 0)
  const seen = await client.call('alias.preview', { action: 'rollback', modelId, alias: 'staging' })
  await set(2, 1); await set(1, 2)
  await expect(client.call('alias.rollback', { ...said, expected: ids[1]!, to: seen.to!.versionId })).rejects.toMatchObject({ code: 'alias.moved', message: 'Someone else moved staging of iris meanwhile: a roll-back would lead to version 3 now. Nothing was changed.' })
})

it('owners and links grow by revisions, take addresses of the web alone, and never overwrite what somebody else wrote', async () => {
  const { modelId, ids } = threeVersions()
  const { client } = test.core
  const link = { title: 'Ticket', url: 'https://tracker.example/42' }
  const first = await client.call('care.save', { modelId, owners: ['Ann', 'Risk team', 'Ann'], links: [link], revision: 0 })
  expect(first).toMatchObject({ revision: 1, owners: ['Ann', 'Risk team'], links: [link] })
  await expect(client.call('care.save', { modelId, owners: [], revision: 0 })).rejects.toMatchObject({ code: 'care.moved' })
  for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'ftp://x.example', 'https://name:word@x.example', 'tracker.example/42', 'https://', 'https://a b', 'http:\\\\x.example'])
    await expect(client.call('care.save', { modelId, links: [{ title: '', url }] }), url).rejects.toMatchObject({ code: 'input.invalid' })
  expect(await client.call('care.get', { modelId, versionId: ids[0]! })).toMatchObject({ revision: 0, owners: [], links: [] })
  await client.call('care.save', { modelId, versionId: ids[0]!, owners: ['Bo'] })
  expect(await client.call('care.get', { modelId })).toEqual(first)
})

it('the line of time holds everything, newest first, what follows above what it follows from, page by page and kind by kind', async () => {
  const { modelId, ids } = threeVersions()
  const { client } = test.core
  await client.call('alias.set', { modelId, alias: 'champion', versionId: ids[0]!, expected: null, reason })
  const whole = await client.call('model.timeline', { modelId })
  expect(whole.entries.map((e) => [e.kind, e.version?.number])).toEqual([['state', 1], ['alias', 1], ['gate', 1], ['state', 2], ['state', 1], ['run', 2], ['run', 1], ['version', 3], ['version', 2], ['version', 1]])
  expect(whole.more).toBe(false)
  expect(whole.entries[1]).toMatchObject({ sentence: 'Version 1 became champion.', reason, alias: 'champion' })
  const pages = await Promise.all([0, 4, 8].map((offset) => client.call('model.timeline', { modelId, offset, limit: 4 })))
  expect(pages.flatMap((p) => p.entries)).toEqual(whole.entries)
  expect(pages.map((p) => p.more)).toEqual([true, true, false])
  expect((await client.call('model.timeline', { modelId, kinds: ['alias', 'gate'] })).entries.map((e) => e.kind)).toEqual(['alias', 'gate'])
  expect((await client.call('model.timeline', { modelId, versionId: ids[2]! })).entries.map((e) => e.kind)).toEqual(['version'])
})
