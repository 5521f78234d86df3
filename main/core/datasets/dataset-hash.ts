// Answers `dataset.hash`: the content hash of a data set as its profile computes it.
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { hashFolder } from '../images/image-folder.ts'
import { fingerprintFile } from './fingerprint.ts'

type Method = EngineContract['dataset.hash']

/** SHA-256 of the file's bytes; for a folder of pictures the SHA-256 over its sorted `sha256  path` lines. */
export async function hashDataset(input: InputOf<Method>, context: CallContext<ProgressOf<Method>>): Promise<OutputOf<Method>> {
  const tell = (done: number): void => context.progress({ step: 'Hashing', done, total: null })
  if (input.format.kind === 'images') return hashFolder(input.path, input.format, context.signal, tell)
  const { sha256, bytes } = await fingerprintFile(input.path, context.signal, tell)
  return { sha256, bytes }
}
