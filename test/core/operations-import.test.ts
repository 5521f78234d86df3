// Import through the real core and engine: versions, the same bytes, refusals that leave no trace, archives, folders, external data, ZipMap.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportOutcome, SlipwayContract } from '../../shared/contract.ts'
import type { RequestOf } from '../../shared/contract-kit.ts'
import { fixture } from '../setup/fixtures.ts'
import { contentsOf, openTestCore, type TestCore } from './open-test-core.ts'

let test: TestCore
beforeEach(async () => { test = await openTestCore() })
afterEach(() => test.done())

const importing = async (paths: readonly string[], more: Partial<RequestOf<SlipwayContract['version.import']>> = {}): Promise<readonly ImportOutcome[]> =>
  test.job('version.import', { files: await Promise.all(paths.map((p) => test.token(p))), ...more })
/** By sha256sum. */
const irisSha256 = '692eb799bbc2ff298265b183667f795308674ccaf2510af51e07bd330fdc143e'

describe('a model file', () => {
  it('becomes version 1 of a model of its name, with the hash that others computed, and its blob', async () => {
    const path = fixture('iris/models/iris-logreg-tensor.onnx')
    const [outcome] = await importing([path], { note: 'from the lab' })
    expect(outcome).toMatchObject({ outcome: 'created', error: null, version: { modelName: 'iris-logreg-tensor', number: 1, note: 'from the lab', needsRewrite: false } })
    const { sha256, modelId } = outcome!.version!
    expect(sha256).toBe(irisSha256)
    expect(readFileSync(join(test.workspace, 'blobs', sha256.slice(0, 2), sha256))).toEqual(readFileSync(path))
    expect(await test.core.client.call('model.list', {})).toMatchObject([{ id: modelId, versionCount: 1 }])
    expect(await test.core.client.call('history.list', {})).toMatchObject([{ verb: 'version.import' }])
  })

  it('the same bytes are the existing version, whatever the file is called', async () => {
    const [first] = await importing([fixture('iris/models/iris-logreg-tensor.onnx')])
    const renamed = join(test.folder, 'renamed.onnx')
    copyFileSync(fixture('iris/models/iris-logreg-tensor.onnx'), renamed)
    const [second] = await importing([renamed])
    expect(second).toMatchObject({ outcome: 'existing', version: { id: first!.version!.id } })
    expect(await test.core.client.call('model.list', {})).toHaveLength(1)
    expect(await test.core.client.call('history.list', {})).toHaveLength(1)
  })

  it('several into one model: numbered in order, each with its parent', async () => {
    const outcomes = await importing([fixture('adult-income/models/income-v1-logreg.onnx'), fixture('adult-income/models/income-v2-gboost.onnx')], { modelName: 'income' })
    const [v1, v2] = outcomes.map((o) => o.version!)
    expect([v1!.number, v2!.number, v2!.parentId]).toEqual([1, 2, v1!.id])
    expect(v2!.modelId).toBe(v1!.modelId)
  })

  it('survives closing and opening the workspace', async () => {
    const [outcome] = await importing([fixture('iris/models/iris-logreg-tensor.onnx')])
    test = await test.reopen()
    expect((await test.core.client.call('version.get', { versionId: outcome!.version!.id })).version).toEqual(outcome!.version)
  })
})

describe('a refusal', () => {
  it('leaves the workspace byte for byte as it was, and names the reason', async () => {
    await importing([fixture('iris/models/iris-logreg-tensor.onnx')])
    test = await test.reopen()
    const before = contentsOf(test.workspace)
    const bad = ['truncated.onnx', 'random-bytes.onnx', 'pickle-named.onnx', 'external-data-missing.onnx', 'external-data-traversal.onnx', 'unknown-op.onnx']
    const outcomes = await importing(bad.map((f) => fixture(`malformed/models/${f}`)))
    expect(outcomes.map((o) => [o.outcome, o.version])).toEqual(bad.map(() => ['refused', null]))
    for (const o of outcomes) expect(o.error!.message.length).toBeGreaterThan(20)
    const { 'slipway.db-shm': _shm, 'slipway.db-wal': _wal, ...after } = contentsOf(test.workspace)
    const { 'slipway.db-shm': _s, 'slipway.db-wal': _w, ...start } = before
    expect(after).toEqual(start)
    expect(await test.core.client.call('history.list', {})).toHaveLength(1)
  })

  it('of one file never stops the others', async () => {
    const outcomes = await importing([fixture('malformed/models/truncated.onnx'), fixture('iris/models/iris-logreg-tensor.onnx'), fixture('malformed/models/text-named.onnx')])
    expect(outcomes.map((o) => o.outcome)).toEqual(['refused', 'created', 'refused'])
  })

  it('a token that nobody was given opens nothing', async () => {
    await expect(test.job('version.import', { files: ['file_00000000000000000000' as never] })).rejects.toMatchObject({ code: 'input.tokenUnknown' })
    const writeOnly = await test.token(join(test.folder, 'x.zip'), 'write')
    await expect(test.job('version.import', { files: [writeOnly] })).rejects.toMatchObject({ code: 'input.tokenUnknown' })
  })

  it('a file that went away after it was dropped', async () => {
    const path = join(test.folder, 'gone.onnx')
    writeFileSync(path, 'x')
    const token = await test.token(path)
    rmSync(path)
    const [outcome] = await test.job('version.import', { files: [token] })
    expect(outcome).toMatchObject({ outcome: 'refused', error: { code: 'file.missing' } })
  })
})

describe('more than one file', () => {
  it('a model and its weight file dropped together are one version with both', async () => {
    const outcomes = await importing([fixture('malformed/models/external-data-ok.bin'), fixture('malformed/models/external-data-ok.onnx')])
    expect(outcomes).toHaveLength(1)
    expect(outcomes[0]).toMatchObject({ outcome: 'created', version: { files: [{ role: 'model' }, { role: 'external-data', name: 'external-data-ok.bin' }] } })
  })

  it('a folder gives every model in it', async () => {
    const folder = join(test.folder, 'models')
    mkdirSync(join(folder, 'deep'), { recursive: true })
    copyFileSync(fixture('iris/models/iris-logreg-tensor.onnx'), join(folder, 'a.onnx'))
    copyFileSync(fixture('abalone/models/abalone-v1-linear.onnx'), join(folder, 'deep', 'b.onnx'))
    writeFileSync(join(folder, 'readme.txt'), 'nothing')
    const outcomes = await importing([folder])
    expect(outcomes.map((o) => [basename(o.fileName), o.outcome]).sort()).toEqual([['a.onnx', 'created'], ['b.onnx', 'created']])
  })

  it('an archive is unpacked in staging only, and a hostile one writes nothing', async () => {
    const [good] = await importing([fixture('malformed/archives/good.zip')])
    expect(good).toMatchObject({ outcome: 'created' })
    const hostile = readdirSync(fixture('malformed/archives')).filter((f) => /slip|symlink|bomb|truncated/.test(f))
    expect(hostile.length).toBeGreaterThanOrEqual(6)
    const outcomes = await importing(hostile.map((f) => fixture(`malformed/archives/${f}`)))
    expect(outcomes.map((o) => o.outcome)).toEqual(hostile.map(() => 'refused'))
    const session = readdirSync(join(test.workspace, 'staging'))
    expect(session).toHaveLength(1)
    expect(readdirSync(join(test.workspace, 'staging', session[0]!))).toEqual([])
    expect(existsSync(join(test.workspace, 'evil.txt'))).toBe(false)
  })
})

describe('ZipMap', () => {
  it('without consent: imported as it is and marked; with consent: a derived blob, proven equal, both hashes kept', async () => {
    const path = fixture('iris/models/iris-logreg-zipmap.onnx')
    const [plain] = await importing([path])
    expect(plain!.version).toMatchObject({ needsRewrite: true, derivation: null })
    const [rewritten] = await importing([path], { rewrite: true })
    expect(rewritten).toMatchObject({ outcome: 'existing', version: { id: plain!.version!.id, needsRewrite: false } })
    const derivation = rewritten!.version!.derivation!
    expect(derivation).toMatchObject({ kind: 'zipmap-removed', sourceSha256: plain!.version!.sha256, proof: { equal: true } })
    expect(derivation.sha256).not.toBe(plain!.version!.sha256)
    for (const sha of [derivation.sha256, derivation.sourceSha256]) expect(existsSync(join(test.workspace, 'blobs', sha.slice(0, 2), sha))).toBe(true)
    expect(derivation.signature.outputs.every((o) => o.kind === 'tensor')).toBe(true)
    const again = await test.job('version.rewrite', { versionId: plain!.version!.id })
    expect(again.derivation).toEqual(derivation)
  })
})

describe('notes and names', () => {
  it('annotate, rename and archive are history too', async () => {
    const [outcome] = await importing([fixture('iris/models/iris-logreg-tensor.onnx')])
    const { id: versionId, modelId } = outcome!.version!
    const { client } = test.core
    expect(await client.call('version.annotate', { versionId, tags: ['candidate'] })).toMatchObject({ tags: ['candidate'], note: '' })
    await client.call('model.rename', { modelId, name: 'Iris' })
    await client.call('model.archive', { modelId, archived: true })
    expect(await client.call('model.list', {})).toEqual([])
    expect(await client.call('model.list', { archived: true, search: 'IR' })).toMatchObject([{ name: 'Iris' }])
    expect((await client.call('history.list', {})).map((e) => e.verb)).toEqual(['model.archive', 'model.rename', 'version.annotate', 'version.import'])
  })
})
