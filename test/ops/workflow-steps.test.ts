// Steps of the workflow that need no GitHub, run by bash as a runner would: the verification of a downloaded archive, and the watch over a canary.
// `gh` and `sleep` are stand-ins; openssl, sha256sum, unzip, curl, jq and awk are the real ones.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { planWorkflow } from '../../main/core/bundle/deploy/workflow.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { realBundle, type RealBundle } from '../setup/real-bundle.ts'

interface Step { readonly name?: string; readonly run?: string; readonly env?: Record<string, string> }
const folder = mkdtempSync(join(tmpdir(), 'slipway-workflow-'))
const programs = join(folder, 'programs')
let bundle: RealBundle
let steps: Step[] = []
let prometheus: Server
let answers: (query: string) => string | null = () => null

const stepOf = (name: string): Step => { const step = steps.find((one) => one.name === name); if (step === undefined) throw new Error(`no step ${name}`); return step }

/** A step in an empty folder, with only the variables that are given. */
function runStep(name: string, environment: Record<string, string>, prepare: (place: string) => void = () => undefined): Promise<{ status: number | null; said: string }> {
  const place = mkdtempSync(join(folder, 'step-'))
  prepare(place)
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', stepOf(name).run ?? ''], { cwd: place, env: { PATH: `${programs}:${process.env['PATH'] ?? ''}`, HOME: place, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { said += chunk })
    child.once('close', (status) => { resolve({ status, said }) })
  })
}

beforeAll(async () => {
  bundle = await realBundle(folder, { previous: { version: '1.2.2', serial: 2, rootDigest: 'c'.repeat(64) } })
  const { jobs } = parse(planWorkflow(bundle.facts, 'key')[0]?.text ?? '') as { jobs: Record<string, { steps: Step[] }> }
  steps = Object.values(jobs).flatMap((job) => job.steps)
  mkdirSync(programs)
  writeFileSync(join(programs, 'gh'), '#!/bin/sh\ncp "$ARCHIVE" "${ARCHIVE##*/}"\n')
  writeFileSync(join(programs, 'sleep'), '#!/bin/sh\nexit 0\n')
  for (const name of ['gh', 'sleep']) chmodSync(join(programs, name), 0o755)
  prometheus = createServer((request, response) => {
    const value = answers(new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? '')
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: value === null ? [] : [{ metric: {}, value: [0, value] }] } }))
  })
  await new Promise<void>((resolve) => { prometheus.listen(0, '127.0.0.1', () => { resolve() }) })
})
afterAll(async () => {
  await new Promise((resolve) => { prometheus.close(resolve) })
  rmSync(folder, { recursive: true, force: true })
})

test('the archive is verified with the key of the repository; another key, another digest and a changed file are refused', async () => {
  const verify = (environment: Record<string, string> = {}, key = bundle.key): ReturnType<typeof runStep> => runStep('Fetch and verify', { ARCHIVE: bundle.archive, RELEASE: 'r', GITHUB_REPOSITORY: 'o/r', ROOT_DIGEST: bundle.rootDigest, ...environment }, (place) => {
    mkdirSync(join(place, 'trust'))
    copyFileSync(key, join(place, 'trust/publisher.pub.pem'))
  })
  expect(await verify()).toMatchObject({ status: 0, said: expect.stringContaining('TRUSTED') })
  expect((await verify({ ROOT_DIGEST: 'd'.repeat(64) })).status).toBe(1)
  const other = await loadOrCreateKey(join(folder, 'other-keys'), undefined)
  writeFileSync(join(folder, 'other.pem'), other.publicPem)
  expect((await verify({}, join(folder, 'other.pem'))).status).toBe(1)
  const changed = join(folder, 'changed')
  mkdirSync(changed)
  const archive = join(changed, bundle.archive.split('/').at(-1) ?? '')
  spawnSync('sh', ['-c', 'cp -R "$1" . && printf x >> iris-1.2.3/model/io.json && python3 -c "import shutil,sys; shutil.make_archive(sys.argv[1][:-4], \'zip\', \'.\', \'iris-1.2.3\')" "$2"', 'sh', bundle.root, archive], { cwd: changed })
  expect(await verify({ ARCHIVE: archive })).toMatchObject({ status: 1, said: expect.stringMatching(/io\.json: FAILED/) })
})

test('a canary passes with healthy numbers; a guard that fails ends it at once, and no data is no success', async () => {
  const watch = (): ReturnType<typeof runStep> => runStep('Watch the canary', { GUARDS: stepOf('Watch the canary').env?.['GUARDS'] ?? '', MINUTES: '3', STABLE: '1.2.2', PROMETHEUS_URL: `http://127.0.0.1:${(prometheus.address() as { port: number }).port}` })
  const asked: string[] = []
  const healthy = (query: string): string => { asked.push(query); return query.startsWith('count(') ? '0' : query.includes(' / histogram_quantile') ? '1.01' : '0.001' }
  answers = healthy
  expect(await watch()).toMatchObject({ status: 0 })
  expect(asked).toHaveLength(12)
  expect(asked.join()).toContain('version="1.2.2"')
  expect(asked.join()).not.toContain('STABLE')
  answers = (query) => (query.includes(' / histogram_quantile') ? '1.3' : healthy(query))
  const slow = await watch()
  expect(slow).toMatchObject({ status: 1, said: expect.stringContaining('p99 over that of the stable version is beyond its limit') })
  expect(slow.said).not.toContain('minute 2')
  answers = (query) => (query.startsWith('count(') ? '0' : null)
  expect(await watch()).toMatchObject({ status: 1, said: expect.stringContaining('no data is no success') })
  answers = (query) => (query.includes(' / histogram_quantile') ? 'NaN' : healthy(query))
  expect((await watch()).status).toBe(1)
})

test('every script of the workflow is one that bash reads', () => {
  for (const { name, run } of steps) if (run !== undefined) expect([name, spawnSync('bash', ['-n', '-c', run], { encoding: 'utf8' })]).toEqual([name, expect.objectContaining({ status: 0, stderr: '' })])
})
