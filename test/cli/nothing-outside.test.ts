// Work on a model leaves nothing in the home folder: neither ours nor the runtime's (which keeps a device id there unless told not to).
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'

const cli = resolve(import.meta.dirname, '../../out/main/cli.js')

test('an evaluation writes into its workspace and nowhere else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-home-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const env = { ...process.env, HOME: home, USERPROFILE: home, XDG_CACHE_HOME: join(home, 'cache'), ORT_DISABLE_TELEMETRY: '' }
  try {
    execFileSync(process.execPath, [cli, '--quiet', '--workspace', join(folder, 'workspace'), 'evaluate', fixture('iris/models/iris-forest.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    expect(readdirSync(folder).sort()).toEqual(['home', 'workspace'])
    expect(readdirSync(home, { recursive: true })).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
