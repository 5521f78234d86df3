// What may be said of a window of live rows as a whole: which columns drifted, with one stated chance of a false alarm for all of them together.
// Effect first: what is small is no drift however many rows show it; what could be chance is none either; too few rows to tell is an answer.
import type { ColumnMeasures, DriftColumn, DriftRate, DriftReport } from '../domain/drift.ts'
import { formatPlural } from '../format.ts'
import { adjustByHolm } from '../statistics/holm.ts'
import { namedByChance } from './bin-categories.ts'
import { freedomOf, liveCells, referenceCells, type CodeCounts } from './cells.ts'
import { moreChance, psiChance } from './chance.ts'
import { detectablePsi } from './detectable.ts'
import { falseAlarm, folkPsi, psiByChance, psiLimit, usedAlarm, type PsiSetting } from './limits.ts'
import { measureColumn } from './measure-column.ts'
import type { Bins } from './reference.ts'

export interface WatchedColumn {
  readonly column: string
  readonly bins: Bins
  /** Counts by code of the window. */
  readonly live: CodeCounts
  /** Sorted live values without NaN, where they are known. */
  readonly sample?: Float64Array | null
  /** How much the model rests on it; any unit, negative counts as none. */
  readonly importance?: number | null
}

/** Fewer rows than this say nothing, whatever they look like. */
export const fewestRows = 50
/** A share that rises by less is no fault. */
const leastRise = 0.02

type Binned = Exclude<Bins, { kind: 'none' }>
const total = (counts: readonly number[]): number => counts.reduce((sum, c) => sum + c, 0)
const measurable = (bins: Bins): bins is Binned => bins.kind !== 'none' && freedomOf(bins) > 0

type RateName = 'missing' | 'unseen' | 'outside'
interface RateCounts {
  readonly name: RateName; readonly live: number; readonly reference: number
  /** Rows of the profile that may be among `reference` by right: the names of categories were chosen by these very counts. */
  readonly allowance: number
}

function rateCounts({ bins, live }: WatchedColumn): RateCounts[] {
  const missing: RateCounts = { name: 'missing', live: live.missing, reference: bins.missing, allowance: 0 }
  if (bins.kind === 'numeric') return [missing, { name: 'outside', live: live.below + live.above, reference: bins.outside, allowance: 0 }]
  return bins.kind === 'categorical' ? [missing, { name: 'unseen', live: live.unseen, reference: bins.other, allowance: namedByChance(bins) }] : [missing]
}

/** The setting of a column's limit among `features` of them. */
const settingOf = (bins: Binned, features: number): PsiSetting => ({ freedom: freedomOf(bins), features, reference: Math.max(1, total(referenceCells(bins))) })

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const rateWords: Readonly<Record<RateName, string>> = { missing: 'missing', unseen: 'of no named category', outside: 'outside the usual range' }

interface Judged { readonly verdict: DriftColumn['verdict']; readonly severity: DriftColumn['severity']; readonly limit: DriftColumn['limit'] }

function judgePsi(bins: Bins, rows: number, psi: number | null, features: number): Judged {
  if (!measurable(bins) || psi === null) return { verdict: rows < fewestRows && bins.kind !== 'none' ? 'not-enough' : 'not-measured', severity: null, limit: null }
  const setting = settingOf(bins, features)
  const { warn, page } = psiLimit(setting, rows)
  const limit = { byChance: psiByChance(setting, rows), warn, critical: page }
  if (rows < fewestRows) return { verdict: 'not-enough', severity: null, limit }
  if (psi > warn) return { verdict: 'drift', severity: psi > page ? 'critical' : 'warning', limit }
  return { verdict: limit.byChance > folkPsi.page ? 'not-enough' : 'none', severity: null, limit }
}

function sentenceOf(column: WatchedColumn, judged: Judged, psi: number | null, rates: readonly (readonly [RateName, DriftRate])[]): string {
  const { bins } = column
  const over = rates.filter(([, r]) => r.over).map(([name, r]) => `${percent(r.live)} ${rateWords[name]}, ${percent(r.reference)} before`)
  const parts: string[] = []
  if (psi !== null && judged.limit !== null && judged.verdict === 'drift') parts.push(`distributed differently: PSI ${psi.toFixed(3)}, limit ${judged.limit.warn.toFixed(3)}`)
  parts.push(...over)
  if (parts.length > 0) return `${parts.join('; ')}.`
  if (bins.kind === 'none') return `Only missing cells are counted: ${bins.reason}.`
  if (judged.verdict === 'not-enough') return `Not enough data: ${formatPlural(column.live.rows, 'row')}${judged.limit === null ? '' : `, at which chance alone reaches PSI ${judged.limit.byChance.toFixed(2)}`}.`
  if (judged.verdict === 'not-measured') return 'It had one value only, so its distribution cannot be compared.'
  return `No drift: PSI ${(psi ?? 0).toFixed(3)}, limit ${judged.limit!.warn.toFixed(3)}.`
}

interface Tests { readonly psi: readonly (number | null)[]; readonly rates: readonly (readonly (RateCounts & { readonly chance: number })[])[]; readonly features: number; readonly rateTests: number }

/** All chances of a window, each family corrected in itself. */
function testsOf(columns: readonly WatchedColumn[], measured: readonly (ColumnMeasures | null)[]): Tests {
  const places = columns.flatMap((c, i) => (measurable(c.bins) ? [i] : []))
  const raw = places.map((i) => {
    const { bins, live } = columns[i]!
    const psi = measured[i]?.psi ?? null
    return psi === null ? 1 : psiChance(settingOf(bins as Binned, 1), total(liveCells(bins as Binned, live)), psi)
  })
  const corrected = adjustByHolm(raw)
  const rates = columns.map((column) => rateCounts(column).map((rate) => ({ ...rate, chance: moreChance({ hits: rate.live, rows: column.live.rows }, { hits: Math.min(column.bins.rows, Math.round(rate.reference + rate.allowance)), rows: column.bins.rows }) })))
  const flat = adjustByHolm(rates.flat().map((r) => r.chance))
  let at = 0
  return {
    psi: columns.map((_, i) => (places.includes(i) && measured[i]?.psi != null ? corrected[places.indexOf(i)]! : null)),
    rates: rates.map((list) => list.map((rate) => ({ ...rate, chance: flat[at++]! }))), features: places.length, rateTests: flat.length,
  }
}

function columnOf(column: WatchedColumn, measures: ColumnMeasures | null, chance: number | null, rated: Tests['rates'][number], features: number, importance: number | null): DriftColumn {
  const { bins, live } = column
  const valued = bins.kind === 'numeric' ? total(liveCells(bins, live)) : live.rows
  const judged = judgePsi(bins, valued, measures?.psi ?? null, features)
  const rates = rated.map((r): readonly [RateName, DriftRate] => {
    const [own, now] = [bins.rows === 0 ? 0 : r.reference / bins.rows, live.rows === 0 ? 0 : r.live / live.rows]
    return [r.name, { reference: own, live: now, chance: r.chance, over: live.rows >= fewestRows && now - own >= leastRise && r.chance <= usedAlarm }]
  })
  const of = (name: RateName): DriftRate | null => rates.find(([n]) => n === name)?.[1] ?? null
  const over = rates.some(([, r]) => r.over)
  const effect = Math.max(measures?.psi ?? 0, ...rates.map(([, r]) => (r.over ? r.live - r.reference : 0)))
  return {
    column: column.column, kind: bins.kind, rows: live.rows, referenceRows: bins.rows,
    verdict: over ? 'drift' : judged.verdict, severity: judged.severity ?? (over ? 'warning' : null), psi: measures?.psi ?? null, limit: judged.limit, chance, measures,
    rates: live.rows === 0 ? null : { missing: of('missing')!, unseen: of('unseen'), outside: of('outside') },
    importance, weight: effect * (importance ?? 1), sentence: sentenceOf(column, judged, measures?.psi ?? null, rates),
  }
}

const place = (c: DriftColumn): number => (c.verdict === 'drift' ? 0 : 1)
export const byWeight = (a: DriftColumn, b: DriftColumn): number => place(a) - place(b) || b.weight - a.weight || (a.column < b.column ? -1 : 1)

/** Shares of the whole importance; null where nobody knows any. */
function shareImportance(columns: readonly WatchedColumn[]): (number | null)[] {
  const known = columns.map((c) => (c.importance == null ? null : Math.max(0, c.importance)))
  const sum = known.reduce<number>((s, x) => s + (x ?? 0), 0)
  return known.map((x) => (x === null || sum === 0 ? null : x / sum))
}

function sentenceOfAll(report: Omit<DriftReport, 'sentence'>): string {
  if (report.verdict === 'not-measured') return 'No column can be compared.'
  if (report.verdict === 'not-enough') return `Not enough data: ${formatPlural(report.rows, 'row')}.`
  if (report.verdict === 'none') return `No drift in ${formatPlural(report.columnsMeasured, 'column')} over ${formatPlural(report.rows, 'row')}.`
  const named = report.columns.filter((c) => c.verdict === 'drift').slice(0, 3).map((c) => c.column)
  return `${report.columnsDrifted} of ${formatPlural(report.columns.length, 'column')} drifted: ${named.join(', ')}${report.columnsDrifted > 3 ? ` and ${report.columnsDrifted - 3} more` : ''}.`
}

/**
 * Judges the columns of one window together. Without any drift it answers `drift` in at most `falseAlarm` of all windows, however many columns there are:
 * half of that chance for the distributions, half for the shares, each divided among all that are tested (C. E. Bonferroni, S. Holm).
 */
export function judgeWindow(columns: readonly WatchedColumn[]): DriftReport {
  const measured = columns.map((c): ColumnMeasures | null => measureColumn(c.bins, c.live, c.sample ?? null))
  const tests = testsOf(columns, measured)
  const importances = shareImportance(columns)
  const judged = columns.map((c, i) => columnOf(c, measured[i]!, tests.psi[i]!, tests.rates[i]!, tests.features, importances[i]!)).sort(byWeight)
  const rows = columns.reduce((most, c) => Math.max(most, c.live.rows), 0)
  const drifted = judged.filter((c) => c.verdict === 'drift').length
  const settings = columns.flatMap((c) => (measurable(c.bins) ? [settingOf(c.bins, tests.features)] : [])).sort((a, b) => a.freedom - b.freedom)
  const middle = settings[Math.floor(settings.length / 2)]
  const report = {
    rows, referenceRows: columns.reduce((most, c) => Math.max(most, c.bins.rows), 0),
    verdict: drifted > 0 ? 'drift' as const : judged.some((c) => c.verdict === 'none') ? 'none' as const : judged.some((c) => c.verdict === 'not-enough') || (rows < fewestRows && columns.length > 0) ? 'not-enough' as const : 'not-measured' as const,
    falseAlarm, columnsMeasured: tests.features, columnsDrifted: drifted, ratesTested: tests.rateTests,
    detectable: middle === undefined || rows < fewestRows ? null : detectablePsi(middle, rows), columns: judged,
  }
  return { ...report, sentence: sentenceOfAll(report) }
}
