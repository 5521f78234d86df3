// What becomes of requests when something goes wrong: the model's process dies or hangs, too many wait, nobody is allowed in, an older
// bundle comes, the server ends; and several versions at once. Real processes, real signals, real sockets.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readArguments } from '../../main/core/serve/arguments.ts'
import { tokenAccess } from '../../main/core/serve/access.ts'
import { bucketOf } from '../../main/core/serve/arms.ts'
import type { PredictionEvent } from '../../main/core/serve/observer.ts'
import { nullObserver } from '../../main/core/serve/null-observer.ts'
import { fixture } from '../setup/fixtures.ts'
import { modelBundle } from '../setup/model-bundle.ts'
import { serveBundle, serverProgram, type Answer, type Served } from '../setup/served-bundle.ts'
import { binding } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-faults-'))
const project = resolve(import.meta.dirname, '../..')
const dying = join(folder, 'dying-model.cjs')
/** The model's process of server.cjs with the real runtime, which dies of a segmentation fault when a first value is 666, hangs at 777 and takes its time at 555. */
const dyingSource = `
const { InferenceSession } = require(${JSON.stringify(join(project, 'node_modules/onnxruntime-node'))})
const run = InferenceSession.prototype.run
InferenceSession.prototype.run = function (feeds, ...rest) {
  const values = Object.values(feeds)[0].data
  for (let i = 0; i < values.length; i += 4) {
    if (values[i] === 666) process.kill(process.pid, 'SIGSEGV')
    if (values[i] === 777) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
    // Long enough for others to arrive meanwhile.
    if (values[i] === 555) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  }
  return run.call(this, feeds, ...rest)
}
require(${JSON.stringify(serverProgram)}).runModelProcess()
`
let root: string
let newer: string
beforeAll(async () => {
  writeFileSync(dying, dyingSource)
  const model = fixture('iris/models/iris-logreg-tensor.onnx')
  root = await modelBundle(folder, 'iris', { model, binding })
  newer = await modelBundle(join(folder, 'newer'), 'iris', { model, binding, change: { serial: 4, semver: '1.3.0' } })
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const body = (first: number): string => JSON.stringify({ inputs: [{ name: 'float_input', shape: [1, 4], datatype: 'FP32', data: [first, 3.5, 1.4, 0.2] }] })
const post = (served: Served, first: number, headers: Record<string, string> = {}): Promise<Answer> => served.ask('POST', '/v2/models/iris/infer', body(first), headers)

async function within(options: readonly string[], about: (served: Served, events: PredictionEvent[]) => Promise<void>, program?: string): Promise<void> {
  const events: PredictionEvent[] = []
  const served = await serveBundle(root, options, (all) => Promise.resolve(all.map(() => ({ ...nullObserver, observe: (event: PredictionEvent) => { events.push(event) } }))), program)
  try { await about(served, events) } finally { await served.server.close() }
}
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 600 && !(await condition()); i++) await new Promise((done) => setTimeout(done, 25))
}

test('a request that kills the runtime fails alone; those that shared its run and those that waited are answered', async () => {
  await within([], async (served, events) => {
    const before = served.server.arms.stable.dispatcher.pid
    // One run keeps the process busy, so that the next ones wait and share a run.
    const calls = [post(served, 555), ...[5, 4.9, 666, 6, 6.1, 5.5].map((first) => post(served, first))]
    const answers = await Promise.all(calls)
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 500, 200, 200, 200])
    expect(answers[3]!.body.error).toMatch(/process ended while it answered/)
    expect(served.server.arms.stable.dispatcher.pid).not.toBe(before)
    expect(events.filter((e) => e.outcome === 'failed').map((e) => [e.status, e.reason])).toEqual([[500, 'crashed']])
    await until(async () => (await served.ask('GET', '/v2/health/ready')).status === 200)
    expect((await post(served, 5)).status).toBe(200)
  }, dying)
})

test('deaths without end: the server stays up, is not ready, refuses with Retry-After, and comes back', async () => {
  await within([], async (served) => {
    for (let i = 0; i < 4; i++) expect([500, 503]).toContain((await post(served, 666)).status)
    await until(async () => (await served.ask('GET', '/v2/health/ready')).status === 503)
    expect((await served.ask('GET', '/v2/health/live')).status).toBe(200)
    const refused = await post(served, 5)
    if (refused.status !== 200) expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([503, expect.any(Number)])
    await until(async () => (await post(served, 5)).status === 200)
    expect((await post(served, 5)).status).toBe(200)
    expect(served.log.filter((l) => l.message === 'the model’s process ended' && (l.facts['startsAgainInMs'] as number) > 0).length).toBeGreaterThan(0)
  }, dying)
})

test('a run that takes too long is answered with 504 and ended, and the place is free again', async () => {
  await within(['--timeout', '700'], async (served, events) => {
    const hanging = await post(served, 777)
    expect([hanging.status, hanging.body.error]).toEqual([504, 'the request was not answered within 700 ms'])
    await until(async () => (await post(served, 5)).status === 200)
    expect((await post(served, 5)).status).toBe(200)
    expect(events.filter((e) => e.outcome === 'timed-out').length).toBeGreaterThan(0)
  }, dying)
})

test('too many requests: the queue is bounded, and whoever finds it full is told when to come back', async () => {
  await within(['--queue', '2', '--batch-rows', '1'], async (served) => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(served, 555)))
    const full = answers.filter((a) => a.status === 429)
    expect(full.length).toBeGreaterThan(0)
    expect(answers.filter((a) => a.status === 200).length + full.length).toBe(12)
    expect([full[0]!.headers['retry-after'], full[0]!.body.error]).toEqual(['1', 'too many requests are waiting; ask again in a moment'])
  }, dying)
})

test('ending: what is under way is answered, new requests are not, and the processes are gone', async () => {
  const child = spawn(process.execPath, [serverProgram, '--root', root, '--port', '0', '--prediction-log', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString() })
  await until(() => out.includes('"message":"ready"'))
  const port = Number(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(out)?.[1])
  const answer = await fetch(`http://127.0.0.1:${port}/v2/models/iris/infer`, { method: 'POST', body: body(5), headers: { 'x-request-id': 'last' } })
  expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, 'last'])
  const over = new Promise((done) => child.once('exit', (code) => { done(code) }))
  child.kill('SIGTERM')
  expect(await over).toBe(0)
  expect(out).toContain('"message":"stopped"')
  await expect(fetch(`http://127.0.0.1:${port}/v2`)).rejects.toThrow()
})

test('tokens: health is open, everything else needs one of them; several, in clear and as hashes, read again on request', async () => {
  const file = join(folder, 'tokens')
  const [one, two, three] = ['first-token-of-the-file', 'second-token-of-the-file', 'third-token-of-the-file']
  writeFileSync(file, `# operations\n${one}\nsha256:${createHash('sha256').update(two!).digest('hex')}\n`)
  await within(['--tokens', file], async (served) => {
    expect((await served.ask('GET', '/v2/health/ready')).status).toBe(200)
    for (const [method, path] of [['GET', '/v2'], ['GET', '/metrics'], ['GET', '/openapi.json'], ['POST', '/v2/models/iris/infer'], ['POST', '/invocations'], ['GET', '/nowhere']] as const) {
      const refused = await served.ask(method, path, method === 'POST' ? body(5) : undefined, { authorization: 'Bearer wrong-token-wrong-token' })
      expect([path, refused.status, refused.headers['www-authenticate']]).toEqual([path, 401, 'Bearer'])
    }
    const with_ = (token: string): Promise<Answer> => post(served, 5, { authorization: `Bearer ${token}` })
    expect([(await with_(one!)).status, (await with_(two!)).status, (await with_(three!)).status]).toEqual([200, 200, 401])
    writeFileSync(file, `${three!}\n`)
    served.server.reload()
    expect([(await with_(one!)).status, (await with_(three!)).status]).toEqual([401, 200])
    writeFileSync(file, 'short\n')
    served.server.reload()
    expect((await with_(three!)).status).toBe(200)
  })
  expect(() => tokenAccess(file)).toThrow(/shorter than 16/)
  expect(() => readArguments(['--host', '0.0.0.0'])).toThrow(/give --tokens FILE, or --insecure-no-auth/)
  expect(readArguments(['--host', '0.0.0.0'], { SLIPWAY_INSECURE_NO_AUTH: '1' })?.noAuth).toBe(true)
  expect(readArguments(['serve'], { SLIPWAY_PORT: '9', SLIPWAY_TOKENS: 'f', SLIPWAY_HOST: '0.0.0.0' })).toMatchObject({ port: 9, tokens: 'f', host: '0.0.0.0' })
  expect(() => readArguments(['--tls-cert', 'x'])).toThrow(/belong together/)
})

test('TLS from files', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' })
  await within(['--tls-cert', cert, '--tls-key', key], async (served) => {
    const status = await new Promise((done, reject) => { httpsRequest({ host: '127.0.0.1', port: served.port, path: '/v2/health/ready', ca: readFileSync(cert) }, (answer) => { answer.resume(); done(answer.statusCode) }).on('error', reject).end() })
    expect(status).toBe(200)
    await expect(served.ask('GET', '/v2')).rejects.toThrow()
  })
})

test('an older bundle than the last one served is refused, unless it is allowed', async () => {
  const state = join(folder, 'state')
  await (await serveBundle(newer, ['--state', state])).server.close()
  await expect(serveBundle(root, ['--state', state])).rejects.toMatchObject({ exit: 5, message: 'this is iris 1.2.3, serial 3, but 1.3.0, serial 4, was served here before; --allow-downgrade serves it all the same' })
  const allowed = await serveBundle(root, ['--state', state, '--allow-downgrade'])
  await allowed.server.close()
  expect(allowed.log.map((l) => l.message)).toContain('downgrade allowed')
  // What was allowed counts from then on.
  await (await serveBundle(root, ['--state', state])).server.close()
})

test('a tampered bundle is served only when the check is skipped, which is said', async () => {
  const bad = join(folder, 'bad')
  execFileSync('cp', ['-r', root, bad])
  copyFileSync(join(root, 'bundle.json'), join(bad, 'README.md'))
  await expect(serveBundle(bad)).rejects.toMatchObject({ exit: 1 })
  const served = await serveBundle(bad, ['--insecure-skip-verify'])
  await served.server.close()
  expect(served.log.map((l) => l.message)).toContain('NOT VERIFIED: hashes and signature were not looked at')
})

test('canary and shadow: a unit stays in its arm, shares follow the weight, headers and versions choose, the shadow is compared and silent', async () => {
  await within(['--with', `${newer}:30`, '--shadow', newer], async (served, events) => {
    const arm = async (headers: Record<string, string>): Promise<unknown> => (await post(served, 5, headers)).headers['x-slipway-arm']
    for (let u = 0; u < 12; u++) {
      const unit = `customer-${u}`
      expect([await arm({ 'x-unit-id': unit }), await arm({ 'x-unit-id': unit })]).toEqual([bucketOf(unit) < 30 ? 'canary' : 'stable', bucketOf(unit) < 30 ? 'canary' : 'stable'])
    }
    expect([await arm({ 'x-slipway-arm': 'canary' }), await arm({ 'x-slipway-arm': 'stable' })]).toEqual(['canary', 'stable'])
    expect((await post(served, 5, { 'x-slipway-arm': 'other' })).status).toBe(400)
    const fourth = await served.ask('POST', '/v2/models/iris/versions/4/infer', body(5))
    expect([fourth.headers['x-slipway-arm'], fourth.body['model_version']]).toEqual(['canary', '4'])
    expect((await served.ask('GET', '/v2/models/iris')).body['versions']).toEqual(['3', '4'])
    await until(() => events.filter((e) => e.arm === 'shadow').length >= 27)
    expect((await served.ask('GET', '/metrics')).bytes.toString()).toMatch(/model_shadow_compared_rows_total\{result="same"\} 27\n.*result="different"\} 0/s)
  })
  const share = Array.from({ length: 20_000 }, (_, i) => bucketOf(`unit ${i}`)).filter((b) => b < 10).length / 20_000
  expect(Math.abs(share - 0.1)).toBeLessThan(0.01)
  await expect(serveBundle(root, ['--with', '/nowhere:5'])).rejects.toMatchObject({ exit: 2 })
  // The canary of another process says so in what it records.
  await within(['--arm', 'canary'], async (served, events) => {
    expect((await post(served, 5, { 'x-slipway-arm': 'canary' })).status).toBe(200)
    await until(() => events.length > 0)
    expect(events.map((e) => e.arm)).toEqual(['canary'])
  })
  expect(() => readArguments(['--arm', 'canary', '--with', `${newer}:5`])).toThrow('leave out --arm or --with')
})
