// How the benchmark measures: the engine as the application runs it, rounds of parts in turn, medians, peak memory.
import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { say } from './cache.mjs'
import { project } from './prepare.mjs'

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
export const seconds = (ms) => (ms / 1000).toFixed(2)
export const spread = (all) => `${seconds(Math.min(...all))} to ${seconds(Math.max(...all))}`

export async function timed(work) {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}

/** Every part once per round, so that whatever else the machine does weighs on all of them alike; the machine's load beside them. */
export async function rounds(parts, repeats) {
  const runs = Object.fromEntries(Object.keys(parts).map((name) => [name, []]))
  const loads = []
  for (let i = 0; i < repeats; i++) {
    for (const [name, work] of Object.entries(parts)) {
      const { ms, value } = await timed(work)
      runs[name].push({ ms, value })
      say(`${name}: ${Math.round(ms)} ms`)
    }
    loads.push(loadavg()[0] / availableParallelism())
  }
  const found = Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, { ms: median(all.map((r) => r.ms)), all: all.map((r) => r.ms), value: all.at(-1).value }]))
  return { ...found, load: median(loads) }
}

/** The engine in a process of its own, asked over its port. */
export function startEngine() {
  const child = fork(join(project, 'out/main/engine.js'), [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const waiting = new Map()
  let next = 1
  child.on('message', (m) => {
    const call = waiting.get(m.id)
    if (m.kind === 'done') call.resolve(m.value)
    else if (m.kind === 'fail') call.reject(new Error(`${m.error.code}: ${m.error.message}`))
  })
  child.on('exit', () => { for (const call of waiting.values()) call.reject(new Error('the engine ended')) })
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  return {
    folder,
    call: (method, input) => new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject })
      child.send({ kind: 'call', id: next++, method, input })
    }),
    /** The most memory that the process ever held, in MB; null where the system does not tell. */
    peak() {
      const file = `/proc/${child.pid}/status`
      const found = existsSync(file) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8')) : null
      return found === null ? null : Number(found[1]) * 1024 / 1e6
    },
    stop() { child.kill(); rmSync(folder, { recursive: true, force: true }) },
  }
}

/** What the engine needs to know of a model. */
export async function modelOf(engine, path) {
  const { signature, graph } = await engine.call('model.read', { path, staging: engine.folder })
  return { path, signature, graph }
}

/** Session options of the engine, for the raw runs beside it. */
export const sessionOptions = (threads) => ({
  executionProviders: ['cpu'], graphOptimizationLevel: 'all', intraOpNumThreads: threads, interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } }, logSeverityLevel: 4,
})
