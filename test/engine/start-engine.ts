// Starts real engine processes for tests and remembers them, so that a test can look whether they are gone.
import { join } from 'node:path'
import { Engine, type EngineOptions } from '../../main/core/engine/engine.ts'
import type { EngineProcess } from '../../main/core/engine/engine-process.ts'
import { forkEngine, nodeEngine } from '../../main/core/engine/node-process.ts'
import type { PlainTensor } from '../../main/core/engine/engine-contract.ts'
import { fixture } from '../setup/fixtures.ts'

export interface TestEngine { readonly engine: Engine; readonly processes: EngineProcess[]; readonly states: string[] }

export function startEngine(options: Partial<EngineOptions> = {}): TestEngine {
  const processes: EngineProcess[] = []
  const states: string[] = []
  const start = options.start ?? nodeEngine
  const engine = new Engine({
    clock: Date.now, onState: (state) => states.push(state), ...options,
    start: (purpose) => {
      const process = start(purpose)
      processes.push(process)
      return process
    },
  })
  return { engine, processes, states }
}

/** An engine that misbehaves; see rogue-engine.mjs. */
export const rogueEngine = (): EngineProcess => forkEngine(join(import.meta.dirname, 'rogue-engine.mjs'), 'engine', ['--max-old-space-size=64'])

export function lives(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try { process.kill(pid, 0); return true } catch { return false }
}

export const until = async (what: () => boolean, withinMs: number): Promise<boolean> => {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    if (what()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return what()
}

const floats = (name: string, shape: number[], data: number[]): PlainTensor => ({ name, datatype: 'FP32', shape, data })

/** First row of the iris data, and a model that answers in a moment. */
export const quick = { path: fixture('iris/models/iris-logreg-tensor.onnx'), requests: [[floats('float_input', [1, 4], [5.1, 3.5, 1.4, 0.2])]], outputs: ['probabilities'] }
/** One native call of about half a minute that nothing can interrupt. */
export const slow = { path: fixture('malformed/models/slow-run.onnx'), requests: [[floats('x', [1, 4], [1, 2, 3, 4])]], outputs: ['y'] }
