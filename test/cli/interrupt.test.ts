// Ctrl-C and sudden ends during a run whose one native call takes half a minute: quick, said, marked, and nothing left running.
import Database from 'better-sqlite3'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { RunSummary } from '../../shared/domain/run.ts'
import { below } from '../desktop/processes.ts'
import { until } from '../engine/start-engine.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipwayJson, slowCase, start, unwordedPart, type Ended, type Place, type Started } from './run-cli.ts'

// What surrounds the three seconds may take its time on few cores.
vi.setConfig({ testTimeout: 180_000 })

interface Slow { readonly running: Started; readonly engines: readonly number[] }

const lives = (pid: number): boolean => { try { process.kill(pid, 0); return true } catch { return false } }

function runStatuses(place: Place): string[] {
  const file = join(place.workspace, 'slipway.db')
  if (!existsSync(file)) return []
  const database = new Database(file, { readonly: true })
  try { return (database.prepare('SELECT status FROM runs ORDER BY id').all() as { status: string }[]).map((r) => r.status) } catch { return [] } finally { database.close() }
}

/** Seconds of processor time that a process has used. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13)
    return (Number(user) + Number(system)) / 100
  } catch { return 0 }
}

/** Starts the slow evaluation and waits until it is inside the native call. */
async function startSlow(place: Place): Promise<Slow> {
  const { data, binding } = await slowCase(place)
  const running = start(['--workspace', place.workspace, 'evaluate', fixture('malformed/models/slow-run.onnx'), '--data', data, '--binding', binding], { HOME: place.home })
  expect(await until(() => runStatuses(place).includes('running'), 30_000), 'the run starts').toBe(true)
  const engines = (): number[] => below(running.pid).filter((p) => p.command.includes('engine.js')).map((p) => p.pid)
  // Starting takes less than this; the call takes half a minute of it.
  expect(await until(() => engines().some((pid) => cpuSeconds(pid) > 4), 60_000), 'the engine computes').toBe(true)
  return { running, engines: engines() }
}

async function endedWithin(running: Started, ms: number): Promise<Ended> {
  const late = new Promise<never>((_, reject) => { setTimeout(() => reject(new Error(`still running after ${ms} ms`)), ms) })
  return Promise.race([running.ended, late])
}

/** What a person finds afterwards: the run as it ended, and work that goes on. */
async function afterwards(place: Place, engines: readonly number[], status: string): Promise<void> {
  expect(await until(() => engines.every((pid) => !lives(pid)), 3000), 'no engine is left').toBe(true)
  const model = await slipwayJson(place, ['history', 'slow-run']) as { runs: RunSummary[] }
  expect(model.runs.map((r) => r.status)).toEqual([status])
  expect(readdirSync(join(place.workspace, 'staging'))).toEqual([])
  const again = await slipwayJson(place, ['evaluate', fixture('iris/models/iris-forest.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species']) as RunSummary
  expect(again.status).toBe('done')
}

test.each([
  ['to the program', (running: Started) => running.kill('SIGINT')],
  ['to every process of the terminal', (running: Started) => running.killGroup('SIGINT')],
  ['as a request to end', (running: Started) => running.kill('SIGTERM')],
])('Ctrl-C %s ends an evaluation in under three seconds with 130, the run cancelled and nothing left', async (_name, interrupt) => {
  await inPlace(async (place) => {
    const { running, engines } = await startSlow(place)
    interrupt(running)
    const ended = await endedWithin(running, 3000)
    expect({ code: ended.code, signal: ended.signal, out: ended.out }).toEqual({ code: 130, signal: null, out: '' })
    expect(unwordedPart(ended)).toBeNull()
    expect(ended.err).toBe('\nStopping. Press Ctrl-C again to end at once.\nThe job was cancelled. No half-done result was stored.\nStart it again when you like. An evaluation that ran for more than three seconds keeps the answers of its model and goes on from there. The command is slipway resume RUN; slipway runs lists the runs.\n')
    await afterwards(place, engines, 'cancelled')
  })
})

test('Ctrl-C twice ends at once, and the run is found interrupted', async () => {
  await inPlace(async (place) => {
    const { running, engines } = await startSlow(place)
    running.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.kill('SIGINT')
    expect(await endedWithin(running, 1000)).toMatchObject({ code: 130, signal: null })
    await afterwards(place, engines, 'interrupted')
  })
})

test('Ctrl-C while a binding is proposed ends in under three seconds too', async () => {
  await inPlace(async (place) => {
    const { data } = await slowCase(place)
    const running = start(['--workspace', place.workspace, 'binding', 'propose', fixture('malformed/models/slow-run.onnx'), data, '--target', 't'], { HOME: place.home })
    await until(() => below(running.pid).some((p) => p.command.includes('engine.js')), 20_000)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    running.killGroup('SIGINT')
    expect(await endedWithin(running, 3000)).toMatchObject({ code: 130, out: '' })
  })
})

test('an engine that is killed is exit code 4, a run marked failed with the reason, and the next evaluation works', async () => {
  await inPlace(async (place) => {
    const { running, engines } = await startSlow(place)
    for (const pid of engines) process.kill(pid, 'SIGKILL')
    const ended = await endedWithin(running, 10_000)
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 4, out: '' })
    expect(unwordedPart(ended)).toBeNull()
    expect(ended.err).toContain('The engine process ended unexpectedly')
    await afterwards(place, engines, 'failed')
  })
})

test('a program that is killed leaves no engine; its run is found interrupted', async () => {
  await inPlace(async (place) => {
    const { running, engines } = await startSlow(place)
    running.kill('SIGKILL')
    await running.ended
    await afterwards(place, engines, 'interrupted')
  })
})

test('--json says that it was cancelled', async () => {
  await inPlace(async (place) => {
    const { data, binding } = await slowCase(place)
    const running = start(['--workspace', place.workspace, '--json', 'evaluate', fixture('malformed/models/slow-run.onnx'), '--data', data, '--binding', binding])
    await until(() => runStatuses(place).includes('running'), 30_000)
    running.kill('SIGINT')
    const ended = await endedWithin(running, 3000)
    expect(ended.code).toBe(130)
    expect(JSON.parse(ended.out)).toMatchObject({ error: { code: 'job.cancelled' } })
  })
})
