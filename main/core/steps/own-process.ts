// One engine task in a process of its own, which is thrown away afterwards: nothing of an earlier task is in it, and a driver that takes it
// along harms no other work. Owns no question.
import type { InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { Engine } from '../engine/engine.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'

/** Errors: those of the task, and `engine.*` when the process ends. */
export async function inOwnProcess<K extends 'parity' | 'speed'>(parts: Parts, method: K, input: InputOf<EngineContract[K]>, context: JobContext, onProgress: (value: ProgressOf<EngineContract[K]>) => void): Promise<OutputOf<EngineContract[K]>> {
  const engine = new Engine({ start: () => parts.startEngine('probe'), clock: parts.clock })
  try {
    return await engine.task(method, input, { signal: context.signal, kill: context.kill, onProgress })
  } finally {
    await engine.close()
  }
}
