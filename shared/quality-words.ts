// Findings of evaluated rows in words: a sentence with numbers and what to do. Owns no measuring.
import type { QualityExample, QualityFinding } from './domain/quality.ts'
import { formatNumber, formatPlural, formatShare } from './format.ts'

/** The mean of a score over some rows and over all others; null where there are none; `records`: the rows themselves. `metric`: share right, or mean absolute error. */
export interface ScoreSplit { readonly metric: 'accuracy' | 'mae', readonly inside: number | null, readonly outside: number | null, readonly records: readonly number[] }

const splitWords = ({ metric, inside, outside }: Pick<ScoreSplit, 'metric' | 'inside' | 'outside'>): string => inside === null || outside === null ? ''
  : ` ${metric === 'accuracy' ? 'Accuracy' : 'The mean absolute error'} on them is ${formatNumber(inside)}, on the other rows ${formatNumber(outside)}.`

const are = (n: number): string => n === 1 ? 'is' : 'are'
const quoted = (values: readonly string[], most = 3): string => `${values.slice(0, most).map((v) => `“${v.slice(0, 40)}”`).join(', ')}${values.length > most ? ` and ${values.length - most} more` : ''}`

export function duplicates(rows: number, of: number, score: ScoreSplit, examples: readonly QualityExample[]): QualityFinding | null {
  if (rows === 0) return null
  return {
    kind: 'duplicate-rows', severity: rows / of >= 0.01 ? 'warning' : 'note', column: null, rows, examples: [...examples], records: [...score.records],
    sentence: `${formatPlural(rows, 'row')} (${formatShare(rows / of)}) ${rows === 1 ? 'repeats' : 'repeat'} the model’s inputs of an earlier row, so ${rows === 1 ? 'it counts' : 'they count'} twice and the intervals are a little too narrow.${splitWords(score)}`,
    next: 'Where they are copies and not different cases that look alike, leave their records out (--records prints them, --exclude-records takes them) and evaluate again.',
  }
}

/** `floor`: rows that no model can get right, since rows with the same inputs have another answer more often. */
export function contradictions(rows: number, floor: number, of: number, regression: boolean, examples: readonly QualityExample[]): QualityFinding | null {
  if (rows === 0) return null
  return {
    kind: 'contradicting-answers', severity: regression || floor / of < 0.005 ? 'note' : 'warning', column: null, rows, examples: [...examples], records: [],
    sentence: `${formatPlural(rows, 'row')} ${rows === 1 ? 'has' : 'have'} the same inputs as another row and a different true answer.${regression ? '' : ` No model of these inputs can have all of them right: at least ${formatPlural(floor, 'row')} (${formatShare(floor / of)}) must be wrong.`}`,
    next: 'Look at the examples: either the answers are noisy, or a column that tells these rows apart is missing from the model’s inputs.',
  }
}

/** `agree`: leaked rows whose true answer is the training file’s. */
export function leakage(rows: number, agree: number, of: number, score: ScoreSplit, examples: readonly QualityExample[]): QualityFinding | null {
  if (rows === 0) return null
  return {
    kind: 'leakage', severity: rows / of >= 0.001 ? 'warning' : 'note', column: null, rows, examples: [...examples], records: [...score.records],
    sentence: `${formatPlural(rows, 'row')} (${formatShare(rows / of)}) ${are(rows)} also in the training file, by all columns that the model is fed; the true answer is the same in ${formatPlural(agree, 'row')}.${splitWords(score)}`,
    next: 'The model may remember these rows. Leave their records out (--records prints them, --exclude-records takes them) and evaluate again before you trust the numbers.',
  }
}

export function unseenCategories(column: string, rows: number, of: number, values: readonly string[], score: ScoreSplit, examples: readonly QualityExample[]): QualityFinding {
  return {
    kind: 'unseen-category', severity: rows / of >= 0.01 ? 'warning' : 'note', column, rows, examples: [...examples], records: [...score.records],
    sentence: `${formatPlural(rows, 'row')} ${rows === 1 ? 'has' : 'have'} a value of “${column}” that the training file does not: ${quoted(values)}.${splitWords(score)}`,
    next: 'Check the spelling. A category that the model never saw is a guess for it; train with such rows, or judge them apart.',
  }
}

export function outOfRange(column: string, rows: number, of: number, [low, high]: readonly [number, number], score: ScoreSplit, examples: readonly QualityExample[]): QualityFinding {
  const plain = (v: number): string => String(Number(v.toPrecision(6))).replace('-', '−')
  return {
    kind: 'out-of-range', severity: rows / of >= 0.01 ? 'warning' : 'note', column, rows, examples: [...examples], records: [...score.records],
    sentence: `${formatPlural(rows, 'row')} ${rows === 1 ? 'has' : 'have'} a value of “${column}” outside the training file’s ${plain(low)} to ${plain(high)}.${splitWords(score)}`,
    next: 'Check the unit. Beyond what it was trained on a model extrapolates, and its numbers say little there.',
  }
}

/** `varied`: whether the training file has several values in it; null without one. */
export function constantColumn(column: string, value: string | null, rows: number, varied: boolean | null): QualityFinding {
  const what = value === null ? 'is missing' : `is ${quoted([value])}`
  return {
    kind: 'constant-column', severity: varied === true ? 'warning' : 'note', column, rows, examples: [], records: [],
    sentence: `“${column}” ${what} in every scored row${varied === true ? ', but has several values in the training file' : ''}, so this run says nothing about how the model uses it.`,
    next: varied === true ? 'See whether the column was lost on the way to this data set.' : 'Evaluate on data in which it varies, or feed the model a constant.',
  }
}

/** `scored` and `left`: rows with such a cell that were scored, and that the run read and left out. */
export function mixedTypes(column: string, scored: number, left: number, values: readonly string[], examples: readonly QualityExample[]): QualityFinding {
  const rows = scored + left
  const out = left === 0 ? '' : left === rows ? ` ${rows === 1 ? 'It was' : 'All of them were'} left out of the run.` : ` ${formatPlural(left, 'row')} of them ${left === 1 ? 'was' : 'were'} left out of the run.`
  return {
    kind: 'mixed-types', severity: 'warning', column, rows, examples: [...examples], records: [],
    sentence: `“${column}” feeds numbers, but ${formatPlural(rows, left === 0 ? 'scored row' : 'row')} ${rows === 1 ? 'holds' : 'hold'} something else: ${quoted(values)}.${out}`,
    next: scored === 0 ? 'Correct the cells and evaluate again; the numbers speak of the other rows only.' : 'The scored ones were fed by the rule for missing cells. Correct them, or evaluate with --rows strict to leave such rows out.',
  }
}
