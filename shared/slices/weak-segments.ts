// Where the model is worst, in up to three conditions: a shallow tree on the error, grown on one half of the rows and measured on the other,
// so that a segment's score is not flattered by the search that found it.
import type { SegmentCondition, WeakSegment } from '../domain/slices.ts'
import { randomStream } from '../statistics/random.ts'
import type { GroupedColumn } from './grouped-column.ts'
import { adjustForMany, mostOfTheRest, type Outcomes, scoreOf, type SliceOptions, twoGroupP } from './slice-table.ts'

const deepest = 3
const mostExamples = 5

interface Split { readonly column: GroupedColumn, readonly inside: ReadonlySet<number>, readonly gain: number }
interface Leaf { readonly path: readonly { readonly column: GroupedColumn, readonly inside: ReadonlySet<number> }[], readonly rows: Uint32Array }

/** 1 wrong, 0 right; or the absolute error. */
const errorOf = (outcomes: Outcomes, row: number): number => outcomes.metric === 'accuracy' ? 1 - outcomes.score[row]! : outcomes.score[row]!

/**
 * The best cut of these rows into two by one column: groups ordered by their mean error (numbers by their ranges), cut where the squares
 * within fall most. For a two-group split by a mean that order is enough: W. D. Fisher, JASA 53, 1958.
 */
function bestSplit(columns: readonly GroupedColumn[], rows: Uint32Array, outcomes: Outcomes, least: number): Split | null {
  let best: Split | null = null
  for (const column of columns) {
    const count = new Float64Array(column.labels.length)
    const sum = new Float64Array(column.labels.length)
    let total = 0
    for (const row of rows) {
      const group = column.groups[row]!
      count[group] = count[group]! + 1
      sum[group] = sum[group]! + errorOf(outcomes, row)
      total += errorOf(outcomes, row)
    }
    const present = column.labels.map((_, g) => g).filter((g) => count[g]! > 0)
    if (column.edges === null) present.sort((a, b) => sum[a]! / count[a]! - sum[b]! / count[b]!)
    let [leftRows, leftSum] = [0, 0]
    for (let cut = 0; cut + 1 < present.length; cut++) {
      leftRows += count[present[cut]!]!
      leftSum += sum[present[cut]!]!
      const rightRows = rows.length - leftRows
      if (leftRows < least || rightRows < least) continue
      const gain = leftSum ** 2 / leftRows + (total - leftSum) ** 2 / rightRows - total ** 2 / rows.length
      if (gain > (best?.gain ?? 1e-9)) best = { column, inside: new Set(present.slice(0, cut + 1)), gain }
    }
  }
  return best
}

function grow(leaf: Leaf, columns: readonly GroupedColumn[], outcomes: Outcomes, least: number): Leaf[] {
  const split = leaf.path.length >= deepest ? null : bestSplit(columns, leaf.rows, outcomes, least)
  if (split === null) return [leaf]
  const others = new Set(split.column.labels.map((_, g) => g).filter((g) => !split.inside.has(g)))
  return [split.inside, others].flatMap((inside) => grow({
    path: [...leaf.path, { column: split.column, inside }], rows: leaf.rows.filter((row) => inside.has(split.column.groups[row]!)),
  }, columns, outcomes, least))
}

/** Conditions of a path, one per column: later cuts of a column narrow earlier ones. */
function conditionsOf(leaf: Leaf): SegmentCondition[] {
  const byColumn = new Map<GroupedColumn, Set<number>>()
  for (const { column, inside } of leaf.path) byColumn.set(column, new Set([...(byColumn.get(column) ?? inside)].filter((g) => inside.has(g))))
  return [...byColumn].map(([column, inside]): SegmentCondition => {
    const groups = [...inside].sort((a, b) => a - b)
    if (column.edges === null) return { kind: 'values', column: column.name, values: groups.map((g) => column.labels[g]!) }
    const ranges = groups.flatMap((g) => column.edges?.[g] ?? [])
    const last = column.edges.filter((e) => e !== null).length - 1
    return {
      kind: 'range', column: column.name, missing: groups.some((g) => column.edges?.[g] === null),
      low: groups.includes(0) || ranges.length === 0 ? null : Math.min(...ranges), high: groups.includes(last) || ranges.length === 0 ? null : Math.max(...ranges),
    }
  })
}

function sums(outcomes: Outcomes, rows: Iterable<number>): { rows: number, sum: number, squares: number } {
  const out = { rows: 0, sum: 0, squares: 0 }
  for (const row of rows) {
    out.rows++
    out.sum += outcomes.score[row]!
    out.squares += outcomes.score[row]! ** 2
  }
  return out
}

function halves(rows: number, seed: number): [Uint32Array, Uint32Array] {
  const random = randomStream(seed)
  const chosen = Uint8Array.from({ length: rows }, () => (random.next() < 0.5 ? 1 : 0))
  const all = Uint32Array.from({ length: rows }, (_, i) => i)
  return [all.filter((i) => chosen[i] === 1), all.filter((i) => chosen[i] === 0)]
}

/** The worst leaves whose weakness holds on the rows that did not help to find them, worst first. `records` names the rows. */
export function weakSegments(columns: readonly GroupedColumn[], outcomes: Outcomes, records: ArrayLike<number>, options: SliceOptions & { readonly seed: number }): WeakSegment[] {
  const [searched, kept] = halves(outcomes.score.length, options.seed)
  const least = Math.max(options.minimumRows, Math.floor(searched.length / 100))
  const leaves = grow({ path: [], rows: searched }, columns, outcomes, least).filter((leaf) => leaf.path.length > 0)
  const worse = outcomes.metric === 'accuracy' ? -1 : 1
  const measured = leaves.flatMap((leaf) => {
    const holds = (row: number) => leaf.path.every(({ column, inside }) => inside.has(column.groups[row]!))
    const own = kept.filter(holds)
    const rest = kept.filter((row) => !holds(row))
    if (own.length < options.minimumRows / 2 || own.length > mostOfTheRest * rest.length) return []
    const [a, b] = [sums(outcomes, own), sums(outcomes, rest)]
    const difference = a.sum / a.rows - b.sum / b.rows
    const all = [...leaf.rows, ...own]
    const examples = [...all].sort((x, y) => errorOf(outcomes, y) - errorOf(outcomes, x) || x - y).slice(0, mostExamples).filter((row) => errorOf(outcomes, row) > 0)
    return [{ conditions: conditionsOf(leaf), rows: all.length, score: scoreOf(a, outcomes.metric), difference, p: twoGroupP(a, b, outcomes.metric), examples: examples.map((row) => records[row]!) }]
  })
  const adjusted = adjustForMany(measured.map((m) => m.p))
  return measured.map((segment, i) => ({ ...segment, p: adjusted[i]! })).filter((s) => s.difference * worse > 0 && s.p < options.level).sort((a, b) => worse * (b.difference - a.difference))
}
