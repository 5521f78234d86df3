// Answers `dataset.profile`.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'

type Method = EngineContract['dataset.profile']

/** Detects the format, hashes the content and profiles every column. */
export async function profileDataset(input: InputOf<Method>, _context: CallContext): Promise<OutputOf<Method>> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${JSON.stringify(input)}` })
}
