// The words in which a difference is shown, on screen and on the command line alike.
import type { AnswersChange, DiffClass, DiffGroup, LayerDiff, LayerStatus, ModelDiff } from '../domain/model-diff.ts'
import { formatNumber, formatShare } from '../format.ts'
import { classWords } from './model-diff.ts'

export const groupTitles: Readonly<Record<DiffGroup, string>> = {
  interface: 'Inputs and outputs', layers: 'Layers', weights: 'Weights', usage: 'Preprocessing and decisions', format: 'Format and metadata', facts: 'Size and speed',
}

export const answersMark: Readonly<Record<AnswersChange, string>> = { none: 'the same', possible: 'may change', expected: 'change' }

export const statusWords: Readonly<Record<LayerStatus, string>> = {
  removed: 'removed', added: 'added', quantised: 'quantised', dequantised: 'no longer quantised', resized: 'other shape', settings: 'other settings', rewired: 'wired otherwise',
  converted: 'converted', retrained: 'retrained', stored: 'stored otherwise', moved: 'moved', renamed: 'renamed', same: 'same',
}

/** The class, and the further ones behind it: `Retrained, also renamed inside`. */
export function classTitle(d: { readonly class: DiffClass; readonly also: readonly DiffClass[] }): string {
  return d.also.length === 0 ? classWords[d.class].title : `${classWords[d.class].title}; also ${d.also.map((c) => classWords[c].also).join(', ')}`
}

export const layerStatusWords = (l: LayerDiff): string => l.statuses.map((s) => statusWords[s]).join(', ')

/** A layer's name; both where they differ. */
export function layerNames(l: LayerDiff): string {
  const [a, b] = [l.before?.name ?? null, l.after?.name ?? null]
  const name = a !== null && b !== null && a !== b ? `${a} ⇒ ${b}` : (b ?? a ?? '')
  return l.scope === '' ? name : `${name} (in ${l.scope})`
}

/** How far its weights moved: `2.1 %, cosine 0.9997`; empty where nothing was compared. */
export function layerWeightText(l: LayerDiff): string {
  const w = l.weights
  if (w === null) return ''
  if (w.changed === 0) return 'the same'
  const relative = w.relative === null ? `largest ${formatNumber(w.maxAbs ?? 0)}` : w.relative >= 1 ? `${formatNumber(w.relative * 100, true)} %` : formatShare(w.relative)
  return w.cosine === null ? relative : `${relative}, cosine ${w.cosine.toFixed(4)}`
}

/** `income@1`; the name of a file that is no version. */
export const sideName = (side: ModelDiff['left']): string => (side.number === null ? side.name : `${side.name}@${side.number}`)

/** The document's name of a pair: `income@1 → income@2`. */
export const pairName = (d: Pick<ModelDiff, 'left' | 'right'>): string => `${sideName(d.left)} → ${sideName(d.right)}`
