// Drift of a log's rows: inputs and answers of the whole stretch, of every window, and of the last rows, all by the same counts and judges.
import type { DriftReport } from '../../../../shared/domain/drift.ts'
import type { MonitorColumn } from '../../../../shared/domain/monitor.ts'
import { liveCells, referenceCells, type CodeCounts } from '../../../../shared/drift/cells.ts'
import { judgeWindow, type WatchedColumn } from '../../../../shared/drift/judge-window.ts'
import { binsOfWindow, countedDrift, type CountedDrift } from '../../../../shared/drift/measure-column.ts'
import type { Bins, Reference } from '../../../../shared/drift/reference.ts'
import { formatNumber } from '../../../../shared/format.ts'
import type { AnalysisPlan } from './analysis-plan.ts'
import { answerCodes, codeCounts, countCodes, summed, type Ask, type WindowCounts } from './log-counts.ts'
import type { LogRows } from './log-rows.ts'

/** A column that is watched: an input by the codes of the log, an answer by codes that are made here. */
interface Column { readonly column: string; readonly of: 'input' | 'answer'; readonly bins: Bins; readonly sql: string }

export interface DriftPart {
  readonly columns: readonly Column[]
  readonly data: DriftReport
  readonly answers: DriftReport
  readonly windows: readonly { readonly data: DriftReport; readonly answers: DriftReport }[]
  readonly last: { readonly rows: number; readonly data: DriftReport; readonly answers: DriftReport; readonly features: ReadonlyMap<string, CountedDrift>; readonly outputs: ReadonlyMap<string, CountedDrift> }
  readonly details: MonitorColumn[]
}

const nothing = (bins: Bins): CodeCounts => ({ rows: 0, bins: new Array<number>(bins.kind === 'none' ? 0 : bins.counts.length).fill(0), missing: 0, unseen: 0, below: 0, above: 0 })

function judge(plan: AnalysisPlan, columns: readonly Column[], bins: readonly Bins[], counts: readonly (CodeCounts | null)[], of: Column['of']): DriftReport {
  return judgeWindow(columns.flatMap((c, i): WatchedColumn[] => (c.of === of ? [{ column: c.column, bins: bins[i]!, live: counts[i] ?? nothing(c.bins), importance: of === 'input' ? (plan.importance[c.column] ?? (Object.keys(plan.importance).length === 0 ? null : 0)) : null }] : [])))
}

/** What a cell holds, in words. */
export function cellLabels(bins: Bins): string[] {
  if (bins.kind === 'none') return []
  if (bins.kind === 'categorical') return [...bins.categories, 'all others', 'missing']
  const text = (x: number): string => formatNumber(Number(x.toPrecision(6)))
  if (bins.edges.length === 0) return ['all values']
  return [`below ${text(bins.edges[0]!)}`, ...bins.edges.slice(1).map((e, i) => `${text(bins.edges[i]!)} to ${text(e)}`), `${text(bins.edges.at(-1)!)} and above`]
}

function psiParts(reference: readonly number[], live: readonly number[]): number[] {
  const [m, n] = [reference, live].map((c) => c.reduce((a, b) => a + b, 0)) as [number, number]
  if (m === 0 || n === 0) return reference.map(() => 0)
  return reference.map((r, i) => {
    if (r === 0 && live[i] === 0) return 0
    const [p, q] = [r / m || 0.5 / m, live[i]! / n || 0.5 / n]
    return (q - p) * Math.log(q / p)
  })
}

interface Counted { readonly bins: readonly Bins[]; readonly windows: readonly (readonly (CodeCounts | null)[])[]; readonly whole: readonly (CodeCounts | null)[]; readonly last: readonly (CodeCounts | null)[] }

function detailOf(column: Column, i: number, counted: Counted, whole: DriftReport, last: DriftReport, stretch: readonly { readonly from: number; readonly to: number }[], windows: DriftPart['windows']): MonitorColumn {
  const bins = counted.bins[i]!
  const live = counted.whole[i] ?? nothing(bins)
  const lastLive = counted.last[i] ?? nothing(bins)
  const [own, now, end] = bins.kind === 'none' ? [[], [], []] : [referenceCells(bins), liveCells(bins, live), liveCells(bins, lastLive)]
  const parts = psiParts(own, now)
  const verdictOf = (report: DriftReport): DriftReport['columns'][number] | undefined => report.columns.find((c) => c.column === column.column)
  return {
    column: column.column, of: column.of, kind: bins.kind, personal: bins.kind === 'none' && bins.reason === 'personal data', whole: verdictOf(whole)!, last: verdictOf(last) ?? null,
    cells: cellLabels(bins).map((label, c) => ({ label, reference: own[c]!, live: now[c]!, last: end[c]!, psi: parts[c]! })),
    edges: bins.kind === 'numeric' ? [...bins.edges] : null, usual: bins.kind === 'numeric' ? { low: bins.low, high: bins.high } : null,
    windows: stretch.map(({ from, to }, w) => {
      const counts = counted.windows[i]![w] ?? null
      const found = verdictOf(column.of === 'input' ? windows[w]!.data : windows[w]!.answers)
      const cells = counts === null || bins.kind === 'none' ? [] : liveCells(bins, counts)
      const sum = cells.reduce((a, b) => a + b, 0)
      return {
        from, to, rows: counts?.rows ?? 0, psi: found?.psi ?? null, drifted: found?.verdict === 'drift',
        missing: counts === null ? null : counts.missing / counts.rows, unseen: counts === null || bins.kind !== 'categorical' ? null : counts.unseen / counts.rows, outside: counts === null || bins.kind !== 'numeric' ? null : (counts.below + counts.above) / counts.rows,
        shares: sum === 0 ? [] : cells.map((c) => c / sum),
      }
    }),
    chart: null, alerts: [],
  }
}

const measured = (columns: readonly Column[], of: Column['of'], bins: readonly Bins[], counts: readonly (CodeCounts | null)[]): ReadonlyMap<string, CountedDrift> =>
  new Map(columns.flatMap((c, i) => (c.of === of && counts[i] !== null && counts[i] !== undefined ? [[c.column, countedDrift(bins[i]!, counts[i])] as const] : [])))

const ok = (relation: string): string => `(SELECT * FROM ${relation} WHERE outcome = 'ok')`

/** Counts and judges. `reference`: the profile in whose bins the rows are counted; `w` and `stretch`: the windows. */
export async function driftOf(on: Ask, plan: AnalysisPlan, reference: Reference, rows: LogRows, w: string, stretch: readonly { readonly from: number; readonly to: number }[]): Promise<DriftPart> {
  const columns: Column[] = [
    ...reference.features.map((f, i): Column => ({ column: f.feature, of: 'input', bins: f.bins, sql: `b${i}` })),
    ...answerCodes(reference, plan.task === 'regression').map((a): Column => ({ ...a, of: 'answer' })),
  ]
  const expressions = columns.map((c) => c.sql)
  const toCounts = (i: number) => (counts: ReadonlyMap<number, number>): CodeCounts | null => codeCounts(columns[i]!.bins, counts)
  const one = async (relation: string): Promise<(CodeCounts | null)[]> => (await countCodes(on, ok(relation), '0', expressions, 1)).map((c, i) => toCounts(i)(summed(c)))
  const byWindow: readonly WindowCounts[] = await countCodes(on, ok(rows.plain), w, expressions, stretch.length)
  const other = rows.other === null ? null : await one(rows.other)
  const bins = columns.map((c, i) => (other === null ? c.bins : binsOfWindow(c.bins, other[i] ?? nothing(c.bins))))
  const counted: Counted = { bins, windows: byWindow.map((c, i) => c.map(toCounts(i))), whole: await one(rows.plain), last: await one(rows.last) }
  const reports = (counts: readonly (CodeCounts | null)[], of: Column['of']): DriftReport => judge(plan, columns, bins, counts, of)
  const windows = stretch.map((_, k) => { const here = columns.map((__, i) => counted.windows[i]![k] ?? null); return { data: reports(here, 'input'), answers: reports(here, 'answer') } })
  const [data, answers] = [reports(counted.whole, 'input'), reports(counted.whole, 'answer')]
  const last = { rows: counted.last.reduce((most, c) => Math.max(most, c?.rows ?? 0), 0), data: reports(counted.last, 'input'), answers: reports(counted.last, 'answer') }
  return {
    columns, data, answers, windows, last: { ...last, features: measured(columns, 'input', bins, counted.last), outputs: measured(columns, 'answer', bins, counted.last) },
    details: columns.map((c, i) => detailOf(c, i, counted, c.of === 'input' ? data : answers, c.of === 'input' ? last.data : last.answers, stretch, windows)),
  }
}
