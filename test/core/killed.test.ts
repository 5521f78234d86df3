// The whole program killed at any moment (power cut): what is found afterwards is whole, and what was running is named.
import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeEngine, openCore, type Core } from '../../main/core/core.ts'
import { engineFile } from '../../main/core/engine/node-process.ts'
import { fixture } from '../setup/fixtures.ts'
import { until } from '../engine/start-engine.ts'

let folder = ''
let workspace = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-killed-'))
  workspace = join(folder, 'workspace')
  mkdirSync(workspace)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const slipway = (...args: string[]): ChildProcess =>
  fork(join(dirname(engineFile()), 'cli.js'), ['--workspace', workspace, ...args], { stdio: 'ignore', detached: false })
const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => { child.once('close', () => resolve()) })
const reopen = (): Promise<Core> => openCore({ workspace, resources: folder, startEngine: nodeEngine, version: '0', electron: null })

/** Every blob is what its name says, and some version, derivation or run names it. */
async function expectWhole(core: Core): Promise<void> {
  const found = readdirSync(join(workspace, 'blobs'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  for (const file of found) expect(createHash('sha256').update(readFileSync(join(file.parentPath, file.name))).digest('hex')).toBe(file.name)
  const named = new Set<string>()
  for (const model of await core.client.call('model.list', {})) {
    for (const version of (await core.client.call('model.get', { modelId: model.id })).versions) {
      for (const file of version.files) named.add(file.sha256)
      if (version.derivation !== null) named.add(version.derivation.sha256)
    }
  }
  expect(found.map((f) => f.name).sort()).toEqual([...named].sort())
  const staging = readdirSync(join(workspace, 'staging'))
  expect(staging).toHaveLength(1)
  expect(readdirSync(join(workspace, 'staging', staging[0]!))).toEqual([])
}

describe('killed', () => {
  it.each([120, 250, 350, 450, 600])('%i ms into an import: whole versions only, the import can be done again', async (ms) => {
    const models = ['iris/models/iris-logreg-tensor.onnx', 'iris/models/iris-logreg-zipmap.onnx', 'adult-income/models/income-v1-logreg.onnx', 'abalone/models/abalone-v1-linear.onnx', 'abalone/models/abalone-v2-gboost.onnx'].map(fixture)
    const child = slipway('import', '--rewrite', ...models)
    await new Promise((resolve) => setTimeout(resolve, ms))
    child.kill('SIGKILL')
    await ended(child)
    const core = await reopen()
    try { await expectWhole(core) } finally { await core.close() }
    const again = slipway('import', '--rewrite', ...models)
    await ended(again)
    expect(again.exitCode).toBe(0)
    const after = await reopen()
    try {
      expect(await after.client.call('model.list', {})).toHaveLength(models.length)
      await expectWhole(after)
    } finally { await after.close() }
  })

  it('during an evaluation: the run is interrupted, its staging is gone; a second program that looks meanwhile changes nothing', async () => {
    const data = join(folder, 'slow.csv')
    writeFileSync(data, `a,b,c,d,t\n${'1,2,3,4,p\n'.repeat(20)}`)
    const binding = join(folder, 'slow.json')
    writeFileSync(binding, JSON.stringify({
      schema: 'slipway.binding/1', task: 'multiclass-classification', inputs: [{ kind: 'columns', input: 'x', dtype: 'float32', columns: ['a', 'b', 'c', 'd'], missing: 'nan' }],
      outputs: [{ output: 'y', role: 'logits' }], target: { kind: 'column', column: 't' }, idColumn: null, classes: ['p', 'q', 'r', 's'].map((c) => ({ label: c, output: c })), positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
    }))
    const child = slipway('evaluate', fixture('malformed/models/slow-run.onnx'), '--data', data, '--binding', binding)
    expect(await until(() => existsSync(join(workspace, 'slipway.db')), 5000)).toBe(true)
    const core = await reopen()
    const statuses = async (): Promise<string[]> => (await core.client.call('run.list', {})).map((r) => r.status)
    try {
      let seen: string[] = []
      for (const end = Date.now() + 15_000; Date.now() < end && seen[0] !== 'running'; seen = await statuses()) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(seen).toEqual(['running'])
      const third = await reopen()
      await third.close()
      expect(await statuses()).toEqual(['running'])
      child.kill('SIGKILL')
      await ended(child)
    } finally { await core.close() }
    const after = await reopen()
    try {
      expect((await after.client.call('run.list', {}))[0]).toMatchObject({ status: 'interrupted', error: null })
      await expectWhole(after)
    } finally { await after.close() }
  })
})
