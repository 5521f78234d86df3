// What the engine does for each question of its contract. Importing this file loads the native libraries.
import type { Handlers } from '../../../shared/contract-kit.ts'
import type { EngineContract } from './engine-contract.ts'
import { runtimeFacts } from './session.ts'

const notBuilt = (): never => { throw new Error('not built yet') }

export const engineHandlers: Handlers<EngineContract> = {
  'engine.hello': () => {
    const { version, providers } = runtimeFacts()
    return { onnxruntime: version, node: process.versions.node, providers: [...providers], pid: process.pid }
  },
  'provider.probe': notBuilt,
  'model.read': notBuilt,
  'model.find': notBuilt,
  'model.rewrite': notBuilt,
  'dataset.profile': notBuilt,
  'dataset.hash': notBuilt,
  'dataset.rows': notBuilt,
  'dataset.image': notBuilt,
  'binding.propose': notBuilt,
  'evaluate': notBuilt,
  'predictions.page': notBuilt,
  'model.infer': notBuilt,
}
