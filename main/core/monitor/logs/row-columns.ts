// The columns of stored rows, slipway.log/1: the one place that names them (docs/monitoring.md tells the same). And of stored labels.
import type { LogLayout } from '../../../../shared/domain/log-batch.ts'
import type { ReadingPlan } from './reading-plan.ts'

export const layoutName = 'slipway.log/1'

/** Columns that every file has, with their types in SQL. */
export const fixedColumns: readonly (readonly [name: string, type: string])[] = [
  ['request_id', 'VARCHAR'], ['event_id', 'VARCHAR'], ['row', 'INTEGER'], ['time', 'BIGINT'], ['version', 'INTEGER'], ['arm', 'VARCHAR'], ['unit', 'VARCHAR'], ['latency_ms', 'DOUBLE'],
  ['outcome', 'VARCHAR'], ['error', 'VARCHAR'], ['sampled', 'DOUBLE'], ['label', 'VARCHAR'], ['score', 'DOUBLE'], ['value', 'DOUBLE'], ['truth', 'VARCHAR'],
]

/** Columns of a stored file of labels. */
export const labelColumns: readonly (readonly [name: string, type: string])[] = [['request_id', 'VARCHAR'], ['row', 'INTEGER'], ['label', 'VARCHAR'], ['time', 'BIGINT'], ['source', 'VARCHAR']]

/** All columns of a layout. */
export function columnsOf(layout: LogLayout): readonly (readonly [name: string, type: string])[] {
  return [
    ...fixedColumns, ...Array.from({ length: layout.scores }, (_, i) => [`s${i}`, 'DOUBLE'] as const),
    ...layout.features.flatMap((f) => [...(f.bins === null ? [] : [[f.bins, 'SMALLINT'] as const]), ...(f.raw === null ? [] : [[f.raw, f.kind === 'number' ? 'DOUBLE' : 'VARCHAR'] as const])]),
  ]
}

export interface FoundFeature { readonly feature: string; readonly bins: boolean; readonly raw: boolean; readonly text: boolean; /** its codes say no more than whether it is missing */ readonly onlyMissing?: boolean }

/** The layout of what is read: which features have bins and which values, by the plan's level and what is personal. */
export function layoutOf(plan: ReadingPlan, found: readonly FoundFeature[], scores: number, classes: readonly string[]): LogLayout {
  const personal = new Set(plan.personal)
  return {
    layout: layoutName, classes: [...classes], scores, positiveClass: plan.positiveClass, referenceSha256: plan.referenceSha256,
    features: found.map((f, i) => ({
      feature: f.feature, kind: f.text ? 'text' : 'number', personal: personal.has(f.feature), bins: plan.level >= 1 && f.bins && (!personal.has(f.feature) || f.onlyMissing === true) ? `b${i}` : null, raw: plan.level === 2 && f.raw && !personal.has(f.feature) ? `v${i}` : null,
    })),
  }
}
