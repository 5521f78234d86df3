// The layers' part of a difference, one line for each kind: how many, which ones, and by how much weights moved.
import type { AnswersChange, DiffChange, DiffKind, GraphDiff, LayerDiff, LayerStatus, WeightChange } from '../domain/model-diff.ts'
import { formatCount, formatNumber, formatPlural, formatShare } from '../format.ts'
import { change } from './change.ts'

const shown = 3

const nameOf = (layer: LayerDiff): string => {
  const side = layer.after ?? layer.before
  return side === null ? '' : `${side.op} “${side.name}”${layer.scope === '' ? '' : ` in ${layer.scope}`}`
}

function names(layers: readonly LayerDiff[], count: number): string {
  const first = layers.slice(0, shown).map(nameOf).join(', ')
  return count > shown ? `${first} and ${formatPlural(count - shown, 'more', 'more')}` : first
}

/** A relative change in words: `2.1 %`, `340 %`. */
const relativeText = (relative: number): string => (relative >= 1 ? `${formatNumber(relative * 100, true)} %` : formatShare(relative))

/** How far weights are apart, in words. */
export function weightWords(w: WeightChange): string {
  const parts = [
    `${formatCount(w.changed)} of ${formatPlural(w.compared, 'number')} ${w.changed === 1 ? 'differs' : 'differ'}`,
    ...(w.relative === null ? [] : [`relative change ${relativeText(w.relative)} (L2)`]),
    ...(w.maxAbs === null ? [] : [`largest difference ${w.maxAbs === 0 ? '0' : formatNumber(w.maxAbs)}`]),
    ...(w.cosine === null ? [] : [`cosine ${w.cosine === 1 ? '1' : w.cosine.toFixed(w.cosine > 0.9999 ? 6 : 4)}`]),
    ...(w.notFinite === 0 ? [] : [`${formatPlural(w.notFinite, 'number')} not finite`]),
  ]
  return parts.join(', ')
}

interface Line { readonly status: LayerStatus; readonly kind: DiffKind; readonly answers: AnswersChange; readonly words: (count: string, list: string) => string }

const lines: readonly Line[] = [
  { status: 'removed', kind: 'layers-removed', answers: 'possible', words: (n, l) => `${n} removed: ${l}.` },
  { status: 'added', kind: 'layers-added', answers: 'possible', words: (n, l) => `${n} added: ${l}.` },
  { status: 'settings', kind: 'layers-settings', answers: 'possible', words: (n, l) => `${n} with other settings: ${l}.` },
  { status: 'rewired', kind: 'layers-rewired', answers: 'possible', words: (n, l) => `${n} wired otherwise: ${l}.` },
  { status: 'resized', kind: 'layers-resized', answers: 'expected', words: (n, l) => `${n} with weights of another shape: ${l}.` },
  { status: 'quantised', kind: 'layers-quantised', answers: 'expected', words: (n, l) => `${n} quantised, computing with small whole numbers now: ${l}.` },
  { status: 'dequantised', kind: 'layers-dequantised', answers: 'expected', words: (n, l) => `${n} computing with floating-point numbers again: ${l}.` },
  { status: 'converted', kind: 'layers-converted', answers: 'expected', words: (n, l) => `${n} with weights of another number type: ${l}.` },
  { status: 'retrained', kind: 'layers-retrained', answers: 'expected', words: (n, l) => `${n} of the same structure with other weights: ${l}.` },
  { status: 'stored', kind: 'layers-stored', answers: 'none', words: (n, l) => `${n} with the same weights, stored otherwise: ${l}.` },
  { status: 'moved', kind: 'layers-moved', answers: 'none', words: (n, l) => `${n} listed at another place in the file, computing the same: ${l}.` },
  { status: 'renamed', kind: 'layers-renamed', answers: 'none', words: (n, l) => `${n} with other names of nodes or inner values: ${l}.` },
]

const isZipMap = (layer: LayerDiff): boolean => (layer.before === null || layer.after === null) && (layer.after ?? layer.before)?.op === 'ZipMap'
const handsOn = (layer: LayerDiff): boolean => (layer.before === null || layer.after === null) && (layer.after ?? layer.before)?.op === 'Identity'

/** One line for each thing that happened to layers; ZipMaps are told with the interface. */
export function layerChanges(graph: GraphDiff): DiffChange[] {
  return lines.flatMap((line) => {
    const layers = graph.layers.filter((l) => l.statuses.includes(line.status) && !isZipMap(l))
    const zipMaps = graph.layers.filter((l) => l.statuses.includes(line.status) && isZipMap(l)).length
    const count = (graph.counts[line.status] ?? 0) - zipMaps
    if (count <= 0) return []
    const harmless = layers.length === count && layers.every(handsOn)
    const learned = (line.status === 'added' || line.status === 'removed') && layers.some((l) => (l.after ?? l.before)!.parameters > 0)
    const notes = layers.length === 1 && layers[0]!.notes.length > 0 ? ` ${layers[0]!.notes.join('; ')}.` : ''
    const far = (line.status === 'retrained' || line.status === 'quantised' || line.status === 'converted') && graph.weights !== null ? ` Over all weights that were compared: ${weightWords(graph.weights)}.` : ''
    return [change(line.kind, `${line.words(formatPlural(count, 'layer'), names(layers, count))}${notes}${harmless ? ' They only hand numbers on.' : ''}${far}`, { answersChange: harmless ? 'none' : learned ? 'expected' : line.answers })]
  })
}
