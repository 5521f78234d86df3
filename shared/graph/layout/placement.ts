// One level of a layered drawing: boxes and edges get layers, an order without many crossings, and places. Plain longest-path layering,
// barycentre sweeps, and least-squares places under separations. Ends on any input, circles among it, in time that grows with the edges.

export interface LevelBox { readonly width: number; readonly height: number; /** where the level begins or ends: ports of the group around it */ readonly rank?: 'first' | 'last' }
/** An edge between boxes; `out` and `into`: how far right of the middle it leaves and arrives. */
export interface LevelEdge { readonly from: number; readonly to: number; readonly out: number; readonly into: number; readonly value: number }

export interface PlacedLevel {
  readonly width: number
  readonly height: number
  /** Middle and top of every box. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** By edge: x, y, x, y … from above to below or from below to above, as the edge runs. */
  readonly routes: readonly (readonly number[])[]
}

const gapX = 22
const gapLine = 12
const gapY = 30
const mostLine = 200_000
const longestLine = 48

interface Item { readonly box: number; readonly width: number; layer: number; x: number; readonly up: Link[]; readonly down: Link[] }
interface Link { readonly item: Item; readonly weight: number }

/** Layers by the longest way from above, with edges that close a circle turned around. */
function layersOf(boxes: readonly LevelBox[], edges: readonly LevelEdge[]): { readonly layer: Int32Array; readonly turned: Uint8Array; readonly count: number } {
  const out: number[][] = boxes.map(() => [])
  for (const [i, e] of edges.entries()) out[e.from]!.push(i)
  const turned = new Uint8Array(edges.length)
  const state = new Uint8Array(boxes.length)
  const done: number[] = []
  for (let root = 0; root < boxes.length; root++) {
    if (state[root] !== 0) continue
    const stack: [number, number][] = [[root, 0]]
    state[root] = 1
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const next = out[top[0]]![top[1]++]
      if (next === undefined) { state[top[0]] = 2; done.push(top[0]); stack.pop(); continue }
      const to = edges[next]!.to
      if (state[to] === 1) turned[next] = 1
      else if (state[to] === 0) { state[to] = 1; stack.push([to, 0]) }
    }
  }
  const into: number[][] = boxes.map(() => [])
  const onward: number[][] = boxes.map(() => [])
  for (const [i, e] of edges.entries()) { const [a, b] = turned[i] === 1 ? [e.to, e.from] : [e.from, e.to]; if (a !== b) { into[b]!.push(a); onward[a]!.push(b) } }
  const layer = new Int32Array(boxes.length)
  const order = done.reverse()
  for (const at of order) layer[at] = boxes[at]!.rank === 'first' ? 0 : into[at]!.reduce((most, from) => Math.max(most, layer[from]! + 1), 0)
  // What has nothing above it stands directly above what takes it.
  for (const at of [...order].reverse()) if (into[at]!.length === 0 && boxes[at]!.rank === undefined && onward[at]!.length > 0) layer[at] = Math.max(0, onward[at]!.reduce((least, to) => Math.min(least, layer[to]!), Infinity) - 1)
  const last = boxes.reduce((most, b, i) => (b.rank === 'last' ? most : Math.max(most, layer[i]!)), 0)
  for (const [i, b] of boxes.entries()) if (b.rank === 'last') layer[i] = last + 1
  return { layer, turned, count: (boxes.some((b) => b.rank === 'last') ? last + 1 : last) + 1 }
}

const link = (above: Item, below: Item): void => {
  const weight = above.box < 0 && below.box < 0 ? 8 : above.box < 0 || below.box < 0 ? 2 : 1
  above.down.push({ item: below, weight })
  below.up.push({ item: above, weight })
}

interface Lines { readonly items: Item[]; readonly ways: readonly (readonly Item[])[] }

/** Boxes, and a point for every layer that an edge passes; edges of one value share their points. */
function withLines(boxes: readonly LevelBox[], edges: readonly LevelEdge[], layer: Int32Array, turned: Uint8Array): Lines {
  const items: Item[] = boxes.map((b, i) => ({ box: i, width: b.width, layer: layer[i]!, x: 0, up: [], down: [] }))
  let points = 0
  const chains = new Map<string, Item[]>()
  const ways = edges.map((e, i) => {
    const [a, b] = turned[i] === 1 ? [e.to, e.from] : [e.from, e.to]
    const [above, below] = [items[a]!, items[b]!]
    const span = below.layer - above.layer
    if (span <= 0) return []
    // Middles are drawn to middles: ports that lie aside would lead a long row of groups ever further to one side.
    if (span === 1) { link(above, below); return [] }
    if (span > longestLine && points + span > mostLine) return []
    const key = `${a} ${e.value} ${turned[i]}`
    const chain = chains.get(key) ?? []
    chains.set(key, chain)
    while (chain.length < span - 1) {
      const point: Item = { box: -1, width: 0, layer: above.layer + chain.length + 1, x: 0, up: [], down: [] }
      link(chain.at(-1) ?? above, point)
      chain.push(point)
      items.push(point)
      points++
    }
    link(chain[span - 2]!, below)
    return chain.slice(0, span - 1)
  })
  return { items, ways }
}

function ordered(layers: Item[][]): void {
  const place = new Map<Item, number>()
  const number = (layer: readonly Item[]): void => layer.forEach((item, i) => place.set(item, i))
  layers.forEach(number)
  const total = layers.reduce((n, l) => n + l.length, 0)
  const rounds = total > 40_000 ? 3 : total > 8000 ? 6 : 12
  const mean = (links: readonly Link[], fallback: number): number => (links.length === 0 ? fallback : links.reduce((sum, l) => sum + place.get(l.item)!, 0) / links.length)
  for (let round = 0; round < rounds; round++) {
    const down = round % 2 === 0
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[down ? i : layers.length - 1 - i]!
      if (layer.length < 2) continue
      const wanted = new Map(layer.map((item, at) => [item, mean(down ? item.up : item.down, at)] as const))
      layer.sort((a, b) => wanted.get(a)! - wanted.get(b)! || place.get(a)! - place.get(b)!)
      number(layer)
    }
  }
}

const separation = (a: Item, b: Item): number => a.width / 2 + b.width / 2 + (a.box < 0 || b.box < 0 ? gapLine : gapX)

/** The places nearest to those wanted, in order and apart: weighted least squares, solved exactly by pooling neighbours. */
function spread(layer: readonly Item[], wanted: readonly number[], weights: readonly number[]): void {
  const shift: number[] = []
  let at = 0
  for (const [i, item] of layer.entries()) { if (i > 0) at += separation(layer[i - 1]!, item); shift.push(at) }
  const pools: { sum: number; weight: number; count: number }[] = []
  for (const [i] of layer.entries()) {
    pools.push({ sum: (wanted[i]! - shift[i]!) * weights[i]!, weight: weights[i]!, count: 1 })
    while (pools.length > 1 && pools.at(-2)!.sum / pools.at(-2)!.weight > pools.at(-1)!.sum / pools.at(-1)!.weight) {
      const last = pools.pop()!
      const before = pools.at(-1)!
      before.sum += last.sum
      before.weight += last.weight
      before.count += last.count
    }
  }
  let i = 0
  for (const pool of pools) for (let n = 0; n < pool.count; n++, i++) layer[i]!.x = pool.sum / pool.weight + shift[i]!
}

function placed(layers: readonly (readonly Item[])[]): void {
  for (const layer of layers) { spread(layer, layer.map(() => 0), layer.map(() => 1)); const middle = layer.length === 0 ? 0 : (layer[0]!.x + layer.at(-1)!.x) / 2; for (const item of layer) item.x -= middle }
  const total = layers.reduce((n, l) => n + l.length, 0)
  const rounds = total > 40_000 ? 4 : total > 8000 ? 6 : 10
  for (let round = 0; round < rounds; round++) {
    const down = round % 2 === 0
    const last = round >= rounds - 2
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[down ? i : layers.length - 1 - i]!
      const pulls = layer.map((item) => { const links = last ? [...item.up, ...item.down] : down ? item.up : item.down; return links.length === 0 ? item.up.concat(item.down) : links })
      spread(layer, layer.map((item, n) => {
        const links = pulls[n]!
        const weight = links.reduce((sum, l) => sum + l.weight, 0)
        return weight === 0 ? item.x : links.reduce((sum, l) => sum + l.weight * l.item.x, 0) / weight
      }), pulls.map((links) => links.reduce((sum, l) => sum + l.weight, 0) + 0.01))
    }
  }
}

/** Places the boxes of one level and leads its edges around them. */
export function placeLevel(boxes: readonly LevelBox[], edges: readonly LevelEdge[]): PlacedLevel {
  const { layer, turned, count } = layersOf(boxes, edges)
  const { items, ways } = withLines(boxes, edges, layer, turned)
  const layers: Item[][] = Array.from({ length: count }, () => [])
  for (const item of items) layers[item.layer]!.push(item)
  ordered(layers)
  placed(layers)
  const tall = layers.map((l) => l.reduce((most, item) => (item.box < 0 ? most : Math.max(most, boxes[item.box]!.height)), 0))
  const top = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) top[i + 1] = top[i]! + tall[i]! + (tall[i] === 0 ? 12 : gapY)
  const left = items.reduce((least, i) => Math.min(least, i.x - i.width / 2), Infinity)
  const right = items.reduce((most, i) => Math.max(most, i.x + i.width / 2), -Infinity)
  const x = Float64Array.from(boxes, (_, i) => items[i]!.x - left)
  const y = Float64Array.from(boxes, (b, i) => top[layer[i]!]! + (b.rank === 'last' ? tall[layer[i]!]! - b.height : (tall[layer[i]!]! - b.height) / 2))
  const routes = edges.map((e, i) => {
    const points = [x[e.from]! + e.out, turned[i] === 1 ? y[e.from]! : y[e.from]! + boxes[e.from]!.height]
    const way = turned[i] === 1 ? [...ways[i]!].reverse() : ways[i]!
    for (const point of way) {
      const [high, low] = [top[point.layer]!, top[point.layer]! + tall[point.layer]!]
      points.push(point.x - left, turned[i] === 1 ? low : high)
      if (low - high > 1) points.push(point.x - left, turned[i] === 1 ? high : low)
    }
    points.push(x[e.to]! + e.into, turned[i] === 1 ? y[e.to]! + boxes[e.to]!.height : y[e.to]!)
    return points
  })
  return { width: items.length === 0 ? 0 : right - left, height: count === 0 ? 0 : Math.max(0, top[count]! - gapY), x, y, routes }
}
