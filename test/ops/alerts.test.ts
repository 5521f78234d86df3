// The whole way of an alert on one machine: the real server of a real bundle, Prometheus that scrapes it with the bundle's rules, Alertmanager, and a webhook that is told.
// Changed for the test: waiting times, ports, and the limit of latency, which is set to the lowest edge so that any answer crosses it.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSocket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exportBundle } from '../../main/core/bundle/export.ts'
import { nativeModulesFolder, partsFolder } from '../../main/core/bundle/bundle-parts.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { inferHere, irisFacts } from '../setup/small-bundle.ts'
import { run } from './monitoring-files.ts'

interface Told { readonly status: string; readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }

const started: ChildProcess[] = []
const told: Told[] = []
let folder: string
let hook: Server
let server: string

const freePort = (): Promise<number> => new Promise((done) => {
  const socket = createSocket().listen(0, '127.0.0.1', () => { const { port } = socket.address() as AddressInfo; socket.close(() => { done(port) }) })
})

async function until<T>(what: string, ask: () => Promise<T | null> | T | null, seconds = 60): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const found = await Promise.resolve(ask()).catch(() => null)
    if (found !== null) return found
    await new Promise((done) => { setTimeout(done, 200) })
  }
  throw new Error(`waited ${seconds} s for ${what}; told so far: ${JSON.stringify(told.map((t) => t.labels['alertname']))}`)
}

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  return child
}

async function startServer(): Promise<string> {
  const facts = await irisFacts(folder)
  const archive = join(folder, 'iris.zip')
  await exportBundle(facts, { staging: join(folder, 'staging'), target: archive, parts: partsFolder(), nativeModules: nativeModulesFolder() }, { key: await loadOrCreateKey(join(folder, 'keys'), undefined), infer: inferHere, signal: new AbortController().signal, progress: () => undefined })
  expect(run('unzip', ['-q', archive, '-d', folder]).code).toBe(0)
  const child = start(process.execPath, [join(folder, 'iris-1.2.3/server/server.cjs'), '--port', '0', '--prediction-log', '0'])
  let text = ''
  child.stdout!.on('data', (piece: Buffer) => { text += piece.toString('utf8') })
  return until('the server', () => /"message":"ready","address":"([^"]+)"/.exec(text)?.[1] ?? null)
}

/** 250 rows a request, all of the largest flowers there are. */
async function send(): Promise<void> {
  const rows = 250
  const data = Array.from({ length: rows }, (_, i) => [7.9 + (i % 3), 4.4, 6.9, 2.5]).flat()
  const answer = await fetch(`${server}/v2/models/iris/infer`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ inputs: [{ name: 'float_input', shape: [rows, 4], datatype: 'FP32', data }] }) })
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-alerts-'))
  server = await startServer()
  hook = createServer((request, reply) => {
    let body = ''
    request.on('data', (piece: Buffer) => { body += piece.toString('utf8') })
    request.on('end', () => { told.push(...(JSON.parse(body) as { alerts: Told[] }).alerts); reply.end() })
  })
  await new Promise<void>((done) => { hook.listen(0, '127.0.0.1', done) })
  const [prometheusPort, alertPort] = [await freePort(), await freePort()]
  const monitoring = join(folder, 'iris-1.2.3/monitoring')
  const rules = readFileSync(join(monitoring, 'alerts.rules.yml'), 'utf8').replace(/for: '\w+'/g, "for: '1s'").replace('le=~"1|1.0"', 'le="0.0005"')
  mkdirSync(join(folder, 'watch'))
  writeFileSync(join(folder, 'watch/alerts.rules.yml'), rules)
  writeFileSync(join(folder, 'watch/prometheus.yml'), readFileSync(join(monitoring, 'prometheus.yml'), 'utf8').replaceAll("'15s'", "'1s'").replace('127.0.0.1:8080', new URL(server).host).replace('127.0.0.1:9093', `127.0.0.1:${alertPort}`))
  writeFileSync(join(folder, 'watch/alertmanager.yml'), readFileSync(join(monitoring, 'alertmanager.example.yml'), 'utf8').replaceAll('127.0.0.1:9095', `127.0.0.1:${(hook.address() as AddressInfo).port}`).replace("group_wait: '30s'", "group_wait: '0s'").replace("group_interval: '5m'", "group_interval: '1s'"))
  start('prometheus-alertmanager', ['--config.file=watch/alertmanager.yml', '--storage.path=watch/alert-data', `--web.listen-address=127.0.0.1:${alertPort}`, '--cluster.listen-address='])
  start('prometheus', ['--config.file=watch/prometheus.yml', '--storage.tsdb.path=watch/data', `--web.listen-address=127.0.0.1:${prometheusPort}`])
})
afterAll(async () => {
  for (const child of started) child.kill('SIGTERM')
  await Promise.all(started.map((child) => (child.exitCode === null ? new Promise((done) => { child.once('exit', done) }) : null)))
  hook.close()
  rmSync(folder, { recursive: true, force: true })
})

it('promtool takes the exposition of the real server, and refuses a metric without its unit', async () => {
  await send()
  const text = await (await fetch(`${server}/metrics`)).text()
  expect(run('promtool', ['check', 'metrics'], text)).toMatchObject({ code: 0 })
  expect(run('promtool', ['check', 'metrics'], text.replaceAll('model_requests_total', 'model_requests')).code).not.toBe(0)
  for (const name of ['model_info', 'model_input_drift_psi', 'model_output_drift_psi', 'model_prediction_score_bucket', 'process_resident_memory_bytes']) expect(text).toContain(`${name}`)
})

it('shifted requests raise the alert of drift and slow ones that of latency, with labels and the runbook', async () => {
  const wanted = (alert: string): Told | null => told.find((t) => t.status === 'firing' && t.labels['alertname'] === alert) ?? null
  const ask = (alert: string) => async (): Promise<Told | null> => { for (let i = 0; i < 20; i++) await send(); return wanted(alert) }
  const drift = await until('the alert of drift', ask('InputDrift'))
  expect(drift.labels).toMatchObject({ model: 'iris', version: '1.2.3', job: 'iris' })
  expect(['sepal_length', 'sepal_width', 'petal_length', 'petal_width']).toContain(drift.labels['feature'])
  expect(drift.annotations['runbook']).toBe('docs/runbook.md#inputdrift')
  expect(drift.annotations['description']).toMatch(/^It is \d[\d.]*, above the limit 0\.\d+ over the last rows\./)
  const slow = await until('the alert of latency', ask('LatencyHigh'))
  expect(slow.labels).toMatchObject({ model: 'iris', version: '1.2.3', severity: 'critical' })
  expect(slow.annotations['runbook']).toBe('docs/runbook.md#latencyhigh')
  expect(wanted('BundleUnverified')).toBeNull()
})
