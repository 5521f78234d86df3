// One line of the workspace's record: what happened, to what, when, by whom and why. Append-only.
import { z } from 'zod'
import { EventId } from '../ids.ts'

/** Who does something: a name as that person or the system gives it, and the key that this workspace signs with. A claim, not a proof. */
export const Actor = z.object({ name: z.string().min(1), keyId: z.string().nullable() })
export type Actor = z.infer<typeof Actor>

export const HistoryEvent = z.object({
  id: EventId,
  at: z.number().int(),
  verb: z.string(),
  subject: z.string(),
  sentence: z.string(),
  facts: z.record(z.string(), z.unknown()),
  /** null: not known, as with all events from before Slipway asked. */
  who: Actor.nullable(),
  /** null: no reason was given. */
  why: z.string().nullable(),
})
export type HistoryEvent = z.infer<typeof HistoryEvent>

/** Which events; what is left out does not narrow. */
export const HistoryFilter = z.object({
  subject: z.string().optional(),
  /** A name, or null for events of nobody known. */
  who: z.string().nullable().optional(),
  verb: z.string().optional(),
  /** Milliseconds since 1970, both ends included. */
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  /** Text in the sentence or the reason. */
  text: z.string().max(200).optional(),
})
export type HistoryFilter = z.infer<typeof HistoryFilter>

export const Settings = z.object({
  /** `contrast`: high contrast, light or dark as the system is */
  theme: z.enum(['system', 'light', 'dark', 'contrast']).default('system'),
  density: z.enum(['comfortable', 'dense']).default('comfortable'),
  threads: z.number().int().positive().nullable().default(null),
  publisherName: z.string().default('Unnamed publisher'),
})
export type Settings = z.infer<typeof Settings>

/** Some of the settings; what is left out stays as it is (a partial schema would fill in the defaults). */
export const SettingsChange = z.object({
  theme: Settings.shape.theme.unwrap().optional(),
  density: Settings.shape.density.unwrap().optional(),
  threads: Settings.shape.threads.unwrap().optional(),
  publisherName: Settings.shape.publisherName.unwrap().optional(),
})
export type SettingsChange = z.infer<typeof SettingsChange>
