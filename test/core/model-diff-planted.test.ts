// Changes planted one at a time in a small model: the class, the breaking flag, whether answers change, and the numbers where they are known.
// Threshold and preprocessing are planted in real bindings in model-diff-stored.test.ts.
import { describe, expect, test } from 'vitest'
import type { ModelDiff } from '../../shared/domain/model-diff.ts'
import { attributeFloats, attributeGraph, attributeInts, attributeStrings, attributeTensor, graph, initializer, node, number, sequenceOfMaps, tensorValue } from '../setup/onnx-builder.ts'
import { base, built, diffOf, drawn, float32, numbers, type Plan, type PlanWeight } from './model-diff-of.ts'

const change = (p: Partial<Plan>): Uint8Array => built({ ...base, ...p })
const told = (d: ModelDiff): unknown => ({ class: d.class, also: d.also, breaking: d.breaking, answers: d.answersChange })
const kinds = (d: ModelDiff): string[] => d.changes.map((c) => c.kind)
const edited = (name: string, edit: (values: Float32Array) => void): Plan['weights'] => {
  const weight = base.weights[name]!
  const values = new Float32Array(weight.content.slice().buffer)
  edit(values)
  return { ...base.weights, [name]: { ...weight, content: new Uint8Array(values.buffer) } }
}
const size = (values: Iterable<number>): number => Math.sqrt([...values].reduce((n, v) => n + v * v, 0))

describe('weights', () => {
  test('one weight: partly retrained, with the relative change that follows from the numbers themselves', async () => {
    const before = numbers(32, 1)
    const d = await diffOf(built(base), change({ weights: edited('W1', (v) => { v[5]! += 0.5 }) }))
    expect(told(d)).toEqual({ class: 'partly-retrained', also: [], breaking: false, answers: 'expected' })
    expect(d.graph.layers.filter((l) => l.status !== 'same').map((l) => l.before?.name)).toEqual(['left'])
    const { weights } = d.graph.layers.find((l) => l.status === 'retrained')!
    const moved = Math.abs(Math.fround(before[5]! + 0.5) - before[5]!)
    expect(weights).toMatchObject({ compared: 32, changed: 1, notFinite: 0 })
    expect(weights!.maxAbs).toBeCloseTo(moved, 12)
    expect(weights!.relative).toBeCloseTo(moved / size(before), 12)
    const all = size([1, 2, 3, 4].flatMap((seed) => [...numbers([32, 32, 24, 3][seed - 1]!, seed)]))
    expect(d.graph.weights!.relative).toBeCloseTo(moved / all, 12)
    expect(d.graph.weights!.compared).toBe(32 + 32 + 24 + 3)
  })

  test('all weights: retrained; the opposite weights point the other way', async () => {
    const d = await diffOf(built(base), change({ weights: Object.fromEntries(Object.entries(base.weights).map(([k, w]) => [k, float32(w.dims, new Float32Array(w.content.slice().buffer).map((v) => -v))])) }))
    expect(told(d)).toEqual({ class: 'retrained', also: [], breaking: false, answers: 'expected' })
    expect(d.graph.weights!.cosine).toBeCloseTo(-1, 12)
    expect(d.graph.weights!.relative).toBeCloseTo(2, 12)
  })

  test.each([['float_data', 4], ['raw', 9]])('the same numbers kept as %s are no difference', async (_, at) => {
    const packed = new Uint8Array([...initializer('W1', 'float32', [4, 8], null), at * 8 + 2, 128, 1, ...base.weights['W1']!.content])
    const g = (tensor: Uint8Array): Uint8Array => graph({ nodes: [node('MatMul', ['x', 'W1'], ['p'])], initializers: [tensor], inputs: base.inputs, outputs: base.outputs })
    const whole = (tensor: Uint8Array): Uint8Array => new Uint8Array([8, 8, ...field7(g(tensor))])
    const d = await diffOf(whole(packed), whole(initializer('W1', 'float32', [4, 8], base.weights['W1']!.content)))
    expect(told(d)).toEqual({ class: 'identical', also: [], breaking: false, answers: 'none' })
  })

  test.each([
    ['int64', 7, [0n, 1n, -1n, 1234567890123n, -(2n ** 63n), 2n ** 63n - 1n], (v: readonly bigint[]) => new BigInt64Array(v).buffer], ['int32', 5, [0n, 300n, -70_000n, 2n ** 31n - 1n], (v: readonly bigint[]) => new Int32Array(v.map(Number)).buffer],
    ['int8', 5, [0n, 127n, -128n, -1n], (v: readonly bigint[]) => new Int8Array(v.map(Number)).buffer], ['float16', 5, [0n, 15_360n, 48_128n], (v: readonly bigint[]) => new Uint16Array(v.map(Number)).buffer],
  ] as const)('whole numbers of %s in their own field, packed or not, are those kept raw', async (type, at, values, raw) => {
    const whole = (content: Uint8Array): Uint8Array => new Uint8Array([8, 8, ...field7(graph({ nodes: [node('Add', ['x', 'c'], ['p'])], initializers: [content], inputs: base.inputs, outputs: base.outputs }))])
    const head = initializer('c', type, [values.length], null)
    const packed = values.flatMap((v) => [...number(0, v)].slice(1))
    const plain = initializer('c', type, [values.length], new Uint8Array(raw(values)))
    expect((await diffOf(whole(new Uint8Array([...head, at * 8 + 2, packed.length, ...packed])), whole(plain))).class).toBe('identical')
    expect((await diffOf(whole(new Uint8Array([...head, ...values.flatMap((v) => [...number(at, v)])])), whole(plain))).class).toBe('identical')
    expect((await diffOf(whole(initializer('c', type, [values.length], new Uint8Array(raw(values.map((v, i) => (i === 1 ? v + 1n : v)))))), whole(plain))).class).not.toBe('identical')
  })

  test('weights outside the file count like those inside', async () => {
    const tensor = (content: Parameters<typeof initializer>[3]): Uint8Array => initializer('W1', 'float32', [4, 8], content)
    const whole = (t: Uint8Array): Uint8Array => new Uint8Array([8, 8, ...field7(graph({ nodes: [node('MatMul', ['x', 'W1'], ['p'])], initializers: [t], inputs: base.inputs, outputs: base.outputs }))])
    const inside = whole(tensor(base.weights['W1']!.content))
    const outside = whole(tensor({ location: 'w.bin', offset: 16, length: 128 }))
    const w = base.weights['W1']!.content
    expect((await diffOf(inside, outside, { 'w.bin': new Uint8Array([...new Array<number>(16).fill(7), ...w]) })).class).toBe('identical')
    const other = await diffOf(inside, outside, { 'w.bin': new Uint8Array([...new Array<number>(12).fill(7), ...w, 0, 0, 0, 0]) })
    expect(other.class).toBe('retrained')
    expect(other.graph.weights!.compared).toBe(32)
  })

  test('float16: converted, not retrained, as long as every number is the nearest one', async () => {
    const halves = (values: Float32Array): PlanWeight => ({ type: 'float16', dims: [4, 8], content: new Uint8Array(Uint16Array.from(values, half).buffer) })
    const w1 = numbers(32, 1)
    const d = await diffOf(built(base), change({ weights: { ...base.weights, W1: halves(w1) } }))
    expect(told(d)).toEqual({ class: 'converted', also: [], breaking: false, answers: 'expected' })
    const off = await diffOf(built(base), change({ weights: { ...base.weights, W1: halves(w1.map((v, i) => (i === 3 ? v + 0.25 : v))) } }))
    expect(off.also).toContain('partly-retrained')
  })
})

const field7 = (g: Uint8Array): number[] => { const out = [7 * 8 + 2]; let n = g.length; do { out.push((n & 127) | (n > 127 ? 128 : 0)); n >>= 7 } while (n > 0); return [...out, ...g] }

/** Nearest half-precision number of a size from 2^-14 to 65504, by its exponent and ten more bits. */
function half(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(value)))
  if (exponent < -14) return (value < 0 ? 0x8000 : 0) + Math.round(Math.abs(value) * 2 ** 24)
  return (value < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024)
}

describe('structure', () => {
  test('a node: restructured, and nothing else moved', async () => {
    const nodes = base.nodes.flatMap((n) => (n.name === 'bias' ? [{ op: 'Relu', name: 'new', inputs: ['h'], outputs: ['hr'] }, { ...n, inputs: ['hr', 'B3'] }] : [n]))
    const d = await diffOf(built(base), change({ nodes }))
    expect(told(d)).toEqual({ class: 'restructured', also: [], breaking: false, answers: 'possible' })
    expect(d.graph.layers.filter((l) => l.status !== 'same').map((l) => [l.status, l.after?.name])).toEqual([['added', 'new']])
    const back = await diffOf(change({ nodes }), built(base))
    expect(back.graph.layers.filter((l) => l.status !== 'same').map((l) => [l.status, l.before?.name])).toEqual([['removed', 'new']])
  })

  test('an Identity only hands numbers on', async () => {
    const nodes = base.nodes.flatMap((n) => (n.name === 'bias' ? [{ op: 'Identity', inputs: ['h'], outputs: ['hr'] }, { ...n, inputs: ['hr', 'B3'] }] : [n]))
    expect(told(await diffOf(built(base), change({ nodes })))).toEqual({ class: 'restructured', also: [], breaking: false, answers: 'none' })
  })

  test('a setting, a wire, a shape', async () => {
    const softmax = base.nodes.map((n) => (n.op === 'Softmax' ? { ...n, attributes: [attributeInts('axis', [], 0)] } : n))
    const d = await diffOf(built(base), change({ nodes: softmax }))
    expect(told(d)).toEqual({ class: 'restructured', also: [], breaking: false, answers: 'possible' })
    expect(d.graph.layers.find((l) => l.status === 'settings')?.notes).toEqual(['axis: not given → 0'])
    const crossed = base.nodes.map((n) => (n.name === 'left_relu' ? { ...n, inputs: ['b'] } : n.name === 'right_sigmoid' ? { ...n, inputs: ['a'] } : n))
    expect(kinds(await diffOf(built(base), change({ nodes: crossed })))).toContain('layers-rewired')
    const wider = await diffOf(built(base), change({ weights: { ...base.weights, W1: drawn([4, 6], 1), W2: drawn([4, 6], 2), W3: drawn([6, 3], 3) } }))
    expect(told(wider)).toMatchObject({ class: 'restructured', breaking: false, answers: 'expected' })
    expect([wider.graph.counts.resized, wider.graph.counts.added, wider.graph.counts.removed]).toEqual([3, 0, 0])
  })

  test('other names for every node and value: renamed only', async () => {
    const name = (v: string): string => (v === 'x' || v === 'p' ? v : `other/${v}`)
    const nodes = base.nodes.map((n) => ({ ...n, name: `other/${n.name}`, inputs: n.inputs.map(name), outputs: n.outputs.map(name) }))
    const weights = Object.fromEntries(Object.entries(base.weights).map(([k, w]) => [name(k), w]))
    const d = await diffOf(built(base), change({ nodes, weights }))
    expect(told(d)).toEqual({ class: 'renamed-only', also: [], breaking: false, answers: 'none' })
    expect(d.graph.counts.renamed).toBe(8)
    for (const l of d.graph.layers) expect(l.after!.name).toBe(`other/${l.before!.name}`)
  })

  test('another order of the nodes: reordered', async () => {
    const [a, b, c, e, ...rest] = base.nodes
    const d = await diffOf(built(base), change({ nodes: [c!, e!, a!, b!, ...rest] }))
    expect(told(d)).toEqual({ class: 'reordered', also: [], breaking: false, answers: 'none' })
    expect(d.graph.counts.moved).toBe(2)
  })

  test('a node inside a body is found by its way', async () => {
    const body = (op: string): Uint8Array => graph({ name: 'b', nodes: [node(op, ['hb'], ['inner'])], inputs: [], outputs: [tensorValue('inner', 'float32', null)] })
    const withIf = (op: string): Uint8Array => built({
      ...base, weights: { ...base.weights, yes: { type: 'bool', dims: [], content: new Uint8Array([1]) } },
      nodes: base.nodes.map((n) => (n.op === 'Softmax' ? { op: 'If', name: 'choose', inputs: ['yes'], outputs: ['p'], attributes: [attributeGraph('then_branch', body(op)), attributeGraph('else_branch', body('Abs'))] } : n)),
    })
    const d = await diffOf(withIf('Exp'), withIf('Sqrt'))
    expect(d.class).toBe('restructured')
    expect(d.graph.layers.filter((l) => l.status !== 'same').map((l) => [l.status, l.scope, (l.before ?? l.after)!.op])).toEqual([['removed', 'choose / then_branch', 'Exp'], ['added', 'choose / then_branch', 'Sqrt']])
    expect((await diffOf(withIf('Exp'), withIf('Exp'))).class).toBe('identical')
  })
})

describe('format', () => {
  test('operator set', async () => {
    const d = await diffOf(built(base), change({ opsets: [['', 14], ['ai.onnx.ml', 2]] }))
    expect(told(d)).toEqual({ class: 'opset', also: [], breaking: false, answers: 'possible' })
    expect(d.changes.find((c) => c.kind === 'opset')).toMatchObject({ subject: 'ai.onnx', before: '13', after: '14' })
  })

  test('metadata only', async () => {
    const d = await diffOf(built(base), change({ metadata: { author: 'Ada' } }))
    expect(told(d)).toEqual({ class: 'metadata-only', also: [], breaking: false, answers: 'none' })
    expect(kinds(d)).toEqual(['metadata', 'size'])
  })

  test('a constant kept in a node is the same as one kept beside it', async () => {
    const { B3, ...rest } = base.weights
    const constant = { op: 'Constant', inputs: [], outputs: ['B3'], attributes: [attributeTensor('value', initializer('', 'float32', [3], B3!.content))] }
    expect((await diffOf(built(base), change({ weights: rest, nodes: [constant, ...base.nodes] }))).class).toBe('identical')
  })
})

describe('interface', () => {
  test('another type of an input breaks', async () => {
    const d = await diffOf(built(base), change({ inputs: [tensorValue('x', 'float64', ['N', 4])] }))
    expect(told(d)).toEqual({ class: 'interface', also: [], breaking: true, answers: 'possible' })
    expect(d.changes[0]).toMatchObject({ kind: 'input-type', breaking: true, before: 'float32[N, 4]', after: 'float64[N, 4]', callerMust: 'Send “x” as float64[N, 4].' })
  })

  test('rows of a call: fixing them breaks, freeing them does not', async () => {
    const rows = (n: number | string): Partial<Plan> => ({ inputs: [tensorValue('x', 'float32', [n, 4])], outputs: [tensorValue('p', 'float32', [n, 3])] })
    const fixed = await diffOf(built(base), change(rows(1)))
    expect(told(fixed)).toEqual({ class: 'interface', also: [], breaking: true, answers: 'none' })
    expect(kinds(fixed)).toEqual(['batch-dimension', 'size'])
    expect(fixed.changes[0]!.callerMust).toBe('Send 1 row in every call.')
    const freed = await diffOf(change(rows(8)), built(base))
    expect(told(freed)).toEqual({ class: 'interface-compatible', also: [], breaking: false, answers: 'none' })
    expect(kinds(freed)).toEqual(['batch-dimension', 'size'])
    expect((await diffOf(change(rows('N')), change(rows('batch')))).breaking).toBe(false)
  })

  test('another name of an input breaks, and nothing inside changed', async () => {
    const d = await diffOf(built(base), change({ inputs: [tensorValue('features', 'float32', ['N', 4])], nodes: base.nodes.map((n) => ({ ...n, inputs: n.inputs.map((i) => (i === 'x' ? 'features' : i)) })) }))
    expect(told(d)).toEqual({ class: 'interface', also: [], breaking: true, answers: 'none' })
    expect(d.changes[0]).toMatchObject({ kind: 'input-renamed', before: 'x', after: 'features' })
    expect(d.graph.counts.same).toBe(8)
  })

  test('a new output breaks nobody', async () => {
    const d = await diffOf(built(base), change({ outputs: [...base.outputs, tensorValue('hb', 'float32', ['N', 3])] }))
    expect(told(d)).toEqual({ class: 'interface-compatible', also: [], breaking: false, answers: 'none' })
  })

  const linear = { op: 'LinearClassifier', domain: 'ai.onnx.ml', name: 'linear', inputs: ['x'], outputs: ['label', 'scores'], attributes: [attributeFloats('coefficients', [...numbers(12, 9)]), attributeFloats('intercepts', [0, 1, 2]), attributeStrings('classlabels_strings', ['a', 'b', 'c'])] }
  const zipped: Plan = {
    ...base, weights: {}, nodes: [linear, { op: 'Normalizer', domain: 'ai.onnx.ml', name: 'norm', inputs: ['scores'], outputs: ['tensor'] }, { op: 'ZipMap', domain: 'ai.onnx.ml', name: 'zip', inputs: ['tensor'], outputs: ['probabilities'], attributes: [attributeStrings('classlabels_strings', ['a', 'b', 'c'])] }],
    outputs: [tensorValue('label', 'string', ['N']), sequenceOfMaps('probabilities', 'string')],
  }
  test.each([['under its own name', 'probabilities'], ['under the name of the tensor', 'tensor']])('ZipMap removed, the output %s', async (_, output) => {
    const plain: Plan = { ...zipped, nodes: [linear, { ...zipped.nodes[1]!, outputs: [output] }], outputs: [zipped.outputs[0]!, tensorValue(output, 'float32', ['N', 3])] }
    const d = await diffOf(built(zipped), built(plain))
    expect(told(d)).toEqual({ class: 'zipmap-removed', also: [], breaking: true, answers: 'none' })
    expect(d.changes[0]).toMatchObject({ kind: 'zipmap-removed', subject: 'probabilities', after: 'float32[N, 3]', callerMust: `Read “${output}” by column (in the order a, b, c) and not by class name.` })
    const back = await diffOf(built(plain), built(zipped))
    expect([back.class, back.breaking]).toEqual(['interface', true])
    expect(kinds(back)).toContain('zipmap-added')
  })
})

describe('quantised', () => {
  /** W1 as int8 with one scale, so that the stored numbers stand for nearly the same weights. */
  const w1 = numbers(32, 1)
  const scale = 1 / 127
  const stored = Int8Array.from(w1, (v) => Math.round(v / scale))
  const scalar = (v: number): PlanWeight => float32([], Float32Array.of(v))
  const zero = (type: 'int8' | 'uint8'): PlanWeight => ({ type, dims: [], content: new Uint8Array(1) })
  const rest = Object.fromEntries(Object.entries(base.weights).filter(([k]) => k !== 'W1'))
  const weights = { ...rest, W1q: { type: 'int8', dims: [4, 8], content: new Uint8Array(stored.buffer.slice(0)) }, W1s: scalar(scale), W1z: zero('int8'), as: scalar(0.05), az: zero('uint8') }
  const others = base.nodes.slice(1)
  const forms: Record<string, Plan['nodes']> = {
    'by DequantizeLinear around the weights': [
      { op: 'QuantizeLinear', inputs: ['x', 'as', 'az'], outputs: ['xq'] }, { op: 'DequantizeLinear', inputs: ['xq', 'as', 'az'], outputs: ['xd'] }, { op: 'DequantizeLinear', inputs: ['W1q', 'W1s', 'W1z'], outputs: ['W1d'] },
      { op: 'MatMul', name: 'left', inputs: ['xd', 'W1d'], outputs: ['a'] }, ...others,
    ],
    'by QLinearMatMul': [
      { op: 'QuantizeLinear', inputs: ['x', 'as', 'az'], outputs: ['xq'] }, { op: 'QLinearMatMul', name: 'left_quant', inputs: ['xq', 'as', 'az', 'W1q', 'W1s', 'W1z', 'as', 'az'], outputs: ['aq'] },
      { op: 'DequantizeLinear', inputs: ['aq', 'as', 'az'], outputs: ['a'] }, ...others,
    ],
    'by MatMulInteger': [
      { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['xq', 'xs', 'xz'] }, { op: 'MatMulInteger', inputs: ['xq', 'W1q', 'xz', 'W1z'], outputs: ['ai'] }, { op: 'Cast', inputs: ['ai'], outputs: ['ac'], attributes: [attributeInts('to', [], 1)] },
      { op: 'Mul', inputs: ['xs', 'W1s'], outputs: ['s'] }, { op: 'Mul', inputs: ['ac', 's'], outputs: ['a'] }, ...others,
    ],
  }
  test.each(Object.entries(forms))('%s', async (_, nodes) => {
    const d = await diffOf(built(base), change({ nodes, weights }))
    expect(d.class).toBe('quantised')
    expect(d.also.filter((c) => c !== 'renamed-only')).toEqual([])
    expect([d.breaking, d.answersChange]).toEqual([false, 'expected'])
    const layer = d.graph.layers.find((l) => l.status === 'quantised')!
    expect(layer.before?.name).toBe('left')
    expect(d.graph.layers.filter((l) => l.status === 'added' || l.status === 'removed')).toEqual([])
    const apart = size(w1.map((v, i) => v - stored[i]! * Math.fround(scale)))
    expect(layer.weights!.relative).toBeCloseTo(apart / size(w1), 6)
    expect((await diffOf(change({ nodes, weights }), built(base))).graph.counts.dequantised).toBe(1)
  })
})

describe('what is stored otherwise', () => {
  const w = numbers(16, 7)
  const turn = (v: Float32Array): Float32Array => v.map((_, i) => v[(i % 4) * 4 + Math.floor(i / 4)]!)
  const plan = (weight: Float32Array, transB: boolean): Plan => ({
    nodes: [{ op: 'Gemm', name: 'g', inputs: ['x', 'W'], outputs: ['p'], attributes: transB ? [attributeInts('transB', [], 1)] : [] }],
    weights: { W: float32([4, 4], weight) }, inputs: [tensorValue('x', 'float32', ['N', 4])], outputs: [tensorValue('p', 'float32', ['N', 4])],
  })
  test('a weight with rows and columns swapped, and transB, is the same function; one swapped alone is not, nor transB alone', async () => {
    const d = await diffOf(built(plan(w, false)), built(plan(turn(w), true)))
    expect([told(d), d.sentence]).toEqual([{ class: 'stored-otherwise', also: [], breaking: false, answers: 'none' }, 'Callers of the first can call the second as they do. The same request gets the same numbers.'])
    expect(d.graph.weights).toMatchObject({ compared: 16, changed: 0 })
    expect((await diffOf(built(plan(w, false)), built(plan(turn(w), false)))).answersChange).toBe('expected')
    expect((await diffOf(built(plan(w, false)), built(plan(w, true)))).answersChange).not.toBe('none')
    const bent = turn(w)
    bent[1]! += 1
    expect((await diffOf(built(plan(w, false)), built(plan(bent, true)))).answersChange).toBe('expected')
  })

  test('other names of free dimensions, and a weight that a caller may replace now, are told', async () => {
    const named = await diffOf(built(base), change({ inputs: [tensorValue('x', 'float32', ['batch', 4])] }))
    expect([told(named), named.changes.filter((c) => c.group !== 'facts').map((c) => c.sentence)]).toEqual([{ class: 'metadata-only', also: [], breaking: false, answers: 'none' }, ['Free dimensions have other names: input “x”: float32[N, 4] → float32[batch, 4]. Callers send and get the same.']])
    const open = await diffOf(built(base), change({ inputs: [...base.inputs, tensorValue('W1', 'float32', [4, 8])] }))
    expect([told(open), open.changes[0]?.sentence]).toEqual([{ class: 'opset', also: [], breaking: false, answers: 'none' }, expect.stringMatching(/^1 weight is also an input of the graph now: “W1”\./)])
  })
})
