// Says which metrics rest on hardly any rows: the sentence that stands beside the numbers of a run.
import type { Curve, MetricValue } from '../domain/run.ts'
import { formatCount, formatPlural } from '../format.ts'

/** Below this many rows of a class an interval is wide and its coverage a little uncertain (`npm run intervals`). */
export const fewestForRanking = 10
/** So many classes are named; the rest are counted. */
const named = 5

export interface ClassRows { readonly label: string; readonly rows: number }

/** The true rows of each class, from the confusion matrix of a result; none where it has no such matrix. */
export function rowsByClass(curves: readonly Curve[]): readonly ClassRows[] {
  const matrix = curves.find((c) => c.kind === 'confusion')
  return matrix === undefined ? [] : matrix.classes.map((label, c) => ({ label, rows: matrix.counts[c]!.reduce((sum, count) => sum + count, 0) }))
}

/** The rows that have each label, from the number of rows behind its average precision. */
export const rowsByLabel = (metrics: readonly MetricValue[]): readonly ClassRows[] =>
  metrics.flatMap((m) => (m.metric === 'average_precision' && m.slice.startsWith('class:') ? [{ label: m.slice.slice('class:'.length), rows: m.n }] : []))

/** A note for classes that have a true row but fewer than ten; null where there is none. */
export function fewRowsNote(classes: readonly ClassRows[]): string | null {
  const few = classes.filter((c) => c.rows > 0 && c.rows < fewestForRanking)
  if (few.length === 0) return null
  const shown = few.slice(0, named).map((c) => `“${c.label}” (${formatPlural(c.rows, 'row')})`).join(', ')
  const more = few.length > named ? ` and ${formatCount(few.length - named)} more` : ''
  return `Few true rows of ${shown}${more}: recall, the areas under the curves and everything else about ${few.length === 1 ? 'this class' : 'these classes'} rest on them alone. Their intervals are wide, and a single row more can move the numbers much.`
}
