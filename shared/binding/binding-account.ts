// A binding in words, part by part, with the reason for each: guessed and how sure, set by the user, or simply stated.
// Owns the account that a run, a page and an export give of their assumptions; refuses to leave a part out.
import type { Binding, Guess, InputBinding, MissingRule, Target } from '../domain/binding.ts'
import { calibrationWords } from '../calibration/apply.ts'
import { taskName } from '../format.ts'
import { thresholdText } from '../thresholds/save-threshold.ts'

/** One part of a binding. `about` is a dotted path as in a guess. */
export interface BindingPart { readonly about: string; readonly value: string }

export interface AccountLine extends BindingPart {
  /** Null: nothing had to be guessed. */
  readonly confidence: Guess['confidence'] | null
  readonly reason: string
}

/** What a missing cell becomes. */
export function missingWords(rule: MissingRule): string {
  if (rule === 'nan') return 'fed as NaN'
  if (rule === 'empty') return 'fed as the empty text'
  return rule === 'drop' ? 'the row is left out' : `fed as ${JSON.stringify(rule.fill)}`
}

function targetWords(target: Target | null): string {
  switch (target?.kind) {
    case undefined: return 'none: no true answers'
    case 'column': return target.column
    case 'image-class': return 'class of the picture'
    case 'label-columns': return target.columns.join(', ')
    case 'label-list': return `${target.column}, labels separated by “${target.separator}”`
    case 'boxes': return 'boxes of the picture'
    case 'masks': return 'mask of the picture'
  }
}

function inputParts(bound: InputBinding): BindingPart[] {
  const about = `inputs.${bound.input}`
  switch (bound.kind) {
    case 'column': return [{ about, value: `column ${bound.column}` }, { about: `${about}.missing`, value: missingWords(bound.missing) }]
    case 'columns': return [{ about, value: `${bound.columns.length} columns in this order: ${bound.columns.join(', ')}` }, { about: `${about}.missing`, value: missingWords(bound.missing) }]
    case 'constant': return [{ about, value: `always ${JSON.stringify(bound.value)}` }]
    case 'image': {
      const i = bound.image
      const first = i.shorterSide === null ? '' : `, shorter side to ${i.shorterSide} first`
      return [
        { about, value: `picture of ${i.width} × ${i.height}, ${i.color}, ${i.layout}` },
        { about: `${about}.resize`, value: `${i.resize}, ${i.kernel}${first}${i.resize === 'pad' ? `, filled with ${i.padValue}` : ''}` },
        { about: `${about}.normalisation`, value: `(pixel × ${i.scale} − [${i.mean.join(', ')}]) ÷ [${i.std.join(', ')}]` },
      ]
    }
  }
}

function decisionWords(binding: Binding): string {
  const { decision } = binding
  if (decision.kind === 'label-output') return 'the model’s own label'
  return decision.kind === 'argmax' ? 'the class with the largest probability' : `from a score of ${thresholdText(decision.threshold)}`
}

const classWords = (binding: Binding): string => binding.classes.map((c, i) => (c.output === c.label || c.output === String(i) ? c.label : `${c.label} (${c.output})`)).join(', ')

/** Every part of the binding in reading order. Parts that the task does not use are left out. */
export function bindingParts(binding: Binding): BindingPart[] {
  const { detection: d } = binding
  const classes = binding.classes.length > 0
  return [
    { about: 'task', value: taskName(binding.task) }, { about: 'target', value: targetWords(binding.target) },
    ...binding.inputs.flatMap(inputParts),
    ...binding.outputs.map((o) => ({ about: `outputs.${o.output}`, value: o.role })),
    ...classes ? [{ about: 'classes', value: classWords(binding) }] : [],
    ...binding.positiveClass === null ? [] : [{ about: 'positiveClass', value: binding.positiveClass }],
    ...classes ? [{ about: 'decision', value: decisionWords(binding) }] : [],
    ...binding.calibration === undefined ? [] : [{ about: 'calibration', value: calibrationWords(binding.calibration) }],
    ...d === undefined ? [] : [{
      about: 'detection', value: `${d.order} in ${d.unit === 'share' ? 'shares of the picture' : 'pixels'}, scores from ${d.minimumScore}, ${d.suppression === null ? 'no suppression' : `suppression from an overlap of ${d.suppression.iou}`}, at most ${d.maximumBoxes} boxes`,
    }],
    ...binding.idColumn === null ? [] : [{ about: 'idColumn', value: binding.idColumn }],
    { about: 'rows', value: binding.rows },
  ]
}

/** Guesses that still stand after the user changed `proposed` into `binding`, and one of confidence `set` for each part that was changed. */
export function correctedGuesses(proposed: Binding, binding: Binding, guesses: readonly Guess[]): Guess[] {
  const before = new Map(bindingParts(proposed).map((p) => [p.about, p.value]))
  const now = bindingParts(binding)
  const changed = now.filter((p) => before.get(p.about) !== p.value)
  const touched = new Set(changed.map((p) => p.about))
  const gone = new Set([...before.keys()].filter((about) => !now.some((p) => p.about === about)))
  const set = changed.map((p): Guess => {
    const was = before.get(p.about)
    return { about: p.about, value: p.value, confidence: 'set', reason: was === undefined ? 'Set by you.' : `Set by you; the proposal was: ${was}.` }
  })
  return [...guesses.filter((g) => !touched.has(g.about) && !gone.has(g.about)), ...set]
}

/** What the numbers rest on and nobody has said, to be named before the numbers; null: nothing. */
export function guessNote(guesses: readonly Guess[]): string | null {
  const open = guesses.filter((g) => g.confidence === 'guess').map((g) => g.about)
  if (open.length === 0) return null
  return `${open.length === 1 ? 'One assumption is a guess' : `${open.length} assumptions are guesses`} (${open.join(', ')}); check ${open.length === 1 ? 'it' : 'them'} before you trust the numbers, and correct the binding where it is wrong.`
}

/** A proposed threshold that the binding no longer decides by was changed by somebody; bindings that were saved before this was recorded say so too. */
export function standingGuesses(binding: Binding, guesses: readonly Guess[]): Guess[] {
  const { decision } = binding
  return guesses.map((g) => {
    const proposed = g.about === 'decision' && g.confidence !== 'set' ? /^threshold (\d[\d.e-]*)$/.exec(g.value)?.[1] : undefined
    if (proposed === undefined || decision.kind !== 'threshold' || Number(proposed) === decision.threshold) return g
    return { ...g, value: decisionWords(binding), confidence: 'set', reason: `Saved since the proposal, which was: ${g.value}.` }
  })
}

/** The whole binding with what is known about each part; guesses about what the binding does not hold, such as a probe run, come last. */
export function bindingAccount(binding: Binding, guesses: readonly Guess[]): AccountLine[] {
  const told = new Map(standingGuesses(binding, guesses).map((g) => [g.about, g]))
  const parts = bindingParts(binding)
  const known = new Set(parts.map((p) => p.about))
  return [
    ...parts.map((p): AccountLine => {
      const guess = told.get(p.about)
      return guess === undefined ? { ...p, confidence: null, reason: 'Stated in the binding; nothing was guessed.' } : { ...p, confidence: guess.confidence, reason: guess.reason }
    }),
    ...guesses.filter((g) => !known.has(g.about)),
  ]
}
