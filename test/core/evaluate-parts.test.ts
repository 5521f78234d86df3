// The parts of the batch loop that need no model: tensors from columns, the row policy, decisions, batch sizes.
import { describe, expect, it } from 'vitest'
import type { Binding, InputBinding } from '../../shared/domain/binding.ts'
import type { Signature } from '../../shared/domain/model.ts'
import type { ColumnChunk } from '../../main/core/datasets/rows.ts'
import { planBatches } from '../../main/core/engine/evaluate-batches.ts'
import { createFeedBuffer, planFeeds } from '../../main/core/engine/evaluate-feeds.ts'
import { createRowJudge, RowLedger } from '../../main/core/engine/evaluate-rows.ts'
import { createScoreReader, planOutputs } from '../../main/core/engine/class-scores.ts'
import { createLabelIndex } from '../../main/core/engine/truth-columns.ts'
import { floatToHalf, halfToFloat } from '../../main/core/engine/tensor-values.ts'

const binding = (inputs: InputBinding[], more: Partial<Binding> = {}): Binding => ({
  schema: 'slipway.binding/1', task: 'binary-classification', inputs, outputs: [{ output: 'p', role: 'probabilities' }], target: null, idColumn: null,
  classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }], positiveClass: 'yes', decision: { kind: 'argmax' }, rows: 'lenient', ...more,
})
const column = (input: string, dtype: InputBinding['dtype'], missing: Extract<InputBinding, { kind: 'column' }>['missing']): InputBinding => ({ kind: 'column', input, dtype, column: input, missing })
const signature = (...inputs: readonly [string, InputBinding['dtype'], (number | string)[]][]): Signature => ({
  inputs: inputs.map(([name, dtype, shape]) => ({ name, kind: 'tensor', dtype, shape, text: `${dtype}[${shape.join(', ')}]` })), outputs: [],
})
const texts = (name: string, values: (string | null)[]): ColumnChunk => ({ kind: 'text', name, values })
const numbers = (name: string, values: number[], states: number[] | null = null): ColumnChunk => ({ kind: 'number', name, values: Float64Array.from(values), states: states === null ? null : Uint8Array.from(states) })
const integers = (name: string, values: bigint[], states: number[] | null = null): ColumnChunk => ({ kind: 'integer', name, values: BigInt64Array.from(values), states: states === null ? null : Uint8Array.from(states) })

function feed(b: Binding, s: Signature, chunk: ColumnChunk[], rows: number, padTo: number | null = null) {
  const plan = planFeeds(b, s)
  const ledger = new RowLedger()
  const judge = createRowJudge(plan, b.rows, [], ledger)
  const why = new Array<string | null>(rows).fill(null)
  const states = judge.judge(chunk, rows, why)
  const kept = Int32Array.from(why.flatMap((w, i) => (w === null ? [i] : [])))
  judge.settle(chunk, states, kept)
  const buffer = createFeedBuffer(plan, Math.max(padTo ?? 0, rows))
  buffer.writeColumns(chunk, states, kept, 0, kept.length, 0)
  return { feeds: buffer.tensors(kept.length, padTo), why, ledger }
}

describe('tensors from columns', () => {
  it('puts many columns into one tensor, row by row, in the binding’s order', () => {
    const b = binding([{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['b', 'a'], missing: 'nan' }])
    const plan = planFeeds(b, signature(['X', 'float32', ['N', 2]]))
    expect(plan.wishes).toEqual([{ name: 'b', as: 'float32' }, { name: 'a', as: 'float32' }])
    const { feeds } = feed(b, signature(['X', 'float32', ['N', 2]]), [numbers('b', [10, 20]), numbers('a', [1, 2])], 2)
    expect(feeds['X']).toMatchObject({ dtype: 'float32', dims: [2, 2] })
    expect([...(feeds['X']!.values as Float32Array)]).toEqual([10, 1, 20, 2])
  })

  it('feeds texts, exact 64-bit integers, truth values, half floats and constants', () => {
    const b = binding([column('s', 'string', 'empty'), column('i', 'int64', { fill: -1 }), column('t', 'bool', { fill: 0 }), column('h', 'float16', 'nan'), { kind: 'constant', input: 'c', dtype: 'int32', value: 7 }])
    const s = signature(['s', 'string', ['N', 1]], ['i', 'int64', ['N']], ['t', 'bool', ['N', 1]], ['h', 'float16', ['N', 1]], ['c', 'int32', ['N', 1]])
    const chunk = [texts('s', ['a', null]), integers('i', [9007199254740993n, 0n], [0, 1]), texts('t', ['True', null]), numbers('h', [0.1, Number.NaN], [0, 1])]
    const { feeds, ledger } = feed(b, s, chunk, 2)
    expect(feeds['s']!.values).toEqual(['a', ''])
    expect([...(feeds['i']!.values as BigInt64Array)]).toEqual([9007199254740993n, -1n])
    expect(feeds['i']!.dims).toEqual([2])
    expect([...(feeds['t']!.values as Uint8Array)]).toEqual([1, 0])
    // 0.1 as IEEE half is 0x2e66; NaN has all exponent bits set and a mantissa.
    expect((feeds['h']!.values as Uint16Array)[0]).toBe(0x2e66)
    expect(halfToFloat((feeds['h']!.values as Uint16Array)[1]!)).toBeNaN()
    expect([...(feeds['c']!.values as Int32Array)]).toEqual([7, 7])
    expect(ledger.account().replaced.map((r) => `${r.column}: ${r.reason} ${r.count}`).sort()).toEqual(['h: missing number 1', 'i: missing number 1', 's: missing category 1', 't: missing number 1'])
  })

  it('fills a fixed batch up with copies of its last row', () => {
    const b = binding([{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['a', 'b'], missing: 'nan' }])
    const { feeds } = feed(b, signature(['X', 'float32', [3, 2]]), [numbers('a', [1, 2]), numbers('b', [3, 4])], 2, 3)
    expect(feeds['X']!.dims).toEqual([3, 2])
    expect([...(feeds['X']!.values as Float32Array)]).toEqual([1, 3, 2, 4, 2, 4])
  })

  it('refuses to allocate what is too large', () => {
    const b = binding([{ kind: 'columns', input: 'X', dtype: 'float32', columns: Array.from({ length: 10_000 }, (_, i) => `c${i}`), missing: 'nan' }])
    expect(() => createFeedBuffer(planFeeds(b, signature(['X', 'float32', ['N', 10_000]])), 30_000)).toThrow(/300,000,000 elements/)
  })

  it('leaves out integers that the element type cannot hold', () => {
    const b = binding([column('i', 'int8', 'drop')])
    const { why } = feed(b, signature(['i', 'int8', ['N', 1]]), [integers('i', [127n, 128n, -128n, -129n])], 4)
    expect(why).toEqual([null, 'not a number', null, 'not a number'])
  })
})

describe('half floats', () => {
  // Bit patterns from IEEE 754-2019: largest, smallest normal, smallest subnormal, ties to even, overflow.
  it.each([[0, 0], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [65520, 0x7c00], [2 ** -14, 0x0400], [2 ** -24, 0x0001], [2 ** -25, 0x0000], [3 * 2 ** -25, 0x0002], [1 + 2 ** -11, 0x3c00], [1 + 3 * 2 ** -11, 0x3c02], [Infinity, 0x7c00]])('%d is 0x%s', (value, bits) => {
    expect(floatToHalf(value)).toBe(bits)
  })
  it('every finite half comes back', () => {
    for (let bits = 0; bits < 0x10000; bits++) if ((bits & 0x7c00) !== 0x7c00) expect(floatToHalf(halfToFloat(bits))).toBe(bits)
  })
})

describe('the row policy', () => {
  const inputs = [column('age', 'float32', 'nan'), column('job', 'string', 'empty')]
  const chunk = [numbers('age', [1, Number.NaN, Number.NaN, Number.NaN, 5, 6], [0, 1, 2, 3, 0, 0]), texts('job', ['cook', 'cook', 'cook', 'cook', 'astronaut', null])]
  const judged = (rows: 'lenient' | 'strict', more: InputBinding[] = inputs) => {
    const plan = planFeeds(binding(more), signature(['age', 'float32', ['N', 1]], ['job', 'string', ['N', 1]]))
    const ledger = new RowLedger()
    const judge = createRowJudge(plan, rows, [{ input: 'job', values: ['cook', 'nurse'] }], ledger)
    const why = new Array<string | null>(6).fill(null)
    const states = judge.judge(chunk, 6, why)
    judge.settle(chunk, states, Int32Array.from(why.flatMap((w, i) => (w === null ? [i] : []))))
    return { why, ledger }
  }

  it('lenient keeps every row and counts what was replaced and what was unknown', () => {
    const { why, ledger } = judged('lenient')
    expect(why).toEqual([null, null, null, null, null, null])
    expect(ledger.account().replaced).toEqual(expect.arrayContaining([{ column: 'age', reason: 'missing number', count: 1 }, { column: 'age', reason: 'not a number', count: 1 }, { column: 'age', reason: 'not a finite number', count: 1 }, { column: 'job', reason: 'missing category', count: 1 }]))
    expect([...ledger.unknowns]).toEqual([['job', 1]])
  })

  it('strict leaves out bad numbers and unknown categories, and keeps missing categories', () => {
    expect(judged('strict').why).toEqual([null, 'missing number', 'not a number', 'not a finite number', 'unknown category', null])
  })

  it('the missing rule drop leaves rows out under both', () => {
    const drop = [column('age', 'float32', 'drop'), column('job', 'string', 'drop')]
    expect(judged('lenient', drop).why).toEqual([null, 'missing number', 'not a number', 'not a finite number', null, 'missing category'])
  })

  it('an account adds up and keeps at most 100 records a reason', () => {
    const ledger = new RowLedger()
    for (let r = 1; r <= 150; r++) ledger.leave('missing label', r)
    ledger.scored(50)
    const account = ledger.account()
    expect([account.read, account.scored, account.leftOut[0]!.count, account.leftOut[0]!.records.length]).toEqual([200, 50, 150, 100])
  })
})

describe('labels', () => {
  const index = createLabelIndex(binding([], { classes: [{ label: '0', output: '0' }, { label: '1', output: '1' }] }))
  it('knows a class by its text or its number, and nothing else', () => {
    expect(['1', '1.0', '01', '', null, 'one', '2', ' '].map((l) => index(l))).toEqual([1, 1, 1, 'missing', 'missing', 'unknown', 'unknown', 'unknown'])
    const named = createLabelIndex(binding([]))
    expect([named('yes'), named('Yes')]).toEqual([1, 'unknown'])
  })
})

describe('decisions', () => {
  const p = { p: { dtype: 'float32' as const, dims: [3, 2], values: Float32Array.from([0.75, 0.25, 0.25, 0.75, 0.5, 0.5]) }, y: { dtype: 'int64' as const, dims: [3], values: BigInt64Array.from([1n, 1n, 7n]) } }
  const decide = (more: Partial<Binding>) => { const b = binding([], more); return createScoreReader(b, planOutputs(b)).classes(p, 3, 3) }

  it('the largest probability, the first one on a tie', () => expect([...decide({}).predicted]).toEqual([0, 1, 0]))
  it('a threshold on the positive class includes its own value', () => {
    expect([...decide({ decision: { kind: 'threshold', threshold: 0.25 } }).predicted]).toEqual([1, 1, 1])
    expect([...decide({ decision: { kind: 'threshold', threshold: 0.51 } }).predicted]).toEqual([0, 1, 0])
    expect([...decide({ decision: { kind: 'threshold', threshold: 0.6 }, positiveClass: 'no' }).predicted]).toEqual([0, 1, 1])
  })
  it('the label output as it is, contradictions counted and unknown classes marked', () => {
    const scores = decide({ outputs: [{ output: 'p', role: 'probabilities' }, { output: 'y', role: 'label' }], decision: { kind: 'label-output' } })
    expect([...scores.predicted]).toEqual([1, 1, -1])
    expect(scores.contradictions).toBe(2)
  })
  it('one score a row becomes two columns, by a sigmoid where it is a logit', () => {
    const b = binding([], { outputs: [{ output: 's', role: 'positive-logit' }], decision: { kind: 'threshold', threshold: 0.5 } })
    const s = { s: { dtype: 'float64' as const, dims: [2, 1], values: Float64Array.from([Math.log(3), -Math.log(3)]) } }
    const scores = createScoreReader(b, planOutputs(b)).classes(s, 2, 2)
    expect(scores.probabilities!.map((v) => Math.round(v * 1e9) / 1e9)).toEqual(Float64Array.from([0.25, 0.75, 0.75, 0.25]))
    expect([...scores.predicted]).toEqual([1, 0])
  })
  it('marks rows whose answer is NaN and refuses a shape that is not one answer a row', () => {
    const b = binding([])
    const reader = createScoreReader(b, planOutputs(b))
    expect([...reader.classes({ p: { dtype: 'float32', dims: [2, 2], values: Float32Array.from([Number.NaN, 0, 0.1, 0.9]) } }, 2, 2).predicted]).toEqual([-2, 1])
    expect(() => reader.classes({ p: { dtype: 'float32', dims: [1, 3], values: new Float32Array(3) } }, 1, 1)).toThrow(/shape \[1, 3\] for 1 rows, where 2 values a row/)
  })
})

describe('batch sizes', () => {
  const plan = (more: Partial<Parameters<typeof planBatches>[0]> = {}) => planBatches({ fixed: null, asked: null, pictures: false, rowWidth: 30, ...more })
  it('grows while calls are quick, stops at its cap, and shrinks when they are slow', () => {
    const p = plan()
    expect(p.size()).toBe(1024)
    for (let i = 0; i < 10; i++) p.took(p.size(), 1)
    expect(p.size()).toBe(16_384)
    p.took(16_384, 2_000)
    expect(p.size()).toBe(8_192)
    expect(p.used).toEqual([1024, 2048, 4096, 8192, 16_384])
  })
  it('respects a fixed dimension and a size that was asked for, and starts small with pictures', () => {
    const fixed = plan({ fixed: 3, asked: 100 })
    fixed.took(3, 0.1)
    expect([fixed.size(), fixed.fixed]).toEqual([3, 3])
    const asked = plan({ asked: 7 })
    asked.took(7, 0.1)
    expect(asked.size()).toBe(7)
    expect(plan({ pictures: true, rowWidth: 150_528 }).size()).toBe(8)
    expect(plan({ rowWidth: 2 ** 24 }).size()).toBe(1)
  })
})
