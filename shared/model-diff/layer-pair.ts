// What became of one layer: its weights, its settings, its wiring and its name, on both sides.
// Owns the words of a layer's notes. Judges nothing about the model as a whole.
import type { LayerStatus } from '../domain/model-diff.ts'
import type { Layer, LayerWeight, Source } from './layers.ts'
import type { DiffPlan, ScopePair } from './plan.ts'
import { tellingAttributes } from './structure.ts'
import { addSums, noSums, sameShape, sameSums, storedTurned, type PairSums } from './weights.ts'

const mostNotes = 8
const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)

const floating = (w: LayerWeight): boolean => /^b?float/.test(w.tensor.type)
const shapeText = (w: LayerWeight): string => `${w.tensor.type}[${w.tensor.dims.join(', ')}]`

/** What was found about a layer so far. */
export interface Found { readonly statuses: Set<LayerStatus>; readonly notes: string[]; sums: PairSums | null; unread: boolean }

const say = (found: Found, status: LayerStatus, note?: string): void => {
  found.statuses.add(status)
  if (note !== undefined && found.notes.length < mostNotes && !found.notes.includes(note)) found.notes.push(note)
}

const nameOfInput = (slot: string): string => (/^\d+$/.test(slot) ? `the constant at input ${Number(slot) + 1}` : `“${slot}”`)

function lone(found: Found, weight: LayerWeight, side: 'added' | 'removed', requantised: boolean): void {
  if (requantised) return
  say(found, weight.setting ? 'settings' : /^\d+$/.test(weight.slot) ? 'resized' : 'retrained', `${nameOfInput(weight.slot)} (${weight.setting ? weight.tensor.text ?? shapeText(weight) : shapeText(weight)}) was ${side}`)
}

function setting(found: Found, a: LayerWeight, b: LayerWeight): void {
  if (a.tensor.digest === b.tensor.digest && a.tensor.dims.join() === b.tensor.dims.join()) return
  const text = (w: LayerWeight): string => w.tensor.text ?? `${shapeText(w)}`
  // The same numbers in another type are a conversion, which is told elsewhere.
  if (a.tensor.type !== b.tensor.type && a.tensor.text !== null && a.tensor.text === b.tensor.text) return say(found, 'converted')
  say(found, 'settings', text(a) === text(b) ? `${nameOfInput(a.slot)} has other values` : `${nameOfInput(a.slot)}: ${short(text(a))} → ${short(text(b))}`)
}

const storedNote = (w: Pick<LayerWeight, 'slot'>): string => `${nameOfInput(w.slot)} has its rows and columns swapped and the layer says so: the same numbers in the same product`

function learnedPair(found: Found, [layer, other]: readonly [Layer, Layer], a: LayerWeight, b: LayerWeight, plan: DiffPlan, sums: readonly PairSums[], requantised: boolean): void {
  const turned = storedTurned(layer, other, a.slot)
  const pair = plan.pairOf(a, b, layer.family, turned)
  const asked = pair.request === null ? null : sums[pair.request] ?? null
  const read = asked !== null && asked.compared === a.tensor.elements ? asked : null
  const same = !turned && a.tensor.digest === b.tensor.digest && a.scale?.digest === b.scale?.digest && a.zero?.digest === b.zero?.digest
  if (same && sameShape(a, b) !== null) {
    if (a.scale === null && a.tensor.squares !== null) found.sums = addSums(found.sums ?? noSums, sameSums(a.tensor.elements, a.tensor.squares))
    return
  }
  if (read !== null) found.sums = addSums(found.sums ?? noSums, read)
  if (requantised) return
  if (turned && read !== null && read.changed === 0 && a.tensor.type === b.tensor.type) return say(found, 'stored', storedNote(a))
  if (sameShape(a, b) === null) {
    if (/^\d+$/.test(a.slot)) say(found, 'resized', `${nameOfInput(a.slot)}: ${shapeText(a)} → ${shapeText(b)}`)
    else say(found, 'retrained', `${nameOfInput(a.slot)}: ${a.tensor.elements} → ${b.tensor.elements} numbers`)
    return
  }
  if (a.tensor.type !== b.tensor.type) say(found, 'converted', `${nameOfInput(a.slot)}: ${shapeText(a)} → ${shapeText(b)}`)
  if (read === null) found.unread = true
  if (a.tensor.type === b.tensor.type || read === null || read.beyondRounding > 0 || !floating(a) || !floating(b)) say(found, 'retrained')
}

function weights(found: Found, a: Layer, b: Layer, plan: DiffPlan, sums: readonly PairSums[], requantised: boolean): void {
  for (const weight of a.weights) {
    const other = b.weights.find((w) => w.slot === weight.slot)
    if (other === undefined) lone(found, weight, 'removed', requantised)
    else if (weight.setting && other.setting) setting(found, weight, other)
    else learnedPair(found, [a, b], weight, other, plan, sums, requantised)
  }
  for (const weight of b.weights) if (!a.weights.some((w) => w.slot === weight.slot)) lone(found, weight, 'added', requantised)
}

/** Settings that only say how weights are laid out, which a quantised form may choose anew. */
const layoutOnly = /^(transA|transB|alpha|beta|kernel_shape)$/

function settings(found: Found, a: Layer, b: Layer, requantised: boolean): void {
  if (a.op !== b.op && !requantised) say(found, 'settings', `${a.op} became ${b.op}`)
  const [ours, theirs] = [tellingAttributes(a), tellingAttributes(b)]
  for (const name of [...new Set([...ours, ...theirs].map((x) => x.name))].sort()) {
    const [x, y] = [ours.find((o) => o.name === name), theirs.find((o) => o.name === name)]
    if (x?.digest === y?.digest || (requantised && layoutOnly.test(name)) || (/^trans[AB]$/.test(name) && found.notes.includes(storedNote({ slot: name === 'transA' ? '0' : '1' })))) continue
    const note = x?.text === y?.text ? `${name} has other values` : `${name}: ${x === undefined ? 'not given' : short(x.text)} → ${y === undefined ? 'not given' : short(y.text)}`
    say(found, (x ?? y)?.learned === true ? 'retrained' : a.op === 'Cast' && name === 'to' ? 'converted' : 'settings', note)
  }
  for (const body of a.bodies) if (!b.bodies.some((o) => o.slot === body.slot)) say(found, 'settings', `the body “${body.slot}” was removed`)
  for (const body of b.bodies) if (!a.bodies.some((o) => o.slot === body.slot)) say(found, 'settings', `the body “${body.slot}” was added`)
}

/** Whether two sources are counterparts; null where one of them has none, so that an added layer is told once and not at all its neighbours. */
function sameSource(s: ScopePair, a: Source, b: Source): boolean | null {
  if (a === null || b === null) return a === b ? true : null
  if (a.kind === 'layer' && b.kind === 'layer') {
    const [j, i] = [s.match.toRight[a.layer]!, s.match.toLeft[b.layer]!]
    return j < 0 || i < 0 ? null : j === b.layer && a.slot === b.slot
  }
  if (a.kind === 'input' && b.kind === 'input') return s.inputs.has(a.name) && [...s.inputs.values()].includes(b.name) ? s.inputs.get(a.name) === b.name : null
  if (a.kind !== b.kind) {
    const [layer, matched] = a.kind === 'layer' ? [a.layer, s.match.toRight] : b.kind === 'layer' ? [b.layer, s.match.toLeft] : [-1, null]
    return matched === null || matched[layer]! < 0 ? null : false
  }
  return true
}

function wiring(found: Found, s: ScopePair, i: number, j: number): void {
  const [a, b] = [s.left.graph.layers[i]!, s.right.graph.layers[j]!]
  const count = (layer: Layer): number => layer.sources.filter((x) => x !== null).length
  if (count(a) !== count(b) && a.quantised === b.quantised) say(found, 'rewired', `takes ${count(a)} → ${count(b)} values`)
  for (let slot = 0; slot < Math.min(a.sources.length, b.sources.length); slot++) {
    if (sameSource(s, a.sources[slot]!, b.sources[slot]!) === false) say(found, 'rewired', `input ${slot + 1} comes from another place`)
  }
}

function outputsMoved(s: ScopePair, found: Found, i: number, j: number): void {
  for (const [from, to] of s.outputs) {
    const source = s.left.graph.outputs.find((o) => o.name === from)?.source ?? null
    const now = s.right.graph.outputs.find((o) => o.name === to)?.source ?? null
    if (source?.kind !== 'layer' || now?.kind !== 'layer' || (source.layer !== i && now.layer !== j)) continue
    if (now.layer === j && sameSource(s, source, now) === false) say(found, 'rewired', `makes the output “${to}” now`)
  }
}

/** Names of inner values; those of the graph's outputs belong to its interface. */
function renamed(s: ScopePair, a: Layer, b: Layer): boolean {
  if (a.name !== b.name) return true
  const ends = (g: ScopePair['left']): Set<string> => new Set(g.graph.outputs.map((o) => o.name))
  const [ours, theirs] = [ends(s.left), ends(s.right)]
  if (a.outputs.some((o, at) => { const other = b.outputs[at]; return other !== undefined && other !== o && !ours.has(o) && !theirs.has(other) })) return true
  return a.weights.some((w) => { const other = b.weights.find((x) => x.slot === w.slot); return other !== undefined && other.tensor.name !== w.tensor.name })
}

/** Everything about a layer and its counterpart, without the order of the file. */
export function comparePair(s: ScopePair, i: number, j: number, plan: DiffPlan, sums: readonly PairSums[]): Found {
  const [a, b] = [s.left.graph.layers[i]!, s.right.graph.layers[j]!]
  const found: Found = { statuses: new Set(), notes: [], sums: null, unread: false }
  const requantised = a.quantised !== b.quantised
  if (requantised) say(found, b.quantised ? 'quantised' : 'dequantised')
  weights(found, a, b, plan, sums, requantised)
  settings(found, a, b, requantised)
  wiring(found, s, i, j)
  outputsMoved(s, found, i, j)
  if (!requantised && renamed(s, a, b)) say(found, 'renamed')
  return found
}
