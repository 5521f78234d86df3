// The main job with the network taken away and every attempt to reach one written down: there is none.
// Runs itself once more inside a network namespace that holds nothing but the loopback device, under strace. Linux only.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { attach, applicationArguments, expect, quit, test } from './launch.ts'
import { doMainJob } from './main-job.ts'

const project = resolve(import.meta.dirname, '../..')
/** Set inside the namespace: where strace writes. */
const log = process.env['SLIPWAY_OFFLINE_LOG']
const root = process.getuid?.() === 0

/** Calls of any process of the application that name an address of the internet, the loopback device included. */
const internetCalls = (text: string): string[] => text.split('\n').filter((line) => /sa_family=AF_INET6?\b/.test(line))

// Namespaces and strace are Linux's.
if (log === undefined && process.platform === 'linux') test('with no network the whole main job makes no attempt to reach one', ({ folder }) => {
  test.setTimeout(400_000)
  const file = join(folder, 'calls.log')
  const inside = `ip link set lo up && exec "${process.execPath}" node_modules/@playwright/test/cli.js test test/desktop/offline.spec.ts --reporter=line --output="${join(folder, 'results')}" --grep "inside the namespace"`
  const answer = spawnSync('unshare', [root ? '-n' : '-rn', 'sh', '-c', inside], { cwd: project, encoding: 'utf8', env: { ...process.env, SLIPWAY_OFFLINE_LOG: file, SLIPWAY_NO_SANDBOX: '1' } })
  expect(answer.status, `${answer.stdout}${answer.stderr}`.slice(-3000)).toBe(0)
  expect(answer.stdout).toMatch(/2 passed/)
  const calls = readFileSync(file, 'utf8')
  // The log is a log: the display was reached over a socket of this machine.
  expect(calls).toMatch(/connect\(.*AF_UNIX/)
  expect(internetCalls(calls)).toEqual([])
})

if (log !== undefined) test('inside the namespace there is no network, and an attempt would be seen', async () => {
  const outcome = await new Promise<string>((done) => { connect({ host: '192.0.2.1', port: 443 }).once('error', (error: NodeJS.ErrnoException) => { done(error.code ?? '') }).once('connect', () => { done('connected') }) })
  expect(outcome).toBe('ENETUNREACH')
  const folder = mkdtempSync(join(tmpdir(), 'slipway-offline-'))
  try {
    const planted = join(folder, 'planted.log')
    spawnSync('strace', ['-f', '-o', planted, '-e', 'trace=connect,sendto', process.execPath, '-e', "require('node:net').connect({ host: '192.0.2.1', port: 443 }).on('error', () => {})"])
    expect(internetCalls(readFileSync(planted, 'utf8'))).toHaveLength(1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

if (log !== undefined) test('inside the namespace the main job is done', async ({ folder }) => {
  test.setTimeout(300_000)
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(project, 'node_modules/electron/dist')
  // strace in front of Electron, which gets the words that the test tool adds: every process of the application is its child.
  const traced = join(folder, 'traced.sh')
  writeFileSync(traced, `#!/bin/sh\nexec strace -f --seccomp-bpf -o '${log!}' -e trace=connect,sendto '${join(runtime, 'electron')}' "$@"\n`, { mode: 0o755 })
  const app = await attach({
    executablePath: traced, cwd: project, env: { ...process.env, TZ: 'UTC', LANG: 'C.UTF-8' } as Record<string, string>,
    args: [...applicationArguments, `--user-data-dir=${join(folder, 'user')}`, `--workspace=${join(folder, 'workspace')}`],
  })
  try {
    const page = await app.firstWindow()
    await page.getByRole('main').waitFor()
    await app.evaluate(({ session }) => {
      const asked: string[] = []
      ;(globalThis as { asked?: string[] }).asked = asked
      session.defaultSession.webRequest.onCompleted((details) => { asked.push(details.url) })
      session.defaultSession.webRequest.onErrorOccurred((details) => { asked.push(details.url) })
    })
    await doMainJob(app, page, folder)
    const asked = await app.evaluate(() => (globalThis as { asked?: string[] }).asked!)
    expect(asked.length).toBeGreaterThan(0)
    expect([...new Set(asked.map((address) => new URL(address).protocol))].filter((scheme) => !['app:', 'blob:', 'data:', 'file:'].includes(scheme))).toEqual([])
  } finally {
    await quit(app)
  }
})
