// A metric of one's own: an SQL aggregate over the stored predictions of a run, saved with the model. Every save is a new revision.
import { z } from 'zod'
import { ModelId } from '../ids.ts'

/** Lower-case letters, digits and underscores; results carry it as `custom.NAME`. */
export const CustomMetricName = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'not a name of small letters, digits and underscores that begins with a letter')
export const CustomMetricExpression = z.string().trim().min(1).max(2000)

export const CustomMetric = z.object({
  modelId: ModelId,
  name: CustomMetricName,
  revision: z.number().int().positive(),
  expression: CustomMetricExpression,
  createdAt: z.number().int(),
})
export type CustomMetric = z.infer<typeof CustomMetric>

/** The id under which results and gate rules know it. */
export const customMetricId = (name: string): string => `custom.${name}`
