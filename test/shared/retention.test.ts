// What a retention rule removes, on lists small enough to decide by hand.
import { expect, it } from 'vitest'
import { planRetention, type RetentionCandidate } from '../../shared/retention.ts'
import type { RunId } from '../../shared/ids.ts'

const day = 24 * 60 * 60 * 1000
const now = 1_000 * day
const run = (name: string, daysAgo: number, bytes: number, change: Partial<RetentionCandidate> = {}): RetentionCandidate =>
  ({ runId: name as RunId, modelName: 'm', versionNumber: 1, datasetName: 'd', endedAt: now - daysAgo * day, bytes, file: name, shield: null, ...change })
const names = (runs: readonly { readonly runId: RunId }[]): string[] => runs.map((r) => r.runId)

it('removes what is older than the age, and exactly at the age keeps', () => {
  const plan = planRetention([run('a', 91, 10), run('b', 90, 20), run('c', 1, 40)], { olderThanDays: 90, keepBytes: null }, now)
  expect([names(plan.remove), plan.freedBytes, plan.keptRuns, plan.keptBytes]).toEqual([['a'], 10, 2, 60])
})

it('removes the oldest until the size is kept, whatever their order in the list', () => {
  const plan = planRetention([run('c', 1, 40), run('a', 9, 10), run('b', 5, 20)], { olderThanDays: null, keepBytes: 45 }, now)
  expect([names(plan.remove), plan.freedBytes, plan.keptBytes]).toEqual([['a', 'b'], 30, 40])
})

it('keeps shielded runs and says which, and goes on with younger ones for the size', () => {
  const plan = planRetention([run('a', 9, 10, { shield: 'bundle' }), run('b', 5, 20), run('c', 1, 40, { shield: 'newest' })], { olderThanDays: null, keepBytes: 50 }, now)
  expect(names(plan.remove)).toEqual(['b'])
  expect(plan.shielded).toMatchObject([{ runId: 'a', shield: 'bundle' }])
})

it('counts a file of several runs once, and frees it only with the last of them', () => {
  const shared = [run('a', 9, 10, { file: 'same' }), run('b', 5, 10, { file: 'same' }), run('c', 1, 40)]
  expect(planRetention(shared, { olderThanDays: 6, keepBytes: null }, now)).toMatchObject({ freedBytes: 0, keptBytes: 50 })
  expect(planRetention(shared, { olderThanDays: 4, keepBytes: null }, now)).toMatchObject({ freedBytes: 10, keptBytes: 40 })
})
