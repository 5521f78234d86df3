// Thousands of seeded requests that nobody should send: every one is answered, with a status that says whose fault it is, never by a crash
// or a hang, and memory stays. `SLIPWAY_FUZZ=10000` sends the full number; the suite sends what takes some seconds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn, type ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { drawFrom, drawRequest, type FuzzedRequest } from '../setup/fuzzed-requests.ts'
import { modelBundle } from '../setup/model-bundle.ts'
import { serverProgram } from '../setup/served-bundle.ts'
import { binding } from '../setup/small-bundle.ts'

const requests = Number(process.env['SLIPWAY_FUZZ'] ?? 1500)
const folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'))
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
let server: ChildProcess
let port = 0
let out = ''

beforeAll(async () => {
  const root = await modelBundle(folder, 'iris', { model: fixture('iris/models/iris-logreg-tensor.onnx'), binding })
  server = spawn(process.execPath, [serverProgram, '--root', root, '--port', '0', '--prediction-log-dir', join(folder, 'log')], { stdio: ['ignore', 'pipe', 'inherit'] })
  server.stdout!.on('data', (chunk: Buffer) => { out = (out + chunk.toString()).slice(-20_000) })
  for (let i = 0; i < 1200 && !out.includes('"message":"ready"'); i++) await new Promise((done) => setTimeout(done, 25))
  port = Number(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(out)?.[1])
})
afterAll(async () => {
  agent.destroy()
  const over = new Promise((done) => server.once('exit', done))
  server.kill('SIGTERM')
  await over
  rmSync(folder, { recursive: true, force: true })
})

/** Status and body of an answer; null where the request was cut off on purpose. */
function send(fuzzed: FuzzedRequest): Promise<{ readonly status: number; readonly text: string } | null> {
  return new Promise((resolve, reject) => {
    // Header values that Node itself refuses to send are left out.
    const headers = Object.fromEntries(Object.entries(fuzzed.headers).filter(([, value]) => /^[\x20-\x7e]*$/.test(value)))
    const call = httpRequest({ host: '127.0.0.1', port, method: fuzzed.method, path: fuzzed.path, agent, headers: { ...headers, 'content-length': fuzzed.body.length + (fuzzed.cut ? 10 : 0) } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => { resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('latin1') }) })
    })
    call.on('error', (error) => { if (fuzzed.cut) resolve(null); else reject(error) })
    if (!fuzzed.cut) { call.end(fuzzed.body); return }
    call.write(fuzzed.body, () => { setTimeout(() => { call.destroy() }, 5) })
  })
}

const residentMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid!}/status`, 'utf8'))![1]) / 1024
const allowed = new Set([200, 400, 404, 405, 413, 415])

test(`${requests.toLocaleString('en')} requests, each answered rightly`, async () => {
  const draw = drawFrom(20261121)
  const counts = new Map<number, number>()
  let warm = 0
  for (let sent = 0; sent < requests;) {
    const batch = Array.from({ length: Math.min(8, requests - sent) }, () => drawRequest(draw))
    const answers = await Promise.all(batch.map(send))
    answers.forEach((answer, i) => {
      if (answer === null) return
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
      expect([allowed.has(answer.status), answer.status, batch[i]!.path, answer.text.slice(0, 200)]).toEqual([true, answer.status, batch[i]!.path, answer.text.slice(0, 200)])
      if (answer.status !== 200 && batch[i]!.method !== 'HEAD') expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(['error'])
    })
    sent += batch.length
    if (sent <= requests / 3) warm = residentMb()
  }
  // Good and bad ones were among them.
  expect(counts.get(200)).toBeGreaterThan(requests / 40)
  expect(counts.get(400)).toBeGreaterThan(requests / 5)
  const good = await send({ method: 'POST', path: '/v2/models/iris/infer', headers: {}, cut: false, body: Buffer.from('{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","data":[5.1,3.5,1.4,0.2]}]}') })
  expect(good?.status).toBe(200)
  expect(out).not.toContain('process ended')
  // V8 may keep what it has; a leak of a body a request would be far beyond this.
  if (process.platform === 'linux') expect(residentMb() - warm).toBeLessThan(80)
}, 600_000)
