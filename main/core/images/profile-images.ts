// Profiles a folder of pictures.
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'

type Method = EngineContract['dataset.profile']

/** Profiles a folder of pictures. See `profileDataset`. */
export async function profileImages(input: InputOf<Method>, _context: CallContext<ProgressOf<Method>>): Promise<OutputOf<Method>> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${input.path}` })
}
