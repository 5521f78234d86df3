// Graphs that are large, hostile or odd: 10,000 nodes, circles, missing inputs, functions without end, huge settings; and the numbers of a tensor.
// Expected numbers follow from how each model is built.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { graphNode, graphOverview, graphPage, graphTensor } from '../../main/core/engine/model-graph.ts'
import { attributeFloats, attributeGraph, attributeInts, attributeTensor, graph, initializer, localFunction, model, node, tensorValue } from '../setup/onnx-builder.ts'
import { manyNodes } from '../setup/many-nodes.ts'
import { floats, identity, integers } from '../setup/onnx-reading.ts'
import { taskContext } from '../setup/onnx-context.ts'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-graph-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

let made = 0
function saved(bytes: Uint8Array): string {
  const path = join(folder, `${made++}.onnx`)
  writeFileSync(path, bytes)
  return path
}
const overview = (path: string): ReturnType<typeof graphOverview> => graphOverview({ path, which: 'original', sizes: {} })

test('10,000 nodes: counts, operations and parameters of the construction; pages hold every node once', () => {
  const path = saved(manyNodes(1250))
  const got = overview(path)
  // A block: MatMul 8×8, Add, Relu, MatMul 8×8, Add, Relu, Add, LayerNormalization, on 16 values a row.
  expect([got.nodes, got.parameters, got.initializers.tensors]).toEqual([10_000, 1250 * (2 * 64 + 2 * 8 + 8), 1250 * 5])
  expect(got.cost).toMatchObject({ flops: 1250 * (2 * (2 * 8 * 8) + 5 * 8 + 8 * 8), unknown: 0 })
  expect(got.operators).toEqual([{ domain: '', type: 'Add', count: 3750 }, { domain: '', type: 'MatMul', count: 2500 }, { domain: '', type: 'Relu', count: 2500 }, { domain: '', type: 'LayerNormalization', count: 1250 }])
  expect(got.shapes.unknown).toBe(0)
  const ids = [0, 5000].flatMap((offset) => graphPage({ path, sizes: {}, offset, limit: 5000 }).nodes.map((n) => n.id))
  expect(ids).toEqual(Array.from({ length: 10_000 }, (_, i) => i))
})

describe('hostile graphs end, and say what is not known', () => {
  test('a circle, a missing input, an operator that nobody knows', () => {
    const got = overview(saved(identity({ nodes: [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Own', ['nowhere'], ['y'], [], 'mine')] })))
    expect(got.nodes).toBe(3)
    expect(got.shapes).toMatchObject({ values: 3, declared: 1 })
    expect(got.cost.unknown).toBeGreaterThan(0)
  })

  test('functions that call each other without end, and a tower that would run a billion times', () => {
    const circle = overview(saved(identity({ nodes: [node('f', ['x'], ['y'], [], 'own')], opsets: [['', 13], ['own', 1]], functions: [localFunction('own', 'f', ['a'], ['b'], [node('g', ['a'], ['b'], [], 'own')]), localFunction('own', 'g', ['a'], ['b'], [node('f', ['a'], ['b'], [], 'own')])] })))
    expect(circle.cost.unknown).toBe(1)
    const tower = Array.from({ length: 30 }, (_, i) => localFunction('own', `f${i}`, ['a'], ['b'], i === 0 ? [node('Relu', ['a'], ['b'])] : [node(`f${i - 1}`, ['a'], ['t'], [], 'own'), node(`f${i - 1}`, ['t'], ['b'], [], 'own')]))
    const got = overview(saved(identity({ nodes: [node('f29', ['x'], ['y'], [], 'own')], opsets: [['', 13], ['own', 1]], functions: tower })))
    // Two values at N = 1, through Relu 2^29 times.
    expect(got.cost.flops).toBe(2 * 2 ** 29)
  })

  test('loops in loops that change their shape in every turn', () => {
    const loop = (inner: Uint8Array[]): Uint8Array => graph({
      nodes: [node('Identity', ['k'], ['k2']), ...inner, node('Concat', ['s', 's'], ['s2'], [attributeInts('axis', [], 0)])], inputs: [tensorValue('i', 'int64', []), tensorValue('k', 'bool', []), tensorValue('s', 'float32', null)], outputs: [tensorValue('k2', 'bool', []), tensorValue('s2', 'float32', null)],
    })
    let body = loop([])
    for (let depth = 0; depth < 14; depth++) body = loop([node('Loop', ['', '', 's'], ['inner'], [attributeGraph('body', body)])])
    const got = overview(saved(identity({ nodes: [node('Loop', ['', '', 'x'], ['l'], [attributeGraph('body', body)]), node('Identity', ['l'], ['y'])] })))
    expect(got.scopes).toHaveLength(16)
  })

  test('a long list of numbers is told in a few words', () => {
    const path = saved(identity({ nodes: [node('Own', ['x'], ['y'], [attributeFloats('huge', Array<number>(60_000).fill(0.5))], 'mine')], opsets: [['', 13], ['mine', 1]] }))
    const { attributes } = graphNode({ path, sizes: {}, node: 0 })
    expect(attributes[0]!.text).toContain('(60000 in all)')
    expect(attributes[0]!.text.length).toBeLessThan(300)
  })
})

test('numbers of a tensor: moments, what is not finite, bins; by input and by setting', async () => {
  const values = [-2, -1, 0, 0, 1, 2, 3, NaN, Infinity]
  const path = saved(model({
    nodes: [node('Constant', [], ['c'], [attributeTensor('value', initializer('', 'int64', [2], integers(5n, -7n)))]), node('Add', ['x', 'w'], ['y'])], initializers: [initializer('w', 'float32', [9], floats(...values))],
    inputs: [tensorValue('x', 'float32', ['N', 9])], outputs: [tensorValue('y', 'float32', ['N', 9])],
  }))
  const got = await graphTensor({ path, node: 1, slot: 'input:1' }, taskContext())
  expect(got.numbers).toMatchObject({ minimum: -2, maximum: 3, zeros: 2, negative: 2, notANumber: 1, infinite: 1 })
  const finite = values.filter(Number.isFinite)
  const mean = 3 / 7
  expect(got.numbers!.mean).toBeCloseTo(mean, 12)
  expect(got.numbers!.deviation).toBeCloseTo(Math.sqrt(finite.reduce((s, v) => s + (v - mean) ** 2, 0) / 7), 12)
  expect(got.numbers!.norm).toBeCloseTo(Math.sqrt(19), 12)
  expect(got.numbers!.histogram!.counts.reduce((a, b) => a + b, 0)).toBe(7)
  expect([got.numbers!.histogram!.counts[0], got.numbers!.histogram!.counts.at(-1)]).toEqual([1, 1])
  expect((await graphTensor({ path, node: 0, slot: 'attribute:value' }, taskContext())).first).toEqual(['5', '-7'])
  await expect(graphTensor({ path, node: 1, slot: 'input:0' }, taskContext())).rejects.toMatchObject({ code: 'input.invalid' })
})
