// Quality of labelled rows by the evaluation's own accumulators: as a whole, window by window, by arm, and by the values of columns.
// Streams rows in the order of their windows, so that one window is open at a time. Refuses tasks whose answers a log row cannot hold.
import type { MetricValue } from '../../../../shared/domain/run.ts'
import type { QualityGroup } from '../../../../shared/domain/monitor.ts'
import { createClassificationAccumulator } from '../../../../shared/metrics/classification.ts'
import { mainMetrics } from '../../../../shared/metrics/main-metrics.ts'
import { createRegressionAccumulator } from '../../../../shared/metrics/regression.ts'
import { streamChunks } from '../../datasets/duckdb.ts'
import type { AnalysisPlan } from './analysis-plan.ts'
import type { Ask } from './log-counts.ts'

/** Fewer labelled rows than this have no metrics. */
const fewest = 20
const capacity = 2048
/** Groups of one column beyond these many are left out. */
const mostGroups = 60

interface Row { readonly truth: string; readonly label: string | null; readonly value: number; readonly scores: readonly number[] | null }
interface Tally { add(row: Row): void; finish(): { readonly labelled: number; readonly metrics: MetricValue[] } }

const kept = (plan: AnalysisPlan, metrics: readonly MetricValue[]): MetricValue[] => mainMetrics(plan.task).flatMap((name) => metrics.filter((m) => m.metric === name && m.slice === ''))

function classTally(plan: AnalysisPlan, hasProbabilities: boolean): Tally {
  const places = new Map(plan.classes.map((c, i) => [c, i]))
  const accumulator = createClassificationAccumulator({ classes: plan.classes, positiveClass: plan.positiveClass, hasProbabilities, seed: 1 })
  const [truth, predicted] = [new Int32Array(capacity), new Int32Array(capacity)]
  const width = plan.classes.length
  const probabilities = new Float64Array(capacity * width)
  let [held, labelled] = [0, 0]
  const pour = (): void => {
    if (held > 0) accumulator.add({ rows: held, truth: truth.subarray(0, held), predicted: predicted.subarray(0, held), probabilities: hasProbabilities ? probabilities.subarray(0, held * width) : null })
    held = 0
  }
  return {
    add(row) {
      const [t, p] = [places.get(row.truth), row.label === null ? undefined : places.get(row.label)]
      if (t === undefined || p === undefined || (hasProbabilities && (row.scores === null || row.scores.some((s) => !Number.isFinite(s))))) return
      truth[held] = t
      predicted[held] = p
      if (hasProbabilities) for (let c = 0; c < width; c++) probabilities[held * width + c] = row.scores![c]!
      held++
      labelled++
      if (held === capacity) pour()
    },
    finish() {
      pour()
      return { labelled, metrics: labelled < fewest ? [] : kept(plan, accumulator.finish().metrics) }
    },
  }
}

function valueTally(plan: AnalysisPlan): Tally {
  const accumulator = createRegressionAccumulator({ seed: 1 })
  const [truth, predicted] = [new Float64Array(capacity), new Float64Array(capacity)]
  let [held, labelled] = [0, 0]
  const pour = (): void => {
    if (held > 0) accumulator.add({ rows: held, truth: truth.subarray(0, held), predicted: predicted.subarray(0, held) })
    held = 0
  }
  return {
    add(row) {
      const t = row.truth === '' ? NaN : Number(row.truth)
      if (!Number.isFinite(t) || !Number.isFinite(row.value)) return
      truth[held] = t
      predicted[held] = row.value
      held++
      labelled++
      if (held === capacity) pour()
    },
    finish() {
      pour()
      return { labelled, metrics: labelled < fewest ? [] : kept(plan, accumulator.finish().metrics) }
    },
  }
}

export interface QualityCounts {
  readonly whole: { readonly labelled: number; readonly metrics: MetricValue[] }
  readonly windows: ReadonlyMap<number, { readonly labelled: number; readonly metrics: MetricValue[] }>
  readonly arms: QualityGroup[]
  readonly slices: { readonly column: string; readonly groups: QualityGroup[] }[]
}

/** A column by whose codes quality is told. `sql`: its code; `names`: what a code stands for. */
export interface QualitySlice { readonly column: string; readonly sql: string; readonly name: (code: number) => string }

const groupOf = (name: string, tally: Tally): QualityGroup => { const { labelled, metrics } = tally.finish(); return { name, rows: labelled, labelled, metrics } }

/** Reads every labelled, answered row of `from` once. `w`: SQL of the window's number, null outside all. `scores`: whether rows have all probabilities. */
export async function qualityOf(on: Ask, plan: AnalysisPlan, from: string, w: string, scores: boolean, slices: readonly QualitySlice[]): Promise<QualityCounts> {
  const regression = plan.task === 'regression'
  const binary = plan.task === 'binary-classification' && plan.positiveClass !== null && plan.classes.length === 2
  const probabilities = !regression && (scores || binary)
  const make = (): Tally => (regression ? valueTally(plan) : classTally(plan, probabilities))
  const positive = plan.positiveClass === null ? -1 : plan.classes.indexOf(plan.positiveClass)
  const columns = [`${w} AS w`, 'arm', 'truth', 'label', regression ? 'value' : 'score', ...(scores ? plan.classes.map((_, c) => `s${c}`) : []), ...slices.map((s, i) => `${s.sql} AS g${i}`)]
  const whole = make()
  const windows = new Map<number, ReturnType<Tally['finish']>>()
  const arms = new Map<string, Tally>()
  const groups = slices.map(() => new Map<number, Tally>())
  let [open, current]: [number | null, Tally | null] = [null, null]
  const close = (): void => { if (open !== null && current !== null) windows.set(open, current.finish()); open = null; current = null }
  const firstScore = 5
  const firstSlice = firstScore + (scores ? plan.classes.length : 0)
  for await (const chunk of streamChunks(on.db, `SELECT ${columns.join(', ')} FROM ${from} WHERE truth IS NOT NULL AND outcome = 'ok' ORDER BY w NULLS LAST`, on.signal, 'the logs')) {
    const cells = columns.map((_, i) => chunk.getColumnValues(i))
    for (let r = 0; r < chunk.rowCount; r++) {
      const at = (i: number): unknown => cells[i]![r]
      const score = Number(at(4) ?? NaN)
      const given = scores ? plan.classes.map((_, c) => Number(at(firstScore + c) ?? NaN)) : binary ? [score] : null
      const row: Row = {
        truth: String(at(2)), label: at(3) === null ? null : String(at(3)), value: score,
        scores: given === null ? null : scores ? given : plan.classes.map((_, c) => (c === positive ? score : 1 - score)),
      }
      whole.add(row)
      const window = at(0) === null ? null : Number(at(0))
      if (window !== open) close()
      if (window !== null) { open = window; current ??= make(); current.add(row) }
      const arm = String(at(1))
      if (!arms.has(arm)) arms.set(arm, make())
      arms.get(arm)!.add(row)
      groups.forEach((group, i) => {
        const value = at(firstSlice + i)
        if (value === null || (group.size >= mostGroups && !group.has(Number(value)))) return
        if (!group.has(Number(value))) group.set(Number(value), make())
        group.get(Number(value))!.add(row)
      })
    }
  }
  close()
  return {
    whole: whole.finish(), windows, arms: [...arms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, tally]) => groupOf(name, tally)),
    slices: slices.map((s, i) => ({ column: s.column, groups: [...groups[i]!].sort(([a], [b]) => a - b).map(([value, tally]) => groupOf(s.name(value), tally)) })),
  }
}
