// The supervisor against real forked engines: answers, crash, kill from outside, budget, memory, nonsense, retirement, idle stop.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engineFile, forkEngine } from '../../main/core/engine/node-process.ts'
import { crashModel, harmless, trap } from './crash-model.ts'
import { lives, quick, rogueEngine, slow, startEngine, until, type TestEngine } from './start-engine.ts'
import { fixture } from '../setup/fixtures.ts'

let open: TestEngine[] = []
let folder = ''
const engineOf = (...given: Parameters<typeof startEngine>): TestEngine => {
  const made = startEngine(...given)
  open.push(made)
  return made
}
const source = { path: 'x.csv', format: { kind: 'jsonl' as const }, columns: [] }

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-engine-')) })
afterEach(async () => {
  for (const { engine, processes } of open) {
    await engine.close()
    expect(processes.filter((p) => lives(p.pid))).toEqual([])
  }
  open = []
  rmSync(folder, { recursive: true, force: true })
})

describe('a healthy engine', () => {
  it('answers with what ONNX Runtime computed elsewhere for the same row', async () => {
    const { engine } = engineOf()
    const reference = JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }
    const { responses } = await engine.task('model.infer', quick)
    const expected = reference.outputs['probabilities']!.data.slice(0, 3)
    const answered = responses[0]![0]!.data as number[]
    answered.forEach((p, i) => expect(p).toBeCloseTo(expected[i]!, 5))
    expect(engine.state).toBe('ready')
    expect(engine.hello?.pid).toBe(engine.pid)
  })

  it('does one task at a time, in order, in one process', async () => {
    const { engine, processes } = engineOf()
    const order: number[] = []
    await Promise.all([1, 2, 3].map(async (n) => { await engine.task('model.infer', quick); order.push(n) }))
    expect(order).toEqual([1, 2, 3])
    expect(processes).toHaveLength(1)
  })

  it('is replaced after its share of sessions', async () => {
    const { engine, processes } = engineOf({ sessionsPerProcess: 2 })
    for (let i = 0; i < 3; i++) await engine.task('model.infer', quick)
    expect(processes).toHaveLength(2)
    expect(lives(processes[0]!.pid)).toBe(false)
  })

  it('is replaced when it holds more memory than its ceiling, between two tasks', async () => {
    const { engine, processes } = engineOf({ memoryCeiling: 1024 * 1024 })
    const answers = [await engine.task('model.infer', quick), await engine.task('model.infer', quick)]
    expect(answers[1]).toEqual(answers[0])
    expect(processes).toHaveLength(2)
    expect(processes.map((p) => lives(p.pid))).toEqual([false, false])
    expect(engine.state).toBe('idle')
  })

  it('keeps its process below the ceiling, which small work does not come near', async () => {
    const { engine, processes } = engineOf()
    for (let i = 0; i < 5; i++) await engine.task('model.infer', quick)
    expect(processes).toHaveLength(1)
  })

  it('who gives up while waiting for a turn is free at once, and the one whose turn it is goes on', async () => {
    const { engine, processes } = engineOf()
    await engine.task('model.infer', quick)
    const long = engine.task('model.infer', { ...quick, requests: Array.from({ length: 20_000 }, () => quick.requests[0]!) })
    const impatient = new AbortController()
    const waiting = engine.task('model.infer', quick, { kill: impatient.signal })
    const order: string[] = []
    const first = long.then(() => order.push('long'))
    const second = waiting.catch((thrown: { code: string }) => order.push(thrown.code))
    impatient.abort()
    await Promise.all([first, second])
    expect(order).toEqual(['job.cancelled', 'long'])
    expect(processes).toHaveLength(1)
  })

  it('ends when nobody has asked for a while, and starts again', async () => {
    const { engine, processes } = engineOf({ idleMs: 50 })
    await engine.task('model.infer', quick)
    expect(await until(() => engine.state === 'idle', 3000)).toBe(true)
    expect(lives(processes[0]!.pid)).toBe(false)
    await engine.task('model.infer', quick)
    expect(processes).toHaveLength(2)
  })

  it('survives nonsense on its channel', async () => {
    const { engine, processes } = engineOf()
    await engine.task('model.infer', quick)
    const { port } = processes[0]!
    for (const nonsense of ['hello', 7, null, [], {}, { kind: 'call' }, { kind: 'call', id: 'one', method: 'evaluate' }, { kind: 'cancel', id: 99 }, { kind: 'call', id: 1e6, method: '__proto__', input: {} }]) port.post(nonsense)
    await engine.task('model.infer', quick)
    expect(processes).toHaveLength(1)
  })
})

describe('an engine that ends', () => {
  it('kill from outside while a native call runs: the call fails with the signal, the next one works', async () => {
    const { engine, processes } = engineOf()
    await engine.task('model.infer', quick)
    const running = engine.task('model.infer', slow)
    setTimeout(() => process.kill(processes[0]!.pid!, 'SIGKILL'), 300)
    await expect(running).rejects.toMatchObject({ code: 'engine.crashed', details: { reason: 'signal SIGKILL' } })
    await engine.task('model.infer', quick)
    expect(processes).toHaveLength(2)
  })

  it('a trap of the processor: the call fails with the signal, the next one works', async () => {
    const path = join(folder, 'trap.onnx')
    writeFileSync(path, crashModel())
    const { engine, states } = engineOf()
    const ask = (request: typeof trap) => engine.task('model.infer', { path, requests: [request], outputs: ['y'] })
    expect((await ask(harmless)).responses[0]![0]!.data).toEqual([3])
    await expect(ask(trap)).rejects.toMatchObject({ code: 'engine.crashed', details: { reason: expect.stringMatching(/SIGFPE/) as string } })
    expect(states).toContain('down')
    expect((await ask(harmless)).responses[0]![0]!.data).toEqual([3])
  })

  it('three crashes without a success: refuses until it is restarted', async () => {
    const path = join(folder, 'trap.onnx')
    writeFileSync(path, crashModel())
    const { engine, processes } = engineOf()
    for (let i = 0; i < 3; i++) await expect(engine.task('model.infer', { path, requests: [trap], outputs: ['y'] })).rejects.toMatchObject({ code: 'engine.crashed' })
    await expect(engine.task('model.infer', quick)).rejects.toMatchObject({ code: 'engine.unstable' })
    expect(engine.state).toBe('unstable')
    expect(processes).toHaveLength(3)
    await engine.restart()
    await engine.task('model.infer', quick)
    expect(engine.state).toBe('ready')
  })

  it('crashes further apart than five minutes do not add up', async () => {
    const path = join(folder, 'trap.onnx')
    writeFileSync(path, crashModel())
    let now = 0
    const { engine } = engineOf({ clock: () => now })
    for (let i = 0; i < 4; i++) {
      await expect(engine.task('model.infer', { path, requests: [trap], outputs: ['y'] })).rejects.toMatchObject({ code: 'engine.crashed' })
      now += 3 * 60 * 1000
    }
    expect(engine.state).toBe('down')
  })

  it('out of memory is told apart from a crash', async () => {
    const { engine } = engineOf({ start: rogueEngine })
    await expect(engine.task('dataset.rows', { source, offset: 0, limit: 1 })).rejects.toMatchObject({ code: 'engine.outOfMemory' })
  })

  it('out of memory of the real engine: told apart, and the next task works in a fresh process', async () => {
    let small = true
    const { engine, processes } = engineOf({ start: (purpose) => forkEngine(engineFile(), purpose, small ? ['--max-old-space-size=40'] : []) })
    const heavy = { ...quick, requests: Array.from({ length: 150_000 }, () => quick.requests[0]!) }
    await expect(engine.task('model.infer', heavy)).rejects.toMatchObject({ code: 'engine.outOfMemory' })
    small = false
    await engine.task('model.infer', quick)
    expect(processes).toHaveLength(2)
  })

  it('a native library that cannot be loaded is engine.startFailed with the loader’s words', async () => {
    const out = join(folder, 'out')
    cpSync(dirname(engineFile()), out, { recursive: true })
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(resolve(import.meta.dirname, '../../node_modules/zod'), join(folder, 'node_modules', 'zod'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const { engine } = engineOf({ start: () => forkEngine(join(out, 'engine.js'), 'engine') })
    await expect(engine.task('model.infer', quick)).rejects.toMatchObject({ code: 'engine.startFailed', details: { reason: expect.stringMatching(/Cannot find package/) as string } })
  })

  it('a program that cannot start is engine.startFailed with its own words', async () => {
    const broken = join(folder, 'broken.mjs')
    writeFileSync(broken, "throw new Error('libonnxruntime.so.1 is missing')")
    const { engine } = engineOf({ start: () => forkEngine(broken, 'engine') })
    await expect(engine.task('model.infer', quick)).rejects.toMatchObject({ code: 'engine.startFailed' })
  })

  it('a program that never answers is given up', async () => {
    const mute = join(folder, 'mute.mjs')
    writeFileSync(mute, "process.on('message', () => undefined)")
    const { engine, processes } = engineOf({ start: () => forkEngine(mute, 'engine'), startMs: 400 })
    await expect(engine.task('model.infer', quick)).rejects.toMatchObject({ code: 'engine.startFailed', details: { reason: expect.stringContaining('did not answer') as string } })
    expect(lives(processes[0]!.pid)).toBe(false)
  })
})

describe('an engine that misbehaves', () => {
  it('nonsense before the answer is dropped, and the words of an error are ours', async () => {
    const { engine } = engineOf({ start: rogueEngine })
    const ask = engine.task('binding.propose', { model: { path: '', signature: { inputs: [], outputs: [] }, graph: null as never }, source, columns: [], classes: [], target: null })
    await expect(ask).rejects.toMatchObject({ code: 'dataset.empty', message: expect.not.stringContaining('made up') as string })
  })

  it('an answer against the contract is refused and costs the process its place', async () => {
    const { engine, processes } = engineOf({ start: rogueEngine })
    await expect(engine.task('dataset.hash', { path: '', format: { kind: 'jsonl' } })).rejects.toMatchObject({ code: 'transport.badMessage' })
    expect(await until(() => !lives(processes[0]!.pid), 2000)).toBe(true)
  })

  it('silence is no verdict, but can be stopped', async () => {
    const { engine } = engineOf({ start: rogueEngine })
    const kill = new AbortController()
    let settled = false
    const silent = engine.task('dataset.image', { source, record: 1 }, { kill: kill.signal }).finally(() => { settled = true })
    const failed = expect(silent).rejects.toMatchObject({ code: 'job.cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(settled).toBe(false)
    kill.abort()
    await failed
  })
})
