// Runs requests through the model, one at a time, in the order of asking: the runtime's session is not to be shared by two calls.
import { join } from 'node:path'
import type { SlipwayError } from '../../../shared/errors.ts'
import { goldenDistance } from '../bundle/golden-lines.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { denseOf, plainOf } from '../engine/infer.ts'
import { openSession } from '../engine/session.ts'
import type { ServedBundle } from './open-bundle.ts'
import { RequestFault } from './protocol.ts'
import type { Runner } from './routes.ts'

/** Loads the model and warms it up with the golden requests; ready only when all of them are answered as they should be. */
export async function startRunner(bundle: ServedBundle, log: (line: string) => void): Promise<Runner & { close(): Promise<void> }> {
  const { manifest } = bundle
  const session = await openSession(join(bundle.root, ...manifest.model.path.split('/')), { provider: 'cpu', threads: null })
  const datatypes = new Map(manifest.model.outputs.map((o) => [o.name, o.datatype]))
  let last: Promise<unknown> = Promise.resolve()
  let ready = false

  const run = async (inputs: readonly PlainTensor[], outputs: readonly string[]): Promise<readonly PlainTensor[]> => {
    const feeds = Object.fromEntries(inputs.map((t) => {
      try {
        return [t.name, denseOf(t)]
      } catch (thrown) {
        throw new RequestFault(400, (thrown as SlipwayError).message)
      }
    }))
    const results = await session.run(feeds, outputs)
    return outputs.map((name) => {
      const tensor = results[name]
      if (tensor === undefined) throw new Error(`the model gave no output “${name}”`)
      return plainOf(name, tensor, datatypes.get(name) ?? 'UNSUPPORTED')
    })
  }
  const infer: Runner['infer'] = (inputs, outputs) => {
    const turn = last.then(() => run(inputs, outputs))
    last = turn.catch(() => undefined)
    return turn
  }

  let wrong = 0
  for (const line of bundle.golden) {
    const answer = await infer(line.request.inputs, line.response.outputs.map((o) => o.name))
    if (goldenDistance(line.response.outputs, answer, line.tolerance) > 1) wrong++
  }
  ready = wrong === 0
  log(ready ? `warm: ${bundle.golden.length} golden requests answered within the tolerance` : `NOT READY: ${wrong} of ${bundle.golden.length} golden requests are answered differently here`)
  return { ready: () => ready, infer, async close() { ready = false; await last; await session.release() } }
}
