// What must hold for any graph: nothing differs from itself, names and order alone change nothing, what is added one way is removed the other,
// and exactly the layers whose weights were touched are called retrained. On random graphs that follow from a seed.
import { expect, test } from 'vitest'
import { tensorValue } from '../setup/onnx-builder.ts'
import { built, diffOf, drawn, float32, numbers, type Plan, type PlanNode } from './model-diff-of.ts'

const seeds = [1, 2, 3, 4, 5, 6]

function random(seed: number): (below: number) => number {
  let state = seed * 7919 + 13
  return (below) => { state = (state * 48_271) % 2_147_483_647; return state % below }
}

/** Forty nodes over values of [N, 8]; unused values become outputs. */
function randomPlan(seed: number): Plan {
  const pick = random(seed)
  const values = ['x']
  const nodes: PlanNode[] = []
  const weights: Record<string, Plan['weights'][string]> = {}
  for (let i = 0; i < 40; i++) {
    const from = (): string => values[Math.max(0, values.length - 1 - pick(5))]!
    const kind = pick(4)
    const out = `v${i}`
    if (kind === 0) {
      weights[`w${i}`] = drawn([8, 8], seed * 100 + i)
      nodes.push({ op: 'MatMul', name: `n${i}`, inputs: [from(), `w${i}`], outputs: [out] })
    } else if (kind === 1) nodes.push({ op: ['Add', 'Mul', 'Sub'][pick(3)]!, name: `n${i}`, inputs: [from(), from()], outputs: [out] })
    else nodes.push({ op: ['Relu', 'Sigmoid', 'Tanh', 'Abs'][pick(4)]!, name: `n${i}`, inputs: [from()], outputs: [out] })
    values.push(out)
  }
  const used = new Set(nodes.flatMap((n) => n.inputs))
  return { nodes, weights, inputs: [tensorValue('x', 'float32', ['N', 8])], outputs: values.filter((v) => v !== 'x' && !used.has(v)).map((v) => tensorValue(v, 'float32', ['N', 8])) }
}

const outputsOf = (p: Plan): Set<string> => new Set(p.outputs.map((o) => o.name))

function renamed(p: Plan, seed: number): Plan {
  const keep = outputsOf(p).add('x')
  const name = (v: string): string => (keep.has(v) ? v : `r${seed}_${[...v].reverse().join('')}`)
  return { ...p, nodes: p.nodes.map((n) => ({ ...n, name: `q_${[...n.name!].reverse().join('')}`, inputs: n.inputs.map(name), outputs: n.outputs.map(name) })), weights: Object.fromEntries(Object.entries(p.weights).map(([k, w]) => [name(k), w])) }
}

/** Another order in which every node still comes after those that feed it. */
function permuted(p: Plan, seed: number): Plan {
  const pick = random(seed + 99)
  const ready = new Set(['x', ...Object.keys(p.weights)])
  const rest = [...p.nodes]
  const nodes: PlanNode[] = []
  while (rest.length > 0) {
    const able = rest.filter((n) => n.inputs.every((i) => ready.has(i)))
    const next = able[pick(able.length)]!
    rest.splice(rest.indexOf(next), 1)
    for (const o of next.outputs) ready.add(o)
    nodes.push(next)
  }
  return { ...p, nodes }
}

test.each(seeds)('graph %i: identical to itself, renamed only, reordered', async (seed) => {
  const plan = randomPlan(seed)
  const before = built(plan)
  expect((await diffOf(before, before)).class).toBe('identical')
  const names = await diffOf(before, built(renamed(plan, seed)))
  expect([names.class, names.also, names.breaking, names.answersChange]).toEqual(['renamed-only', [], false, 'none'])
  expect(names.graph.counts.renamed).toBe(40)
  const order = permuted(plan, seed)
  const moved = await diffOf(before, built(order))
  expect([moved.class, moved.also, moved.breaking, moved.answersChange]).toEqual(['reordered', [], false, 'none'])
  expect((await diffOf(before, built(renamed(order, seed)))).also).toEqual(['renamed-only'])
})

test.each(seeds)('graph %i: exactly the layers whose weights were touched are retrained, also under other names', async (seed) => {
  const plan = randomPlan(seed)
  const pick = random(seed + 7)
  const touched = new Set(Object.keys(plan.weights).filter(() => pick(2) === 0))
  if (touched.size === 0) touched.add(Object.keys(plan.weights)[0]!)
  const weights = Object.fromEntries(Object.entries(plan.weights).map(([k, w]) => [k, touched.has(k) ? float32(w.dims, new Float32Array(w.content.slice().buffer).map((v, i) => v + numbers(64, seed)[i]! / 10)) : w]))
  for (const after of [{ ...plan, weights }, renamed({ ...plan, weights }, seed)]) {
    const d = await diffOf(built(plan), built(after))
    const retrained = d.graph.layers.filter((l) => l.statuses.includes('retrained')).map((l) => l.before!.name)
    expect(retrained.sort()).toEqual([...touched].map((w) => w.replace('w', 'n')).sort())
    expect([d.graph.counts.added, d.graph.counts.removed, d.graph.counts.rewired, d.graph.counts.settings]).toEqual([0, 0, 0, 0])
    expect(d.class).toBe(touched.size === Object.keys(plan.weights).length ? 'retrained' : 'partly-retrained')
  }
})

test.each(seeds)('graph %i: a node put in anywhere is the one that was added, and removed the other way round', async (seed) => {
  const plan = randomPlan(seed)
  const at = random(seed + 31)(30) + 3
  const target = plan.nodes[at]!
  const nodes = plan.nodes.flatMap((n) => (n === target ? [{ op: 'Erf', name: 'new', inputs: [n.inputs[0]!], outputs: ['new_value'] }, { ...n, inputs: ['new_value', ...n.inputs.slice(1)] }] : [n]))
  const [there, back] = [await diffOf(built(plan), built({ ...plan, nodes })), await diffOf(built({ ...plan, nodes }), built(plan))]
  expect(there.graph.layers.filter((l) => l.before === null).map((l) => l.after!.name)).toEqual(['new'])
  expect(there.graph.counts.removed).toBe(0)
  expect(back.graph.layers.filter((l) => l.after === null).map((l) => l.before!.name)).toEqual(['new'])
  expect(back.graph.counts.added).toBe(0)
  expect(there.class).toBe('restructured')
})
