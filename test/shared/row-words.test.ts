// Where rows went, in words: the counts of a sentence add up to the rows that were read.
import { expect, test } from 'vitest'
import type { RowAccount } from '../../shared/domain/run.ts'
import { excludedFault, leftOutCount, noRowsReason, recordsText, rowsCounted, rowsSentence } from '../../shared/row-words.ts'

const account = (scored: number, ...leftOut: [string, number][]): RowAccount =>
  ({ read: scored + leftOut.reduce((n, [, count]) => n + count, 0), scored, leftOut: leftOut.map(([reason, count]) => ({ reason, count, records: Array.from({ length: Math.min(count, 100) }, (_, i) => i + 1) })), replaced: [] })

test('the sentence', () => {
  expect(rowsCounted(account(342, ['missing number', 20]))).toBe('342 of 362 rows were scored, 20 were left out')
  expect(rowsSentence(account(342, ['missing number', 20], ['excluded on request', 4]))).toBe('342 of 366 rows were scored, 24 were left out: 20 with “missing number”, 4 with “excluded on request”')
  expect(rowsSentence(account(1, ['missing label', 1]))).toBe('1 of 2 rows was scored, 1 was left out: 1 with “missing label”')
  expect([rowsSentence(account(1500)), rowsSentence(account(1))]).toEqual(['All 1,500 rows were scored', 'The only row was scored'])
  expect(noRowsReason(account(0, ['excluded on request', 400]))).toBe('all 400 rows were left out, 400 with “excluded on request”')
  expect([noRowsReason(account(0)), noRowsReason(account(0, ['missing label', 1]))]).toEqual(['the data set has no rows', 'its only row was left out, 1 with “missing label”'])
})

test('records: the first ones, and how many more there are, also beyond those that are kept', () => {
  expect(recordsText(account(0, ['x', 12]).leftOut[0]!)).toBe('1 2 3 4 5 6 7 8 9 10 and 2 more')
  expect(recordsText(account(0, ['x', 3]).leftOut[0]!)).toBe('1 2 3')
  expect(recordsText(account(0, ['x', 5000]).leftOut[0]!)).toMatch(/ 10 and 4,990 more$/)
  expect(leftOutCount(account(3, ['x', 5000], ['y', 2]))).toBe(5002)
})

test('a list of records that reaches beyond the data is refused with the numbers', () => {
  expect(excludedFault([1, 400, 400], 400)).toBeNull()
  expect(excludedFault([401, 2, 401], 400)).toBe('the list of records to leave out names record 401, but the data set has 400 rows; the list may belong to another data set')
  expect(excludedFault([9, 8, 7, 6, 5], 4)).toMatch(/names records 5, 6, 7 and 2 more, but the data set has 4 rows/)
})
