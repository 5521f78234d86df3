// The malformed fixtures through the same operation, queue, engine process and store that the application uses.
// After every refusal the workspace and everything around it is as it was.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ImportOutcome } from '../../shared/contract.ts'
import { fixture } from '../setup/fixtures.ts'
import { listing } from '../setup/onnx-context.ts'
import { inWorkspace, type Workspace } from '../setup/open-workspace.ts'

interface Expected { readonly expect: string }
const expected = JSON.parse(readFileSync(fixture('malformed/expected.json'), 'utf8')) as { models: Record<string, Expected>; archives: Record<string, Expected> }

async function importPaths(w: Workspace, ...paths: string[]): Promise<ImportOutcome[]> {
  const files = []
  for (const path of paths) files.push((await w.core.admit(path)).token)
  return w.job('version.import', { files, rewrite: true })
}

/** What a refusal must not change: all files but the database and log themselves, and what the database tells. */
async function state(w: Workspace): Promise<unknown> {
  const files = (await listing(w.folder)).filter((l) => !/^workspace\/(slipway\.|staging\/[^/]+\/?$)/.test(l))
  return { files, models: await w.client.call('model.list', {}), history: (await w.client.call('history.list', {})) }
}

test('every malformed model meets expected.json in the application’s own core', async () => {
  await inWorkspace(async (w) => {
    const home = join(w.folder, 'home', 'models')
    cpSync(fixture('malformed/models'), home, { recursive: true })
    mkdirSync(join(w.folder, 'etc'))
    writeFileSync(join(w.folder, 'etc', 'passwd'), new Uint8Array(48))
    for (const [file, { expect: what }] of Object.entries(expected.models)) {
      const before = await state(w)
      const [outcome] = await importPaths(w, join(home, file))
      if (what === 'reject') {
        expect(outcome, file).toMatchObject({ outcome: 'refused', version: null, error: { code: expect.stringMatching(/^model\./) as string } })
        expect(outcome?.error?.message, file).not.toContain(w.folder)
        expect(await state(w), file).toEqual(before)
      } else expect(outcome, file).toMatchObject({ outcome: 'created', error: null })
    }
    // The engine of the last import still answers.
    expect((await importPaths(w, fixture('iris/models/iris-forest.onnx')))[0]?.outcome).toBe('created')
  })
}, 120_000)

test('every malformed archive meets expected.json, and the good one gives its model', async () => {
  await inWorkspace(async (w) => {
    const home = join(w.folder, 'deep', 'home')
    cpSync(fixture('malformed/archives'), home, { recursive: true })
    for (const [file, { expect: what }] of Object.entries(expected.archives)) {
      const before = await state(w)
      const outcomes = await importPaths(w, join(home, file))
      if (what === 'accept') expect(outcomes, file).toMatchObject([{ outcome: 'created', error: null, version: { graph: { classLabels: ['setosa', 'versicolor', 'virginica'] } } }])
      else {
        expect(outcomes, file).toMatchObject([{ outcome: 'refused', version: null, error: { code: expect.stringMatching(/^archive\./) as string } }])
        expect(await state(w), file).toEqual(before)
      }
    }
  })
}, 120_000)

test('one refusal does not stop the others; weights dropped beside their model are no model of their own', async () => {
  await inWorkspace(async (w) => {
    const home = join(w.folder, 'home')
    mkdirSync(home)
    for (const file of ['external-data-ok.bin', 'external-data-ok.onnx', 'truncated.onnx']) cpSync(fixture(`malformed/models/${file}`), join(home, file))
    const outcomes = await importPaths(w, join(home, 'external-data-ok.bin'), join(home, 'truncated.onnx'), join(home, 'external-data-ok.onnx'))
    expect(outcomes.map((o) => [o.fileName, o.outcome]).sort()).toEqual([['external-data-ok.onnx', 'created'], ['truncated.onnx', 'refused']])
    expect(outcomes.find((o) => o.outcome === 'created')?.version?.files.map((f) => f.name)).toEqual(['external-data-ok.onnx', 'external-data-ok.bin'])
  })
}, 120_000)

test('a link is refused, the same bytes are the existing version, a ZipMap is rewritten with consent and both hashes are kept', async () => {
  await inWorkspace(async (w) => {
    const zipMap = fixture('iris/models/iris-logreg-zipmap.onnx')
    symlinkSync(zipMap, join(w.folder, 'link.onnx'))
    expect((await importPaths(w, join(w.folder, 'link.onnx')))[0]).toMatchObject({ outcome: 'refused', error: { code: 'file.notRegular' } })
    const [first] = await importPaths(w, zipMap)
    expect(first).toMatchObject({ outcome: 'created', version: { derivation: { kind: 'zipmap-removed', sourceSha256: first?.version?.sha256, proof: { equal: true, maxAbsDifference: 0 } } } })
    expect(first?.version?.derivation?.sha256).not.toBe(first?.version?.sha256)
    expect(first?.version?.graph.classLabels).toEqual(['setosa', 'versicolor', 'virginica'])
    const [again] = await importPaths(w, zipMap)
    expect(again).toMatchObject({ outcome: 'existing', version: { id: first?.version?.id } })
  })
}, 120_000)
