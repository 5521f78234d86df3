// model/serving.json: what the bundle's server needs beyond the manifest: the binding that turns columns into tensors and outputs
// into predictions, the model's signature, and whether the rows of several callers may share a run. The schema; `serving-plan.ts` writes it.
import { z } from 'zod'
import { Binding } from '../../../shared/domain/binding.ts'
import { GraphSummary, Signature } from '../../../shared/domain/model.ts'

export const servingPath = 'model/serving.json'

export const ServingDocument = z.object({
  schema: z.literal('slipway.serving/1'),
  /** Rows of several requests may share a run. The server proves it with the golden requests before it does so. */
  batching: z.boolean(),
  batchingReason: z.string(),
  /** Each row has to run alone: its answer depends on the rows beside it. */
  rowsAlone: z.boolean(),
  binding: Binding,
  signature: Signature,
  vocabularies: GraphSummary.shape.vocabularies,
})
export type ServingDocument = z.infer<typeof ServingDocument>
