// One minute of load at 80 % of what the server can do here, with everything on: no failed request, no dead process, memory stays.
// `SLIPWAY_LOAD_SECONDS=1800` is the half hour. The load comes from Debian’s `hey`.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { modelBundle } from '../setup/model-bundle.ts'
import { serverProgram } from '../setup/served-bundle.ts'
import { binding } from '../setup/small-bundle.ts'

const seconds = Number(process.env['SLIPWAY_LOAD_SECONDS'] ?? 55)
const callers = 8
const folder = mkdtempSync(join(tmpdir(), 'slipway-load-'))
const body = '{"inputs":[{"name":"float_input","shape":[1,4],"datatype":"FP32","data":[5.1,3.5,1.4,0.2]}]}'
let server: ChildProcess
let out = ''
let address = ''

beforeAll(async () => {
  const root = await modelBundle(folder, 'iris', { model: fixture('iris/models/iris-logreg-tensor.onnx'), binding })
  server = spawn(process.execPath, [serverProgram, '--root', root, '--port', '0', '--prediction-log-dir', join(folder, 'log')], { stdio: ['ignore', 'pipe', 'inherit'] })
  server.stdout!.on('data', (chunk: Buffer) => { out += chunk.toString() })
  for (let i = 0; i < 1200 && !out.includes('"message":"ready"'); i++) await new Promise((done) => setTimeout(done, 25))
  address = /"address":"([^"]+)"/.exec(out)?.[1] ?? ''
})
afterAll(async () => {
  const over = new Promise((done) => server.once('exit', done))
  server.kill('SIGTERM')
  await over
  rmSync(folder, { recursive: true, force: true })
})

/** Load from a process of its own, at a rate for each caller or as fast as it goes. */
function load(time: number, rate: number | null): { readonly perSecond: number; readonly statuses: Record<string, number>; readonly text: string } {
  const args = ['-z', `${time}s`, '-c', String(callers), ...(rate === null ? [] : ['-q', String(rate)]), '-m', 'POST', '-T', 'application/json', '-d', body, `${address}/v2/models/iris/infer`]
  const text = spawnSync('hey', args, { encoding: 'utf8' }).stdout
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]), statuses: Object.fromEntries([...text.matchAll(/\[(\d+)\]\s+(\d+) responses/g)].map((m) => [m[1], Number(m[2])])), text }
}
const residentMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid!}/status`, 'utf8'))![1]) / 1024

test(`${seconds} seconds at 80 % of capacity without an error`, () => {
  const capacity = load(4, null).perSecond
  const before = residentMb()
  const rate = Math.max(1, Math.floor(capacity * 0.8 / callers))
  const { statuses, text } = load(seconds, rate)
  console.log(`capacity ${Math.round(capacity)} requests/s; ${seconds} s at ${rate * callers}/s: ${statuses['200'] ?? 0} answered; memory ${Math.round(before)} to ${Math.round(residentMb())} MB`)
  expect(text).not.toContain('Error distribution')
  expect(Object.keys(statuses)).toEqual(['200'])
  expect(out).not.toContain('process ended')
  expect(residentMb() - before).toBeLessThan(60)
}, (seconds + 60) * 1000)
