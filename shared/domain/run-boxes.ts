// The boxes of one picture of a detection run, as `run.boxes` answers them. Owns no drawing and no matching.
import { z } from 'zod'

/** x1, y1, x2, y2 in pixels of the original picture, continuous: a box from 2 to 5 is 3 wide. */
const Corners = z.tuple([z.number(), z.number(), z.number(), z.number()])

export const RunBoxes = z.object({
  name: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** Only boxes with at least this score are in `predicted`. */
  score: z.number(),
  /** Whether the picture's true boxes are known; without them nothing is right or wrong. */
  labelled: z.boolean(),
  /** By falling score. `match`: null where no truth is known, or the box lies on a region that stands for many objects. */
  predicted: z.array(z.object({ box: Corners, label: z.string(), score: z.number(), match: z.enum(['right', 'wrong']).nullable() })),
  /** `crowd`: a region that stands for many objects; missing it is no error. */
  truth: z.array(z.object({ box: Corners, label: z.string(), found: z.boolean(), crowd: z.boolean() })),
})
export type RunBoxes = z.infer<typeof RunBoxes>
