// Answers `model.infer`: plain tensors in, plain tensors out, on the CPU. For golden requests and their check.
// Owns the session of such a call.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract, PlainTensor } from './engine-contract.ts'
import { defaultThreads, modelName, openOn } from './evaluate-environment.ts'
import { denseOf, fromProtocol, plainOf, toProtocol } from './plain-tensors.ts'
import { runError } from './runtime-words.ts'

type Method = EngineContract['model.infer']

/** Runs each request through the model. Data types answer in the spelling of the request: `FP32` or `float32`. */
export async function inferTensors(input: InputOf<Method>, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<OutputOf<Method>> {
  const session = await openOn(input.path, 'cpu', defaultThreads(), modelName(input.path))
  try {
    const responses: PlainTensor[][] = []
    for (const request of input.requests) {
      if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
      const protocol = request.some((t) => t.datatype in fromProtocol)
      const feeds = Object.fromEntries(request.map((t) => [t.name, denseOf(t)]))
      const outputs = await session.run(feeds, input.outputs).catch((thrown: unknown) => { throw runError(thrown, 'answering a request') })
      responses.push(input.outputs.map((name) => {
        const tensor = outputs[name]
        if (tensor === undefined) throw new SlipwayError('run.shapeMismatch', { reason: `the model gave no output “${name}”` })
        return plainOf(name, tensor, protocol ? (toProtocol.get(tensor.dtype) ?? tensor.dtype) : tensor.dtype)
      }))
      context.progress({ step: 'Answering requests', done: responses.length, total: input.requests.length })
    }
    return { responses }
  } finally {
    await session.release()
  }
}
