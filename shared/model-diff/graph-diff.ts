// The second half of a comparison: what became of every layer, counted, and how far the weights are apart in all.
// Pure; takes the plan and the sums that were read for it.
import { LayerStatus, type GraphDiff, type LayerDiff, type LayerSide } from '../domain/model-diff.ts'
import { formatPlural } from '../format.ts'
import { comparePair, type Found } from './layer-pair.ts'
import type { Layer } from './layers.ts'
import type { DiffPlan, ScopePair } from './plan.ts'
import { longestIncreasing } from './sequence.ts'
import { addSums, noSums, sameSums, weightChange, type PairSums } from './weights.ts'

const mostLayers = 2000
const mostShapes = 4

interface Row { readonly scope: ScopePair; readonly left: Layer | null; readonly right: Layer | null; readonly found: Found; readonly place: number }

const learned = (layer: Layer): Layer['weights'] => layer.weights.filter((w) => !w.setting)
const hasLearned = (layer: Layer): boolean => learned(layer).length > 0 || layer.attributes.some((a) => a.learned)

function side(layer: Layer): LayerSide {
  const weights = learned(layer)
  const shapes = weights.slice(0, mostShapes).map((w) => `${w.tensor.type}[${w.tensor.dims.join(', ')}]`)
  return {
    name: layer.label, op: layer.op, domain: layer.domain,
    shapes: [...shapes, ...(weights.length > mostShapes ? [`and ${weights.length - mostShapes} more`] : [])].join(', '), parameters: weights.reduce((n, w) => n + w.tensor.elements, 0),
  }
}

const alone = (status: 'added' | 'removed'): Found => ({ statuses: new Set([status]), notes: [], sums: null, unread: false })

/** Places on the left of the layers that are not where the order of the others puts them. */
function movedOf(s: ScopePair): Set<number> {
  const pairs = [...s.match.toRight.entries()].filter(([, j]) => j >= 0)
  const kept = new Set(longestIncreasing(pairs.map(([, j]) => j)))
  return new Set(pairs.filter((_, at) => !kept.has(at)).map(([i]) => i))
}

function rowsOf(s: ScopePair, plan: DiffPlan, sums: readonly PairSums[]): Row[] {
  const rows: Row[] = []
  const moved = movedOf(s)
  let place = -1
  for (const [i, left] of s.left.graph.layers.entries()) {
    const j = s.match.toRight[i]!
    if (j >= 0 && !moved.has(i)) place = j
    if (j < 0) { rows.push({ scope: s, left, right: null, found: alone('removed'), place: place + 0.5 }); continue }
    const found = comparePair(s, i, j, plan, sums)
    if (moved.has(i)) found.statuses.add('moved')
    if (found.statuses.size === 0) found.statuses.add('same')
    rows.push({ scope: s, left, right: s.right.graph.layers[j]!, found, place: j })
  }
  for (const [j, right] of s.right.graph.layers.entries()) if (s.match.toLeft[j]! < 0) rows.push({ scope: s, left: null, right, found: alone('added'), place: j })
  return rows.sort((a, b) => a.place - b.place)
}

/** Casts that came or went with a conversion of the weights are part of it. */
function tellConversion(rows: readonly Row[]): void {
  if (!rows.some((r) => r.found.statuses.has('converted'))) return
  for (const { left, right, found } of rows) {
    if ((left ?? right)?.op !== 'Cast' || (left !== null && right !== null)) continue
    found.notes.push(left === null ? 'was added' : 'was removed')
    found.statuses.clear()
    found.statuses.add('converted')
  }
}

const mainStatus = (found: Found): LayerStatus => LayerStatus.options.find((s) => found.statuses.has(s)) ?? 'same'

function layerDiff({ scope, left, right, found }: Row): LayerDiff {
  return {
    status: mainStatus(found), statuses: LayerStatus.options.filter((s) => found.statuses.has(s)), scope: scope.scope,
    before: left === null ? null : side(left), after: right === null ? null : side(right), weights: found.sums === null ? null : weightChange(found.sums), notes: found.notes,
  }
}

/** Sums over every tensor pair, each once, however many layers share it. */
function totals(plan: DiffPlan, sums: readonly PairSums[]): PairSums | null {
  let total: PairSums | null = sums.reduce<PairSums | null>((all, s) => addSums(all ?? noSums, s), null)
  const seen = new Set<string>()
  for (const s of plan.scopes) {
    for (const [i, layer] of s.left.graph.layers.entries()) {
      const other = s.right.graph.layers[s.match.toRight[i]!]
      for (const weight of learned(layer)) {
        const theirs = other?.weights.find((w) => w.slot === weight.slot && !w.setting)
        const key = `${weight.tensor.id}:${theirs?.tensor.id}`
        if (theirs === undefined || theirs.tensor.digest !== weight.tensor.digest || weight.scale !== null || weight.tensor.squares === null || seen.has(key)) continue
        seen.add(key)
        total = addSums(total ?? noSums, sameSums(weight.tensor.elements, weight.tensor.squares))
      }
    }
  }
  return total
}

const structural: readonly LayerStatus[] = ['added', 'removed', 'settings', 'rewired', 'resized']
const handsOn: ReadonlySet<string> = new Set(['Identity'])

function structureOfRows(rows: readonly Row[]): GraphDiff['structure'] {
  const lone = (r: Row): boolean => r.left === null || r.right === null
  const changed = rows.filter((r) => structural.some((s) => r.found.statuses.has(s)) && !(lone(r) && (r.left ?? r.right)!.op === 'ZipMap'))
  const harmless = changed.filter((r) => lone(r) && handsOn.has((r.left ?? r.right)!.op))
  return { changed: changed.length, harmless: harmless.length }
}

function zipMapsOf(s: ScopePair | undefined): GraphDiff['zipMaps'] {
  if (s === undefined) return []
  return s.left.graph.outputs.flatMap((output) => {
    const zip = output.source?.kind === 'layer' ? output.source.layer : -1
    const layer = s.left.graph.layers[zip]
    if (layer?.op !== 'ZipMap' || s.match.toRight[zip]! >= 0) return []
    const from = layer.sources[0]
    const behind = from?.kind === 'layer' ? s.match.toRight[from.layer]! : -1
    // An Identity may stand where the map stood.
    const makes = (source: GraphDiffSource): boolean => source?.kind === 'layer' && ((source.layer === behind && from?.kind === 'layer' && source.slot === from.slot) || (s.right.graph.layers[source.layer]?.op === 'Identity' && makes(s.right.graph.layers[source.layer]!.sources[0] ?? null)))
    const now = s.right.graph.outputs.find((o) => behind >= 0 && makes(o.source))?.name ?? s.right.graph.outputs.find((o) => o.name === output.name)?.name ?? null
    return [{ output: output.name, now }]
  })
}

type GraphDiffSource = ScopePair['right']['graph']['outputs'][number]['source']

function notComparedOf(rows: readonly Row[]): string[] {
  const unread = rows.filter((r) => r.found.unread).length
  return unread === 0 ? [] : [`The weights of ${formatPlural(unread, 'layer')} differ, but not by how much: ${unread === 1 ? 'they are' : 'they are each'} kept in a form whose numbers are not read.`]
}

/** As many as are told, the most consequential ones, in the order of the graph. */
function mostTelling(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= mostLayers) return rows
  const quiet: readonly LayerStatus[] = ['moved', 'renamed', 'same']
  const kept = new Set(rows.map((r, at) => ({ at, rank: quiet.indexOf(mainStatus(r.found)) })).sort((a, b) => a.rank - b.rank || a.at - b.at).slice(0, mostLayers).map((x) => x.at))
  return rows.filter((_, at) => kept.has(at))
}

/** What became of every layer. `sums`: for each request of the plan, in its order. */
export function graphDiff(plan: DiffPlan, sums: readonly PairSums[]): GraphDiff {
  const rows = plan.scopes.flatMap((s) => rowsOf(s, plan, sums))
  tellConversion(rows)
  const counts = Object.fromEntries(LayerStatus.options.map((s) => [s, rows.filter((r) => r.found.statuses.has(s)).length])) as GraphDiff['counts']
  const pairs = rows.filter((r) => r.left !== null && r.right !== null && (hasLearned(r.left) || hasLearned(r.right)))
  const changed = pairs.filter((r) => ['retrained', 'resized', 'quantised', 'dequantised'].some((s) => r.found.statuses.has(s as LayerStatus))).length
  const lone = (of: 'left' | 'right', other: 'left' | 'right'): number => rows.filter((r) => r[other] === null && r[of] !== null && hasLearned(r[of])).length
  const total = totals(plan, sums)
  return {
    layers: mostTelling(rows).map(layerDiff), layersLeftOut: Math.max(0, rows.length - mostLayers), counts,
    before: rows.filter((r) => r.left !== null).length, after: rows.filter((r) => r.right !== null).length,
    weighted: { same: pairs.length - changed, changed, loneBefore: lone('left', 'right'), loneAfter: lone('right', 'left') },
    structure: structureOfRows(rows), weights: total === null ? null : weightChange(total), zipMaps: zipMapsOf(plan.scopes[0]), documentation: plan.documentation, ...(plan.replaceable.added.length + plan.replaceable.removed.length === 0 ? {} : { replaceable: { added: [...plan.replaceable.added], removed: [...plan.replaceable.removed] } }), notCompared: notComparedOf(rows),
  }
}
