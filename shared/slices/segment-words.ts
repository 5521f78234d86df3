// A segment's conditions in words: `age 30 to 40 and sex is Female`. Owns words only.
import type { SegmentCondition } from '../domain/slices.ts'

/** Values of one condition that are written out. */
const mostValues = 4

const plain = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−')

/** One condition. */
export function conditionWords(condition: SegmentCondition): string {
  if (condition.kind === 'values') {
    const values = condition.values.map((v) => v ?? 'missing')
    return `${condition.column} is ${values.length <= mostValues + 1 ? values.join(' or ') : `${values.slice(0, mostValues).join(', ')} or one of ${values.length - mostValues} others`}`
  }
  const range = condition.low === null ? (condition.high === null ? '' : `at most ${plain(condition.high)}`) : condition.high === null ? `at least ${plain(condition.low)}` : `${plain(condition.low)} to ${plain(condition.high)}`
  return `${condition.column} ${[...(range === '' ? [] : [range]), ...(condition.missing ? ['missing'] : [])].join(' or ')}`
}

/** All conditions of a segment. */
export const segmentWords = (conditions: readonly SegmentCondition[]): string => conditions.map(conditionWords).join(' and ')
