// The limits of a bundle, each with where it comes from: monitoring/thresholds.json. Rules, dashboard and Slipway itself read this one list.
import { z } from 'zod'

export const Severity = z.enum(['warning', 'critical'])
export type Severity = z.infer<typeof Severity>

export const Threshold = z.object({
  id: z.string(),
  /** Name of the alert, which the runbook explains. */
  alert: z.string(),
  /** Who can look: Prometheus at the server's metrics, or Slipway once true answers have come back. */
  judgedBy: z.enum(['prometheus', 'slipway']),
  metric: z.string(),
  selector: z.record(z.string(), z.string()),
  op: z.enum(['>', '<', '==']),
  value: z.number(),
  /** How long it must hold, in Prometheus' words; '' for Slipway. */
  for: z.string(),
  /** Rows of the window, and from how many on its number means something; null: not over rows. */
  window: z.number().int().positive().nullable(),
  minRows: z.number().int().positive().nullable(),
  severity: Severity,
  origin: z.object({
    /** null: the limit is fixed. */
    runId: z.string().nullable(), statistic: z.string(), formula: z.string(), inputs: z.record(z.string(), z.union([z.number(), z.string()])),
  }),
})
export type Threshold = z.infer<typeof Threshold>

export const Thresholds = z.object({
  schema: z.literal('slipway.thresholds/1'), windowRows: z.number().int().positive(), minRows: z.number().int().positive(),
  thresholds: z.array(Threshold),
  /** What has no limit, and why. */
  without: z.array(z.object({ what: z.string(), reason: z.string() })),
})
export type Thresholds = z.infer<typeof Thresholds>
