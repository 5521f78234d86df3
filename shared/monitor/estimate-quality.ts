// Accuracy of live answers without true ones, from what the evaluation knows of answers of the same confidence. Owns the assumption that it rests on,
// says it every time, and refuses where the labelled rows contradict it.
import type { EstimatedQuality, WithInterval } from '../domain/monitor.ts'
import { formatPlural } from '../format.ts'
import { chiSquareTail, normalTail } from '../statistics/distributions.ts'
import { normalQuantile975 } from '../statistics/wilson.ts'

/**
 * Rows of the evaluation by the confidence of their answer: `edges` between the cells, and in each how many were right. Of two classes the probability of the positive one
 * stands for it, so that an answer yes and an answer no of equal confidence are told apart: a shift of the classes makes one of them worse and the other better.
 */
export interface ConfidenceTable { readonly edges: readonly number[]; readonly rows: readonly number[]; readonly right: readonly number[] }
/** Live rows in the same cells; `labelled` of them have a true answer. */
export interface LiveConfidence { readonly rows: readonly number[]; readonly labelled: readonly number[]; readonly right: readonly number[] }

const mostCells = 25
const cellRows = 40
/** Fewer labelled rows than this say nothing of calibration; fewer rows with a confidence give no estimate. */
export const fewestLabelled = 100
const fewestRows = 50
/** The chance that calibration is called drifted where it holds: two tests share it. */
const level = 0.01

/** Cells of about equal rows, at most 25 and none of fewer than 40 rows; rows of equal confidence stay together. Null where there are too few. */
export function confidenceTable(confidence: ArrayLike<number>, isRight: ArrayLike<number>): ConfidenceTable | null {
  const order = Array.from({ length: confidence.length }, (_, i) => i).filter((i) => Number.isFinite(confidence[i]!)).sort((a, b) => confidence[a]! - confidence[b]!)
  if (order.length < fewestLabelled) return null
  const wanted = Math.max(cellRows, Math.ceil(order.length / mostCells))
  const [edges, rows, right]: [number[], number[], number[]] = [[], [], []]
  let [held, good] = [0, 0]
  order.forEach((at, i) => {
    held++
    good += isRight[at]!
    const next = order[i + 1]
    if (next === undefined || (held >= wanted && order.length - i - 1 >= wanted && confidence[next]! > confidence[at]!)) {
      if (next !== undefined) edges.push((confidence[at]! + confidence[next]!) / 2)
      rows.push(held)
      right.push(good)
      held = 0
      good = 0
    }
  })
  return { edges, rows, right }
}

const total = (counts: readonly number[]): number => counts.reduce((sum, c) => sum + c, 0)
/** Right answers of a cell, drawn a little towards a half, so that a cell without a wrong answer is not taken for sure. */
const rate = (table: ConfidenceTable, b: number): number => (table.right[b]! + 0.5) / (table.rows[b]! + 1)

/** Labelled rows against the evaluation, cell by cell and all together. */
export function checkCalibration(table: ConfidenceTable, live: LiveConfidence): EstimatedQuality['calibration'] {
  const labelled = total(live.labelled)
  const none = { verdict: 'not-enough' as const, labelled, seen: labelled === 0 ? null : total(live.right) / labelled, expected: null, chance: null }
  if (labelled < fewestLabelled) return none
  let [expected, variance, statistic, cells] = [0, 0, 0, 0]
  table.rows.forEach((n, b) => {
    const l = live.labelled[b]!
    const r = rate(table, b)
    expected += l * r
    const own = l * r * (1 - r) * (1 + l / n)
    variance += own
    // Where fewer than five of either kind are expected, a cell says nothing alone.
    if (Math.min(l * r, l * (1 - r)) >= 5) { statistic += (live.right[b]! - l * r) ** 2 / own; cells++ }
  })
  const seen = total(live.right)
  const whole = variance > 0 ? 2 * normalTail(Math.abs(seen - expected) / Math.sqrt(variance)) : 1
  const chance = Math.min(1, 2 * Math.min(whole, cells > 0 ? chiSquareTail(statistic, cells) : 1))
  return { verdict: chance < level ? 'drifted' : 'holds', labelled, seen: seen / labelled, expected: expected / labelled, chance }
}

/**
 * The share of right answers that so many rows of these confidences have where calibration still holds, with a 95 % interval that holds the share
 * which their true answers would show: the error of the evaluation’s own cells, and the chance of each answer. Null for fewer than 50 rows.
 */
export function expectedAccuracy(table: ConfidenceTable, rows: readonly number[]): WithInterval | null {
  const n = total(rows)
  if (n < fewestRows) return null
  let [value, variance] = [0, 0]
  table.rows.forEach((held, b) => {
    const [w, r] = [rows[b]! / n, rate(table, b)]
    value += w * r
    variance += w * w * r * (1 - r) / held + w * r * (1 - r) / n
  })
  const half = normalQuantile975 * Math.sqrt(variance)
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) }
}

export const assumption = 'Assumes that answers of one confidence are right as often as in the evaluation: inputs may have shifted, what they mean may not.'

const off = (reason: string, rows: number, calibration: EstimatedQuality['calibration']): EstimatedQuality => ({ state: 'off', reason, assumption, metric: 'accuracy', rows, value: null, calibration })

/** Switched off, with the reason, where there is nothing to estimate from or the labelled rows contradict the assumption. */
export function estimateQuality(table: ConfidenceTable | null, live: LiveConfidence | null, why: string): EstimatedQuality {
  const unknown = { verdict: 'not-enough' as const, labelled: 0, seen: null, expected: null, chance: null }
  if (table === null || live === null) return off(why, 0, unknown)
  const rows = total(live.rows)
  const calibration = checkCalibration(table, live)
  if (calibration.verdict === 'drifted') {
    const [seen, expected] = [calibration.seen!, calibration.expected!].map((x) => `${(100 * x).toFixed(1)} %`)
    return off(`Confidence no longer means what it did: of ${formatPlural(calibration.labelled, 'labelled row')} ${seen} are right where ${expected} were to be expected.`, rows, calibration)
  }
  const value = expectedAccuracy(table, live.rows)
  if (value === null) return off(`Not enough data: ${formatPlural(rows, 'row')} with a confidence.`, rows, calibration)
  const checked = calibration.verdict === 'holds' ? `The assumption holds on ${formatPlural(calibration.labelled, 'labelled row')}.` : `Nothing checks the assumption yet: ${formatPlural(calibration.labelled, 'labelled row')}, ${fewestLabelled} are needed.`
  return { state: 'estimated', reason: checked, assumption, metric: 'accuracy', rows, value, calibration }
}
