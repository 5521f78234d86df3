// Models that do not look like everybody's: one label, one score, other element types, other picture layouts, several heads.
// The right answers are counted here from the rows that this file writes, by the same plain formula that the graph holds.
import { writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import type { EvaluationResult } from '../../shared/domain/run.ts'
import { attributeInts, attributeStrings, initializer, model, node, tensorValue, type ModelParts } from '../setup/onnx-builder.ts'
import { evaluateOn, profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const longs = (...values: readonly number[]): Uint8Array => new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)
const cast = (from: string, to: string, type: number): Uint8Array => node('Cast', [from], [to], [attributeInts('to', [], type)])
const [toFloat, toHalf, toDouble, toLong] = [1, 10, 11, 7]

/** 40 rows: `a` and `b` are small whole numbers, `kind` is "high" where a + b > 6, but wrong in every tenth row; `amount` is 2a − b + 1, one too large in every eighth. */
const rows = Array.from({ length: 40 }, (_, r) => {
  const [a, b] = [(r * 7) % 8, (r * 3) % 5]
  const high = a + b > 6
  return { a, b, score: a + b - 6.5, kind: (r % 10 === 9) !== high ? 'high' : 'low', amount: 2 * a - b + 1 + (r % 8 === 7 ? 1 : 0), answered: high ? 'high' : 'low' }
})
const right = rows.filter((r) => r.kind === r.answered).length / rows.length
const rmse = Math.sqrt(rows.filter((_, r) => r % 8 === 7).length / rows.length)
const table = ['a,b,kind,amount', ...rows.map((r) => [r.a, r.b, r.kind, r.amount].join(','))].join('\n')
const withoutTruth = ['a,b', ...rows.map((r) => [r.a, r.b].join(','))].join('\n')

/** x → a + b − 6.5, as float32 [N, 1] under the name `s`. */
const scoreNodes = (x: string): Uint8Array[] => [node('MatMul', [x, 'W'], ['m']), node('Add', ['m', 'c'], ['s'])]
const scoreWeights = [initializer('W', 'float32', [2, 1], floats(1, 1)), initializer('c', 'float32', [1], floats(-6.5))]

const value = (result: EvaluationResult, metric: string): number | null | undefined => result.metrics.find((m) => m.metric === metric && m.slice === '')?.value

interface Outcome { readonly result: EvaluationResult; readonly roles: Record<string, string>; readonly task: string; readonly scores: readonly string[] }

async function scored(parts: ModelParts, target: string | null = 'kind', text = table): Promise<Outcome> {
  return temporary(async (folder) => {
    await writeFile(join(folder, 'm.onnx'), model(parts))
    await writeFile(join(folder, 'rows.csv'), text)
    const source = await readFixtureModel(join(folder, 'm.onnx'), folder)
    const data = await profileFixture(join(folder, 'rows.csv'))
    const proposal = await proposeFor(source, data, target)
    expect(proposal.problems.filter((p) => p.severity === 'error')).toEqual([])
    const result = await evaluateOn(source, data, proposal.binding, folder)
    return { result, task: proposal.binding.task, roles: Object.fromEntries(proposal.binding.outputs.map((o) => [o.output, o.role])), scores: proposal.binding.classes.map((c) => c.label) }
  })
}

describe('one answer a row', () => {
  it('a text label only: accuracy, and no number that needs scores', async () => {
    const { result, roles } = await scored({
      nodes: [...scoreNodes('x'), node('Greater', ['s', 'zero'], ['over']), cast('over', 'index', toLong), node('LabelEncoder', ['index'], ['answer'], [attributeInts('keys_int64s', [0, 1]), attributeStrings('values_strings', ['low', 'high'])], 'ai.onnx.ml')],
      initializers: [...scoreWeights, initializer('zero', 'float32', [1], floats(0))], opsets: [['', 17], ['ai.onnx.ml', 2]],
      inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('answer', 'string', ['N', 1])],
    })
    expect(roles).toEqual({ answer: 'label' })
    expect(value(result, 'accuracy')).toBe(right)
    for (const metric of ['roc_auc', 'log_loss', 'brier']) expect(value(result, metric) ?? null, metric).toBeNull()
  })

  it('one whole-number label only', async () => {
    const numbered = table.replaceAll('high', '1').replaceAll('low', '0')
    const { result, task } = await scored({
      nodes: [...scoreNodes('x'), node('Greater', ['s', 'zero'], ['over']), cast('over', 'answer', toLong)],
      initializers: [...scoreWeights, initializer('zero', 'float32', [1], floats(0))], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('answer', 'int64', ['N', 1])],
    }, 'kind', numbered)
    expect(task).toBe('binary-classification')
    expect(value(result, 'accuracy')).toBe(right)
  })

  it.each([['Sigmoid', 'positive-probability'], ['Identity', 'positive-logit']] as const)('one column through %s is the %s', async (last, role) => {
    const { result, roles } = await scored({
      nodes: [...scoreNodes('x'), node(last, ['s'], ['y'])], initializers: scoreWeights, inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 1])],
    })
    expect(roles).toEqual({ y: role })
    // Which class the column speaks for is not in the graph: the order of the names says "low", the probe run on true labels corrects it.
    expect(value(result, 'accuracy')).toBe(right)
    const p = rows.map((r) => 1 / (1 + Math.exp(-r.score)))
    const loss = rows.reduce((sum, r, i) => sum - Math.log(r.kind === 'high' ? p[i]! : 1 - p[i]!), 0) / rows.length
    expect(value(result, 'log_loss')).toBeCloseTo(loss, 6)
  })

  it('a sigmoid over rows of one class is no regression: what one class can tell is measured, the rest says why not', async () => {
    const ones = ['a,b,kind', ...rows.filter((r) => r.kind === 'high').map((r) => [r.a, r.b, 1].join(','))].join('\n')
    const { result, task } = await scored({
      nodes: [...scoreNodes('x'), node('Sigmoid', ['s'], ['y'])], initializers: scoreWeights, inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 1])],
    }, 'kind', ones)
    expect(task).toBe('binary-classification')
    const high = rows.filter((r) => r.kind === 'high')
    expect(value(result, 'binary.recall')).toBe(high.filter((r) => r.answered === 'high').length / high.length)
    expect(result.metrics.find((m) => m.metric === 'roc_auc')).toMatchObject({ value: null, reason: expect.stringMatching(/class/) as string })
  })
})

describe('element types', () => {
  it.each([['float16', toHalf, 2], ['float64', toDouble, 12], ['int64', toLong, 12], ['int32', 6, 12]] as const)('%s in and out', async (type, code, digits) => {
    const { result } = await scored({
      nodes: [cast('x', 'f', toFloat), node('MatMul', ['f', 'W'], ['m']), node('Add', ['m', 'c'], ['s']), cast('s', 'amount_predicted', code)],
      initializers: [initializer('W', 'float32', [2, 1], floats(2, -1)), initializer('c', 'float32', [1], floats(1))], inputs: [tensorValue('x', type, ['N', 2])], outputs: [tensorValue('amount_predicted', type, ['N', 1])],
    }, 'amount')
    expect(value(result, 'rmse')).toBeCloseTo(rmse, digits)
  })

  it.each([1, 4, 16])('exactly %i rows a call', async (size) => {
    const { result } = await scored({
      nodes: [...scoreNodes('x'), node('Sigmoid', ['s'], ['y'])], initializers: scoreWeights, inputs: [tensorValue('x', 'float32', [size, 2])], outputs: [tensorValue('y', 'float32', [size, 1])],
    })
    expect(result.rows.scored).toBe(40)
    expect(value(result, 'accuracy')).toBe(right)
  })
})

describe('no true answers', () => {
  it('predictions, their distribution and the speed, and a sentence that says so', async () => {
    const { result } = await scored({
      nodes: [...scoreNodes('x'), node('Sigmoid', ['s'], ['y'])], initializers: scoreWeights, inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 1])],
    }, null, withoutTruth)
    const over = rows.filter((r) => r.score > 0).length
    expect(result.metrics.map((m) => [m.metric, m.slice, m.value])).toContainEqual(['predicted_share', 'class:class 1', over / 40])
    expect(result.metrics.map((m) => m.metric)).toEqual(['n', 'mean_confidence', 'predicted_share', 'predicted_share'])
    const [curve] = result.curves
    if (curve?.kind !== 'distribution') throw new Error('no distribution')
    // 40 equal bins from 0 to 1: those from the 20th on hold the rows above one half.
    expect(curve.histogram.counts.slice(20).reduce((a, b) => a + b, 0)).toBe(over)
    expect(result.notes.join(' ')).toMatch(/no metrics/i)
    expect(result.timing.rowsPerSecond).toBeGreaterThan(0)
  })
})

const twoHeads: ModelParts = {
  nodes: [node('MatMul', ['x', 'K'], ['k']), node('Add', ['k', 'd'], ['kind_logits']), node('MatMul', ['x', 'A'], ['m']), node('Add', ['m', 'e'], ['amount'])],
  initializers: [
    // Columns in the order of the sorted class names: high, low.
    initializer('K', 'float32', [2, 2], floats(1, -1, 1, -1)), initializer('d', 'float32', [2], floats(-6.5, 6.5)),
    initializer('A', 'float32', [2, 1], floats(2, -1)), initializer('e', 'float32', [1], floats(1)),
  ],
  inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('kind_logits', 'float32', ['N', 2]), tensorValue('amount', 'float32', ['N', 1])],
}

describe('several heads', () => {
  it('each is scored against the column of its name, and neither answer is fed', async () => {
    const kind = await scored(twoHeads, 'kind')
    expect(kind).toMatchObject({ task: 'binary-classification', roles: { kind_logits: 'logits', amount: 'ignored' }, scores: ['high', 'low'] })
    expect(value(kind.result, 'accuracy')).toBe(right)
    const amount = await scored(twoHeads, 'amount')
    expect(amount).toMatchObject({ task: 'regression', roles: { kind_logits: 'ignored', amount: 'value' } })
    expect(value(amount.result, 'rmse')).toBeCloseTo(rmse, 12)
  })

  it('without a target the first is proposed, and the others are named', async () => temporary(async (folder) => {
    await writeFile(join(folder, 'm.onnx'), model(twoHeads))
    await writeFile(join(folder, 'rows.csv'), table)
    const proposal = await proposeFor(await readFixtureModel(join(folder, 'm.onnx'), folder), await profileFixture(join(folder, 'rows.csv')), null)
    expect(proposal.heads).toEqual([{ column: 'kind', outputs: ['kind_logits'] }, { column: 'amount', outputs: ['amount'] }])
    expect(proposal.problems).toContainEqual(expect.objectContaining({ about: 'heads', severity: 'warning', sentence: 'This model has 2 heads, and one evaluation scores one of them: “kind”.' }))
  }))
})

/** 12 pictures of 6 x 4, red or blue; the model's two answers are the sums of the first and of the last channel that it is given. */
const channelModel = (layout: 'NHWC' | 'NCHW'): ModelParts => ({
  nodes: [
    cast('image', 'f', toFloat), node('ReduceSum', ['f', 'axes'], ['sums'], [attributeInts('keepdims', [], 0)]), node('Gather', ['sums', 'ends'], ['logits'], [attributeInts('axis', [], 1)]),
  ],
  initializers: [initializer('axes', 'int64', [2], layout === 'NHWC' ? longs(1, 2) : longs(2, 3)), initializer('ends', 'int64', [2], longs(2, 0))],
  inputs: [tensorValue('image', 'uint8', layout === 'NHWC' ? ['N', 4, 6, 3] : ['N', 3, 4, 6])], outputs: [tensorValue('logits', 'float32', ['N', 2])],
})

describe('pictures', () => {
  it.each(['NHWC', 'NCHW'] as const)('bytes in %s, and the other colour order turns every answer', async (layout) => temporary(async (folder) => {
    for (const [name, style] of [['blue', '#0000ff'], ['red', '#ff0000']] as const) {
      await mkdir(join(folder, 'pictures', name), { recursive: true })
      const canvas = createCanvas(6, 4)
      const paint = canvas.getContext('2d')
      paint.fillStyle = style
      paint.fillRect(0, 0, 6, 4)
      for (let i = 0; i < 6; i++) await writeFile(join(folder, 'pictures', name, `${i}.png`), await canvas.encode('png'))
    }
    await writeFile(join(folder, 'm.onnx'), model(channelModel(layout)))
    const source = await readFixtureModel(join(folder, 'm.onnx'), folder)
    const data = await profileFixture(join(folder, 'pictures'))
    const { binding } = await proposeFor(source, data, null)
    const input = binding.inputs[0]!
    expect(input).toMatchObject({ kind: 'image', dtype: 'uint8', image: { width: 6, height: 4, color: 'rgb', layout } })
    if (input.kind !== 'image') return
    const accuracy = async (color: 'rgb' | 'bgr', name: string): Promise<number | null | undefined> => {
      await mkdir(join(folder, name))
      const result = await evaluateOn(source, data, { ...binding, inputs: [{ ...input, image: { ...input.image, scale: 1, mean: [0, 0, 0], std: [1, 1, 1], color } }] }, join(folder, name))
      return value(result, 'accuracy')
    }
    expect([await accuracy('rgb', 'a'), await accuracy('bgr', 'b')]).toEqual([1, 0])
  }))
})
