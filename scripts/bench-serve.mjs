// Benchmark (f): the server of a real bundle with everything on (batching, metrics, prediction log, drift) beside a bare handler over the
// same body and model: throughput and the 99th percentile in turns, processor time a request, start to ready, memory over many requests.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { median } from './bench-engine.mjs'
import { cacheFolder, say, SetupError } from './cache.mjs'
import { project } from './prepare.mjs'

const fixtures = [join(project, '../shared/fixtures'), join(project, 'test/fixtures')].find((folder) => existsSync(join(folder, 'mnist')))
export const cases = {
  income: { model: join(fixtures, 'adult-income/models/income-v2-gboost.onnx'), data: join(fixtures, 'adult-income/data/test.csv'), target: 'income' },
  digits: { model: join(fixtures, 'mnist/models/mnist-cnn-v1-float32.onnx'), data: join(fixtures, 'mnist/images/test'), target: null },
}
const connections = 16
const warmSeconds = 2

function slipway(workspace, ...args) {
  const answer = spawnSync(process.execPath, [join(project, 'out/main/cli.js'), '--workspace', workspace, '--quiet', ...args], { encoding: 'utf8' })
  if (answer.status !== 0) throw new SetupError(`slipway ${args[0]} ended with ${answer.status}: ${answer.stderr.trim()}`)
}

/** The unpacked bundle of a case: evaluated and exported as a user does it. */
export function bundleOf(name, { model, data, target }) {
  const folder = join(cacheFolder('bench'), `serve-${name}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const workspace = join(folder, 'workspace')
  const policy = join(folder, 'any.gate.yaml')
  writeFileSync(policy, 'schema: slipway.gate/2\nrules:\n  - kind: rows\n    atLeast: 1\n')
  say(`making the bundle ${name}`)
  slipway(workspace, 'import', model, '--model', name)
  slipway(workspace, 'dataset', 'add', data, '--name', 'data')
  slipway(workspace, 'evaluate', `${name}@1`, '--data', 'data', ...(target === null ? [] : ['--target', target]))
  slipway(workspace, 'gate', `${name}@1`, '--policy', policy, '--save')
  slipway(workspace, 'export', `${name}@1`, '--out', join(folder, 'bundle.zip'))
  spawnSync('unzip', ['-q', join(folder, 'bundle.zip'), '-d', folder])
  const root = join(folder, readdirSync(folder).find((entry) => existsSync(join(folder, entry, 'bundle.json'))))
  return readBundle(name, root, join(folder, 'log'))
}

/** What is measured of an unpacked bundle. */
export const readBundle = (name, root, log) => ({ name, root, log, manifest: JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')), golden: readFileSync(join(root, 'model/golden.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)) })

/** A request of so many rows, from the golden ones. */
function bodyOf({ golden }, rows) {
  const [first] = golden
  return JSON.stringify({ inputs: first.request.inputs.map((t) => ({ ...t, shape: [rows, ...t.shape.slice(1)], data: Array.from({ length: rows }, () => t.data.slice(0, t.data.length / t.shape[0])).flat() })) })
}

/** Starts a program and answers its port and how long that took. */
function start(args, ready) {
  const began = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      text += chunk
      const port = ready.exec(text)?.[1]
      if (port === undefined) return
      text = ''
      child.stdout.removeAllListeners('data').resume()
      resolve({ child, port: Number(port), ms: performance.now() - began, stop: () => new Promise((done) => { child.once('exit', done); child.kill('SIGTERM') }) })
    })
    child.once('exit', (code) => { reject(new SetupError(`${args[0]} ended with ${code}: ${text}`)) })
  })
}
const startBare = ({ root, name, manifest }) => start([join(project, 'scripts/bench-serve-bare.mjs'), join(root, manifest.model.path), name], /ready (\d+)/)
const startServer = ({ root, log }) => start([...(process.env.NF ?? '').split(' ').filter(Boolean), join(root, 'server/server.cjs'), '--port', '0', '--prediction-log', '1', '--prediction-log-dir', log, '--prediction-log-files', '2', ...(process.env.ARGS ?? '').split(' ').filter(Boolean)], /"message":"ready".*"address":"http:\/\/127\.0\.0\.1:(\d+)"/)

const processesOf = (pid) => [pid, ...spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.trim().split('\n').filter(Boolean).map(Number)]
/** Processor time in ms and memory in MB of a program and its children. */
const spent = (pids) => pids.reduce((sum, pid) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return sum + (Number(f[11]) + Number(f[12])) * 10 }, 0)
const resident = (pids) => pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024, 0)

const milliseconds = (text) => { const [, number, unit] = /([\d.]+)(us|ms|s)/.exec(text); return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit] }

/** One stretch of load from wrk, in a process of its own. */
function load(port, name, body, seconds) {
  const script = join(cacheFolder('bench'), 'post.lua')
  const file = join(cacheFolder('bench'), 'body.json')
  writeFileSync(file, body)
  writeFileSync(script, `local f = io.open("${file}", "rb")\nwrk.method = "POST"\nwrk.body = f:read("*a")\nwrk.headers["Content-Type"] = "application/json"\n`)
  return new Promise((resolve, reject) => {
    const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, `http://127.0.0.1:${port}/v2/models/${name}/infer`], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.on('error', () => { reject(new SetupError('wrk is not installed; Debian has it as wrk')) })
    child.stdout.on('data', (chunk) => { text += chunk })
    child.on('exit', () => {
      if (/Non-2xx|Socket errors/.test(text)) reject(new SetupError(`the load met failures:\n${text}`))
      else resolve({ rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)[1]), requests: Number(/(\d+) requests in/.exec(text)[1]), p99: milliseconds(/^\s+99%\s+(\S+)/m.exec(text)[1]) })
    })
  })
}

/**
 * Both under the same load in turn, in short windows, so that whatever else the machine does weighs on both alike; what is compared is one
 * window with the one beside it, and what is told is the median of these pairs.
 */
export async function sideBySide(bundle, rows, repeats, seconds) {
  const [bare, server] = [await startBare(bundle), await startServer(bundle)]
  const body = bodyOf(bundle, rows)
  const found = { bare: [], server: [] }
  try {
    // Both programs are compiled by then as far as they ever will be.
    for (const one of [bare, server, bare, server]) await load(one.port, bundle.name, body, warmSeconds)
    for (let i = 0; i < repeats; i++) {
      const turn = [['bare', bare], ['server', server]]
      for (const [name, one] of i % 2 === 0 ? turn : turn.reverse()) {
        const pids = processesOf(one.child.pid)
        const before = spent(pids)
        const result = await load(one.port, bundle.name, body, seconds)
        found[name].push({ ...result, cpu: (spent(pids) - before) / result.requests * 1000 })
      }
      say(`${bundle.name}, ${rows} rows: bare ${Math.round(found.bare.at(-1).rate)}/s, server ${Math.round(found.server.at(-1).rate)}/s`)
    }
  } finally { await Promise.all([bare.stop(), server.stop()]) }
  const of = (name, key) => median(found[name].map((r) => r[key]))
  const paired = (key) => median(found.server.map((r, i) => r[key] / found.bare[i][key]))
  const line = (name) => ({ rate: of(name, 'rate'), p99: of(name, 'p99'), cpu: of(name, 'cpu') })
  return { case: bundle.name, rows, repeats, seconds, connections, bare: line('bare'), server: line('server'), ratio: paired('rate'), p99Ratio: paired('p99') }
}

export async function startTimes(bundle, repeats) {
  const times = { bare: [], server: [] }
  for (let i = 0; i <= repeats; i++) {
    for (const [name, begin] of [['bare', startBare], ['server', startServer]]) {
      const one = await begin(bundle)
      // The first of each reads its files from the disk.
      if (i > 0) times[name].push(one.ms)
      await one.stop()
    }
  }
  return { case: bundle.name, repeats, bare: median(times.bare), server: median(times.server), ratio: median(times.server.map((ms, i) => ms / times.bare[i])) }
}

/** Memory while requests come without a pause; measured at the beginning, after the first tenth, and at the end. */
export async function memory(bundle, requests) {
  const server = await startServer(bundle)
  const marks = []
  let seen = 0
  try {
    const pids = processesOf(server.child.pid)
    while (seen < requests) {
      seen += (await load(server.port, bundle.name, bodyOf(bundle, 1), 10)).requests
      marks.push({ requests: seen, mb: resident(pids) })
      say(`memory after ${seen} requests: ${Math.round(marks.at(-1).mb)} MB`)
    }
  } finally { await server.stop() }
  return { case: bundle.name, requests: seen, marks }
}

/** Measures all of part (f). `requests`: how many the memory is looked at for. */
export async function benchServe(requests, repeats, seconds) {
  const [income, digits] = ['income', 'digits'].map((name) => bundleOf(name, cases[name]))
  const lines = []
  for (const [bundle, rows] of [[income, 1], [income, 32], [digits, 1]]) lines.push(await sideBySide(bundle, rows, repeats, seconds))
  const starts = [await startTimes(income, repeats), await startTimes(digits, repeats)]
  return { requests, lines, starts, memory: await memory(income, requests), load: loadavg()[0] / availableParallelism() }
}
