// Answers `provider.probe`: tries one execution provider with a tiny model and checks its answer and where it ran.
// Asked of a process of its own, as a driver may take the process with it.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { runtimeNames } from '../../../shared/device-names.ts'
import type { ExecutionProvider } from '../../../shared/domain/run.ts'
import type { EngineContract } from './engine-contract.ts'
import { countNodes } from './profile.ts'
import { deviceReason, notInBuild } from './runtime-words.ts'
import { openSession, profileModel, runtimeFacts, type DenseTensor } from './session.ts'
import { tinyModel, tinyRow } from './tiny-model.ts'

type Method = EngineContract['provider.probe']
type Status = OutputOf<Method>

const names: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'The CPU', webgpu: 'WebGPU', cuda: 'CUDA (NVIDIA)', tensorrt: 'TensorRT (NVIDIA)', dml: 'DirectML (Windows)', coreml: 'Core ML (Apple)',
}

const unavailable = (provider: ExecutionProvider, reason: string): Status => ({ provider, status: 'unavailable', sentence: `${names[provider]} does not work here: ${reason}.`, probeMs: null })

const same = (values: ArrayLike<unknown>): boolean => tinyRow.expected.every((v, i) => Math.abs(Number(values[i]) - v) < 1e-3)

/** Tries one provider. A provider that fails is an answer, not an error. */
export async function probeProvider(input: InputOf<Method>, _context: CallContext): Promise<Status> {
  const { provider } = input
  if (provider !== 'cpu' && !runtimeFacts().providers.includes(provider)) return unavailable(provider, notInBuild)
  const feeds: Record<string, DenseTensor> = { x: { dtype: 'float32', dims: [1, 4], values: Float32Array.from(tinyRow.input) } }
  const options = { provider, threads: 1 }
  try {
    const session = await openSession(tinyModel(), options)
    try {
      await session.run(feeds, ['y'])
      const began = performance.now()
      const { y } = await session.run(feeds, ['y'])
      const probeMs = performance.now() - began
      if (y === undefined || !same(y.values)) return unavailable(provider, 'it gave a wrong answer to a small test')
      if (provider === 'cpu') return { provider, status: 'works', sentence: 'The CPU works.', probeMs }
      const nodes = countNodes(await profileModel(tinyModel(), options, feeds, ['y'], { calls: 1, warm: 0 }))
      const there = nodes.find((n) => n.provider === runtimeNames[provider])?.nodes ?? 0
      if (there === 0) return unavailable(provider, 'the runtime ran the test on the CPU instead')
      return { provider, status: 'works', sentence: `${names[provider]} works: a small test ran on it and gave the right answer.`, probeMs }
    } finally {
      await session.release()
    }
  } catch (thrown) {
    return unavailable(provider, deviceReason(provider, thrown))
  }
}
