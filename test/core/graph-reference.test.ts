// Graphs as Debian's python3-onnx sees them: nodes per operator, initialisers, inferred shapes, multiply-adds. The expected numbers are in
// test/fixtures/graph-reference.json, made by scripts/graph-reference.py and never by the code under test.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { overviewOf, toNode } from '../../main/core/onnx/view/describe-view.ts'
import { withGraphModel } from '../../main/core/onnx/view/graph-model.ts'

interface Facts { readonly nodes: number; readonly operators: Record<string, number>; readonly initializers: number; readonly elements: number; readonly functions: number; readonly bodies: number; readonly shapes: Record<string, (number | null)[]>; readonly flops: Record<string, number> }

const folder = resolve(import.meta.dirname, '../fixtures')
const { models } = JSON.parse(readFileSync(resolve(folder, 'graph-reference.json'), 'utf8')) as { readonly models: Readonly<Record<string, Facts>> }
const names = Object.keys(models)

test('the list of models is not empty, and has control flow, functions and external data', () => {
  expect(names.length).toBeGreaterThan(20)
  expect(names).toEqual(expect.arrayContaining(['graph/control-flow.onnx', 'graph/functions.onnx', 'graph/external.onnx', 'graph/shapes.onnx']))
})

describe.each(names)('%s', (name) => {
  const facts = models[name]!

  test('nodes, operators, initialisers, bodies, functions', () => {
    const got = withGraphModel(resolve(folder, name), {}, (m) => overviewOf(m, 'original'))
    expect({
      nodes: got.nodes, operators: Object.fromEntries(got.operators.map((o) => [`${o.domain}:${o.type}`, o.count])), initializers: got.initializers.tensors, elements: got.initializers.elements,
      functions: got.scopes.filter((s) => s.kind === 'function').length, bodies: got.scopes.filter((s) => s.kind === 'body').length,
    }).toEqual({ nodes: facts.nodes, operators: facts.operators, initializers: facts.initializers, elements: facts.elements, functions: facts.functions, bodies: facts.bodies })
    expect(got.scopes.reduce((n, s) => n + s.nodes, 0)).toBe(facts.nodes)
  })

  test('every size that the reference infers', () => {
    const wrong = withGraphModel(resolve(folder, name), {}, (m) => Object.entries(facts.shapes).flatMap(([value, dims]) => {
      const ours = m.named.values[0]!.get(value)?.shape ?? null
      const fits = ours !== null && ours.length === dims.length && dims.every((d, i) => d === null || ours[i] === d)
      return fits ? [] : [{ value, dims, ours }]
    }))
    expect(wrong).toEqual([])
  })

  test('operations of convolutions and products', () => {
    const sums: Record<string, number> = {}
    withGraphModel(resolve(folder, name), {}, (m, source) => {
      for (const i of m.model.scopes[0]!.nodes.keys()) {
        const node = toNode(m, source, i)
        if (['Conv', 'Gemm', 'MatMul'].includes(node.op) && node.domain === '') sums[node.op] = (sums[node.op] ?? 0) + node.flops!
      }
    })
    expect(sums).toEqual(facts.flops)
  })
})
