// Reads pages of stored predictions: filtered, ordered, deterministic.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'

type Page = EngineContract['predictions.page']

/** Answers `predictions.page`. Worst: largest loss first, then record; best: smallest loss first; rows without a loss come last. */
export async function pagePredictions(input: InputOf<Page>, _context: CallContext): Promise<OutputOf<Page>> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${input.path}` })
}
