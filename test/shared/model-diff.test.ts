// Parts of a difference that no file shows: how two bindings differ, when speeds may be compared, and how sequences are paired.
import { describe, expect, test } from 'vitest'
import type { Binding } from '../../shared/domain/binding.ts'
import type { SpeedReport } from '../../shared/domain/device-report.ts'
import { speedLine } from '../../shared/model-diff/fact-changes.ts'
import { alignedPairs, longestIncreasing } from '../../shared/model-diff/sequence.ts'
import { usageChanges } from '../../shared/model-diff/usage-changes.ts'

const binding: Binding = {
  schema: 'slipway.binding/1', task: 'binary-classification', inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['a', 'b'], missing: 'nan' }], outputs: [{ output: 'p', role: 'probabilities' }],
  target: { kind: 'column', column: 'y' }, idColumn: null, classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }], positiveClass: 'yes', decision: { kind: 'threshold', threshold: 0.5 }, rows: 'lenient',
}

describe('bindings', () => {
  const input = binding.inputs[0]!
  const cases: readonly (readonly [string, Partial<Binding>, string])[] = [
    ['threshold', { decision: { kind: 'threshold', threshold: 0.3 } }, 'The decision threshold is 0.3 now; it was 0.5. Rows with a probability from 0.3 to 0.5 are decided otherwise.'],
    ['decision-rule', { decision: { kind: 'argmax' } }, 'Answers are decided: at the threshold 0.5 → by the largest probability.'],
    ['columns', { inputs: [{ ...input, columns: ['b', 'a'] } as Binding['inputs'][number]] }, 'Input “X” takes the same columns in another order: a, b → b, a.'],
    ['missing-values', { inputs: [{ ...input, missing: { fill: 0 } } as Binding['inputs'][number]] }, 'Input “X”, a missing value is: not a number → filled with 0.'],
    ['classes', { classes: [...binding.classes].reverse() }, 'The same classes stand in another order or are written otherwise by the model: no (0), yes (1) → yes (1), no (0).'],
    ['positive-class', { positiveClass: 'no' }, 'Positive class: yes → no.'],
    ['calibration', { calibration: { method: 'temperature', temperature: 1.5, fitted: { runId: 'r', dataset: 'd', rows: 9 } } }, 'Calibration: probabilities as the model gives them → temperature 1.5.'],
    ['row-policy', { rows: 'strict' }, 'Damaged rows are treated: lenient → strict.'],
    ['output-roles', { outputs: [{ output: 'p', role: 'logits' }] }, 'Output “p” is read as: probabilities → logits.'],
  ]
  test.each(cases)('%s', (kind, edit, sentence) => {
    const changes = usageChanges(binding, { ...binding, ...edit })
    expect(changes.map((c) => [c.kind, c.sentence, c.breaking])).toEqual([[kind, sentence, false]])
    expect(changes[0]!.answersChange).toBe(kind === 'row-policy' ? 'possible' : 'expected')
  })
  test('the same, though the true answers come from elsewhere and a calibration was fitted on another run', () => {
    const fitted = (runId: string): Binding => ({ ...binding, calibration: { method: 'temperature', temperature: 2, fitted: { runId, dataset: 'd', rows: 9 } } })
    expect(usageChanges(fitted('a'), { ...fitted('b'), target: null, idColumn: 'id' })).toEqual([])
  })
})

describe('speed', () => {
  const report = (ms: number, cpu = 'one', batchSize = 8): SpeedReport => ({ datasetSha256: 'd', placement: { providerUsed: 'cpu' }, machine: { cpu, threads: 2 }, batches: [{ batchSize, meanMs: ms }] }) as unknown as SpeedReport
  test('compared where both were timed alike, else said why not', () => {
    expect(speedLine([report(4)], [report(2)])).toMatchObject([{ kind: 'speed', before: '4.00 ms', after: '2.00 ms', breaking: false, answersChange: 'none', sentence: 'A call of 8 on cpu takes 4.00 ms → 2.00 ms (mean): 2.00 times as fast.' }])
    expect(speedLine([report(4)], [report(2, 'another')])).toContain('not timed alike')
    expect(speedLine([report(4)], [report(2, 'one', 1)])).toContain('not timed alike')
    expect(speedLine([], [report(2)])).toContain('only one')
    expect(speedLine([], [])).toContain('neither')
  })
})

describe('sequences', () => {
  test('the longest increasing part is increasing and as long as trying all parts gives', () => {
    const longest = (values: readonly number[]): number => {
      let best = 0
      for (let set = 0; set < 1 << values.length; set++) {
        const part = values.filter((_, i) => set & (1 << i))
        if (part.every((v, i) => i === 0 || v > part[i - 1]!)) best = Math.max(best, part.length)
      }
      return best
    }
    for (const values of [[], [3], [2, 0, 1], [5, 1, 4, 2, 3, 0], [0, 8, 4, 12, 2, 10, 6, 14, 1, 9], [9, 8, 7, 6]]) {
      const at = longestIncreasing(values)
      expect(at.map((i) => values[i])).toEqual([...at.map((i) => values[i]!)].sort((a, b) => a - b))
      expect(at).toHaveLength(longest(values))
    }
  })
  test('pairs keep the order on both sides and gain the most', () => {
    const [a, b] = ['abcde', 'xacbe']
    const pairs = alignedPairs(a!.length, b!.length, (i, j) => (a![i] === b![j] ? 1 : 0))
    // “ace” or “abe”: three in order.
    expect(pairs).toHaveLength(3)
    expect(alignedPairs(3000, 3000, (i, j) => (i === j ? 1 : 0))).toHaveLength(3000)
  })
})
