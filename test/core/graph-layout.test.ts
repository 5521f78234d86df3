// The drawing of graphs: layers, groups, ports, circles. Expectations are properties of a layered drawing, looked at from outside.
import { expect, test } from 'vitest'
import { allGroups, groupTree, openAtFirst } from '../../shared/graph/layout/groups.ts'
import { drawScene, type Scene, type SceneNode } from '../../shared/graph/layout/scene.ts'

interface Plain { readonly id: number; readonly name: string; readonly inputs: readonly string[]; readonly outputs: readonly string[] }

function draw(nodes: readonly Plain[], open: readonly string[] | 'all' | 'first', inputs: readonly string[] = ['x'], outputs: readonly string[] = ['y']): Scene {
  const tree = groupTree(nodes)
  const sized = nodes.map((n): SceneNode => ({ id: n.id, width: 100, height: 40, inputs: n.inputs, outputs: n.outputs }))
  return drawScene({ nodes: sized, inputs: inputs.map((name) => ({ name, width: 60 })), outputs: outputs.map((name) => ({ name, width: 60 })), tree, open: open === 'all' ? [...allGroups(tree)].map((g) => g.path) : open === 'first' ? openAtFirst(tree) : open })
}

/** Boxes that lie over each other though none holds the other. */
function overlaps(scene: Scene): number {
  const flat = scene.boxes.filter((b) => b.kind !== 'open')
  return flat.reduce((n, a, i) => n + flat.slice(i + 1).filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).length, 0)
}

/** Blocks with a residual connection, in stages. */
const network = (blocks: number): Plain[] => Array.from({ length: blocks }, (_, b): Plain[] => {
  const at = `/s${Math.floor(b / 5)}/b${b % 5}`
  const from = b === 0 ? 'x' : `o${b - 1}`
  return [
    { id: 3 * b, name: `${at}/fc`, inputs: [from], outputs: [`m${b}`] }, { id: 3 * b + 1, name: `${at}/act`, inputs: [`m${b}`], outputs: [`r${b}`] },
    { id: 3 * b + 2, name: `${at}/add`, inputs: [`r${b}`, from], outputs: [b === blocks - 1 ? 'y' : `o${b}`] },
  ]
}).flat()

test('edges run down, nothing overlaps, every node is there once; open groups hold what is theirs', () => {
  const nodes = network(20)
  const scene = draw(nodes, 'all')
  expect(scene.boxes.filter((b) => b.kind === 'node').map((b) => b.node).sort((a, b) => a - b)).toEqual(nodes.map((n) => n.id))
  expect(scene.boxes.filter((b) => b.kind === 'open')).toHaveLength(4 + 20)
  expect(overlaps(scene)).toBe(0)
  for (const e of scene.edges) for (let i = 3; i < e.points.length; i += 2) expect(e.points[i]!).toBeGreaterThanOrEqual(e.points[i - 2]! - 1e-6)
  for (const open of scene.boxes.filter((b) => b.kind === 'open')) {
    const inside = scene.boxes.filter((b) => b.kind === 'node' && nodes[b.node]!.name.startsWith(`/${open.key}/`))
    expect(inside).toHaveLength(open.size)
    for (const b of inside) expect(b.x >= open.x && b.x + b.width <= open.x + open.width && b.y >= open.y && b.y + b.height <= open.y + open.height).toBe(true)
  }
})

test('closed groups stand for their nodes', () => {
  const scene = draw(network(20), [])
  expect(scene.boxes.map((b) => b.kind).sort()).toEqual(['closed', 'closed', 'closed', 'closed', 'input', 'output'])
  expect(scene.inside.size).toBe(60)
  expect(scene.edges).toHaveLength(5)
})

test('a circle, a node that feeds itself, a missing input: drawn, and finite', () => {
  const scene = draw([{ id: 0, name: 'a', inputs: ['x', 'c'], outputs: ['b'] }, { id: 1, name: 'b', inputs: ['b', 'nowhere'], outputs: ['c'] }, { id: 2, name: 'c', inputs: ['d', 'c'], outputs: ['d'] }, { id: 3, name: 'd', inputs: ['d'], outputs: ['y'] }], 'all')
  expect(scene.boxes).toHaveLength(6)
  expect(overlaps(scene)).toBe(0)
  expect(scene.boxes.every((b) => [b.x, b.y].every(Number.isFinite)) && scene.edges.every((e) => e.points.every(Number.isFinite))).toBe(true)
})

test('10,000 nodes in one flat row of layers, with edges over the whole length', () => {
  const count = 10_000
  const nodes = Array.from({ length: count }, (_, i): Plain => ({ id: i, name: `n${i}`, inputs: [i === 0 ? 'x' : `v${i - 1}`, ...(i % 100 === 99 ? ['x'] : [])], outputs: [i === count - 1 ? 'y' : `v${i}`] }))
  const scene = draw(nodes, 'first')
  expect(scene.boxes).toHaveLength(count + 2)
  expect(scene.height).toBeGreaterThan(count * 40)
})
