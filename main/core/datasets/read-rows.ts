// Answers `dataset.rows`.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'

type Method = EngineContract['dataset.rows']

/** A page of rows as text cells. */
export async function readRows(input: InputOf<Method>, _context: CallContext): Promise<OutputOf<Method>> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${JSON.stringify(input)}` })
}
