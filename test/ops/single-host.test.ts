// One host, as the operator has it: bundles are installed and rolled back by their own scripts behind a real HAProxy, while callers go on
// asking. Not one request may fail. Under systemd the same scripts call systemctl, which no test here runs.
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realBundle, type RealBundle } from '../setup/real-bundle.ts'
import { infer, oneRow, startLoad } from './load.ts'
import { freePorts, startProgram, until, type Program } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-host-'))
const home = join(folder, 'home')
let [first, second]: RealBundle[] = []
let front: Program
let address = ''

interface Ran { readonly status: number; readonly text: string }

/** One of the bundle's scripts, without holding up the callers in this process. */
const run = (script: string, ...words: string[]): Promise<Ran> => new Promise((resolve) => {
  const child = spawn('sh', [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  child.once('close', (code) => { resolve({ status: code ?? -1, text }) })
})
const install = (bundle: RealBundle, ...words: string[]): Promise<Ran> => run(join(bundle.root, 'bin/install.sh'), '--home', home, '--trust', bundle.key, '--without-systemd', ...words)
const installed = (script: string, ...words: string[]): Promise<Ran> => run(join(home, 'current/bin', script), '--without-systemd', ...words)
const current = (): string => basename(realpathSync(join(home, 'current')))
const audit = (): { verb: string; who: string; from: string | null; to: string; why: string; outcome: string }[] => readFileSync(join(home, 'audit.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as ReturnType<typeof audit>[number])

beforeAll(async () => {
  first = await realBundle(folder)
  second = await realBundle(folder, { serial: 4, semver: '1.3.0', previous: { version: '1.2.3', serial: 3, rootDigest: first.rootDigest } })
  const [listen, a, b, c] = await freePorts(4)
  address = `http://127.0.0.1:${listen}`
  mkdirSync(home)
  writeFileSync(join(home, 'front.env'), `SLIPWAY_LISTEN=127.0.0.1:${listen}\nSLIPWAY_SOCKET=${join(home, 'front.sock')}\nSLIPWAY_PORT_A=${a}\nSLIPWAY_PORT_B=${b}\nSLIPWAY_PORT_C=${c}\n`)
})

afterAll(async () => {
  await front?.stop()
  for (const slot of ['a', 'b', 'c']) {
    try { process.kill(Number(readFileSync(join(home, 'slots', `${slot}.pid`), 'utf8'))) } catch { /* it does not run */ }
  }
  rmSync(folder, { recursive: true, force: true })
})

test('the first installation serves, and the front finds it', async () => {
  expect(await install(first!, '--why', 'first')).toMatchObject({ status: 0 })
  expect(current()).toBe(first!.rootDigest)
  const environment = Object.fromEntries(readFileSync(join(home, 'front.env'), 'utf8').trim().split('\n').map((line) => line.split('=') as [string, string]))
  front = startProgram('haproxy', ['-W', '-f', join(home, 'haproxy.cfg')], environment)
  await until(`an answer through the front: ${front.output()}`, () => infer(address, new Agent(), oneRow).then(({ status }) => status === 200, () => false))
})

test('a new release and its rollback, each in one command under load: no request fails', async () => {
  const load = startLoad(address, 6)
  await until('a hundred answers', () => load.answered() > 100)
  expect(await install(second!, '--why', 'release 1.3.0')).toMatchObject({ status: 0 })
  expect(current()).toBe(second!.rootDigest)
  const during = load.answered()
  await until('answers of the new release', () => load.answered() > during + 200)
  // The slot that no longer serves has ended: only the new release answers.
  expect((await infer(address, new Agent(), oneRow)).body.model_version).toBe('4')
  const started = Date.now()
  const back = await installed('rollback.sh', '--why', 'too many "unsure" answers\nsays the desk')
  console.log(`rollback under load: ${Date.now() - started} ms`)
  expect(back).toMatchObject({ status: 0 })
  expect(current()).toBe(first!.rootDigest)
  expect((await infer(address, new Agent(), oneRow)).body.model_version).toBe('3')
  await load.stop()
  console.log(`requests: ${JSON.stringify(load.byVersion)}, failed: ${load.failures.length}`)
  expect(load.failures).toEqual([])
  expect(Math.min(load.byVersion['3'] ?? 0, load.byVersion['4'] ?? 0)).toBeGreaterThan(100)
  expect(load.answered()).toBe((load.byVersion['3'] ?? 0) + (load.byVersion['4'] ?? 0))
  expect(audit().map(({ verb, from, to, why, outcome }) => ({ verb, from, to, why, outcome }))).toEqual([
    { verb: 'install', from: null, to: first!.rootDigest, why: 'first', outcome: 'done' },
    { verb: 'install', from: first!.rootDigest, to: second!.rootDigest, why: 'release 1.3.0', outcome: 'done' },
    { verb: 'rollback', from: second!.rootDigest, to: first!.rootDigest, why: 'too many "unsure" answers\nsays the desk', outcome: 'done' },
  ])
  expect(audit().every(({ who }) => who !== '')).toBe(true)
})

test('what cannot be: a rollback to nothing, no reason, another publisher, a changed bundle; the traffic stays', async () => {
  expect(await installed('rollback.sh', '--why', 'again')).toMatchObject({ status: 2, text: expect.stringContaining('no release before the current one') })
  expect(await installed('rollback.sh')).toMatchObject({ status: 2, text: expect.stringContaining('say why') })
  const changed = join(folder, 'changed')
  cpSync(second!.root, changed, { recursive: true })
  appendFileSync(join(changed, 'model/io.json'), ' ')
  expect(await run(join(changed, 'bin/install.sh'), '--home', home, '--trust', second!.key, '--without-systemd', '--why', 'x')).toMatchObject({ status: 1, text: expect.stringMatching(/not what the publisher signed/) })
  expect(audit().at(-1)).toMatchObject({ verb: 'install', outcome: expect.stringMatching(/^failed: /) })
  // An older bundle does not come in by the way of an installation, only by a rollback.
  expect((await infer(address, new Agent(), oneRow)).body.model_version).toBe('3')
  expect(readdirSync(join(home, 'releases')).sort()).toEqual([first!.rootDigest, second!.rootDigest, 'order'].sort())
})

test('a canary that takes other tensors than what serves is refused before it starts; the traffic stays', async () => {
  // What serves is made to say that its input has five numbers a row, so that the second release, of four, does not fit beside it.
  const manifest = join(realpathSync(join(home, 'current')), 'bundle.json')
  const text = readFileSync(manifest, 'utf8')
  const told = JSON.parse(text) as { model: { inputs: { shape: number[] }[] } }
  expect(told.model.inputs[0]?.shape).toEqual([-1, 4])
  told.model.inputs[0]!.shape = [-1, 5]
  writeFileSync(manifest, JSON.stringify(told))
  const refused = await install(second!, '--why', 'canary', '--canary', '10')
  writeFileSync(manifest, text)
  expect(refused).toMatchObject({ status: 2, text: expect.stringMatching(/the canary .+ does not take and give the same tensors as .+; install it without --canary/) })
  expect(audit().at(-1)).toMatchObject({ outcome: expect.stringMatching(/^failed: /) })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => infer(address, new Agent(), oneRow, { 'x-unit-id': `unit-${i}` })))
  expect(answers.map(({ status, body }) => [status, body.model_version])).toEqual(answers.map(() => [200, '3']))
})

test('a canary of 10 %: the split, callers that stay in their arm, a larger share, and its end', async () => {
  expect(await install(second!, '--why', 'canary', '--canary', '10')).toMatchObject({ status: 0 })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const arms = async (): Promise<string[]> => {
    const found: string[] = []
    for (let unit = 0; unit < 1000; unit += 8) {
      found.push(...await Promise.all(Array.from({ length: 8 }, async (_, i) => {
        const { status, headers, body } = await infer(address, agent, oneRow, { 'x-unit-id': `unit-${unit + i}`, 'x-slipway-arm': 'canary' })
        expect(status).toBe(200)
        expect(body.model_version).toBe(headers['x-slipway-arm'] === 'canary' ? '4' : '3')
        return String(headers['x-slipway-arm'])
      })))
    }
    return found
  }
  const share = (found: string[]): number => found.filter((arm) => arm === 'canary').length / found.length
  const ten = await arms()
  // Binomial with n = 1000 and p = 0.1: four standard deviations are 0.038. HAProxy's hash is fixed, so this never changes by chance.
  expect(Math.abs(share(ten) - 0.1)).toBeLessThan(0.038)
  expect(await arms()).toEqual(ten)
  expect(await installed('canary.sh', '50', '--why', 'healthy so far')).toMatchObject({ status: 0 })
  const fifty = await arms()
  expect(Math.abs(share(fifty) - 0.5)).toBeLessThan(0.064)
  expect(ten.every((arm, i) => arm === 'stable' || fifty[i] === 'canary')).toBe(true)
  // The command of the README, letter by letter, in the folder that serves.
  const [, command = ''] = /## 5\. Roll back[\s\S]*?\n {4}(.+)\n/.exec(readFileSync(join(second!.root, 'README.md'), 'utf8')) ?? []
  expect(spawnSync('sh', ['-c', command], { cwd: join(home, 'current'), encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  expect(share(await arms())).toBe(0)
  agent.destroy()
  expect(audit().slice(-3).map(({ verb, to }) => [verb, to])).toEqual([['canary', second!.rootDigest], ['canary 50 %', second!.rootDigest], ['rollback of the canary', first!.rootDigest]])
})

test('a canary is promoted under load', async () => {
  expect(await install(second!, '--why', 'canary again', '--canary', '25')).toMatchObject({ status: 0 })
  const load = startLoad(address, 4)
  await until('both arms', () => (load.byVersion['3'] ?? 0) > 20 && (load.byVersion['4'] ?? 0) > 20)
  expect(await installed('canary.sh', 'promote', '--why', 'as good as the one before')).toMatchObject({ status: 0 })
  await load.stop()
  expect(load.failures).toEqual([])
  expect(current()).toBe(second!.rootDigest)
  expect(spawnSync('haproxy', ['-c', '-f', join(home, 'haproxy.cfg')]).status).toBe(0)
  expect(audit().at(-1)).toMatchObject({ verb: 'promote', from: first!.rootDigest, to: second!.rootDigest })
})

test('the callers would have noticed: a server that is killed without a switch fails requests', async () => {
  const load = startLoad(address, 4)
  await until('some answers', () => load.answered() > 20)
  const slot = basename(readlinkSync(join(home, 'current')))
  process.kill(Number(readFileSync(join(home, 'slots', `${slot}.pid`), 'utf8')), 'SIGKILL')
  // In the protocol's own words, also where the front speaks.
  await until('a failure', () => load.failures.includes('503 {"error":"no server is ready; ask again"}'))
  await load.stop()
})
