// Which parts of a picture a classifier goes by: the score of a class with every part covered in turn. Owns shapes only.
import { z } from 'zod'
import { RunId } from '../ids.ts'

/** What the patch is filled with: the mean colour of the picture, or a plain one. */
export const OcclusionFill = z.enum(['mean', 'black', 'grey', 'white'])
export type OcclusionFill = z.infer<typeof OcclusionFill>

export const Occlusion = z.object({
  runId: RunId,
  record: z.number().int(),
  name: z.string(),
  truth: z.string().nullable(),
  predicted: z.string().nullable(),
  /** The class whose score is followed: the predicted one unless another was asked for. */
  class: z.string(),
  /** Whether the score is a probability; else 1 where the model answers this class and 0 where not. */
  probability: z.boolean(),
  /** Of the picture as it is. */
  score: z.number(),
  /** The picture as the model sees it, after resizing and cropping: base64 PNG of `width` × `height`. */
  png: z.string().describe('base64'),
  width: z.number().int(),
  height: z.number().int(),
  patch: z.number().int(),
  stride: z.number().int(),
  fill: OcclusionFill,
  /** Left and top edges of the patch positions, in pixels of that picture. */
  lefts: z.array(z.number().int()),
  tops: z.array(z.number().int()),
  /** Score of the whole picture minus score with this position covered, row by row. Above 0: what lies there speaks for the class; below 0: against it. */
  drops: z.array(z.number()),
  modelCalls: z.number().int(),
  seconds: z.number(),
  notes: z.array(z.string()),
})
export type Occlusion = z.infer<typeof Occlusion>
