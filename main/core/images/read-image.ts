// Answers `dataset.image`: one picture of an image data set as PNG.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'

type Method = EngineContract['dataset.image']

/** One picture as base64 PNG (no `data:` prefix), EXIF orientation applied, shrunk to at most 1024 pixels a side; width and height are the picture's own. */
export async function readImage(input: InputOf<Method>, _context: CallContext): Promise<OutputOf<Method>> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${input.record}` })
}
