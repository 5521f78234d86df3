// One side of a comparison of stored logs as SQL: rows of a version or of one of its arms, with labels. Owns which columns every comparison reads.
import { z } from 'zod'
import { LogArm } from '../../../../shared/domain/log-batch.ts'
import { labelledLogsFrom, type LogWish } from '../logs/log-relation.ts'
import { StoredLog } from '../logs/reading-plan.ts'

export const SidePlan = z.object({
  logs: z.array(StoredLog),
  /** Rows of this registry number; null: all of the batches. */
  version: z.number().int().nullable(), arm: LogArm.nullable(),
})
export type SidePlan = z.infer<typeof SidePlan>

/** What both sides share: labels, and the stretch of time. */
export const SidesPlan = z.object({ control: SidePlan, treatment: SidePlan, labels: z.array(z.string()), from: z.number().nullable(), to: z.number().nullable() })
export type SidesPlan = z.infer<typeof SidesPlan>

export const filesOf = ({ control, treatment, labels }: SidesPlan): string[] => [...new Set([...control.logs, ...treatment.logs].map((l) => l.path)), ...labels]

export function sideFrom({ logs, version, arm }: SidePlan, labels: readonly string[], wish: LogWish): string {
  const rows = labelledLogsFrom(logs, labels, { ...wish, ...(version === null ? {} : { version }) })
  return arm === null ? rows : `(SELECT * FROM ${rows} WHERE arm = '${arm}')`
}

/** Both sides as one relation with the column `side`, 0 or 1; for a FROM clause. */
export function bothSides(plan: SidesPlan, wish: LogWish = {}): string {
  const all: LogWish = { ...wish, ...(plan.from === null ? {} : { from: plan.from }), ...(plan.to === null ? {} : { to: plan.to }) }
  return `(${[plan.control, plan.treatment].map((side, i) => `SELECT *, ${i} AS side FROM ${sideFrom(side, plan.labels, all)}`).join(' UNION ALL ')})`
}
