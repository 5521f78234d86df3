// What a model for masks answers: which output holds a class for every pixel, how, and which class of the data each one is.
// Owns the guesses of a segmentation; refuses models whose outputs have no pixels.
import { isFloating, isInteger } from '../../../shared/binding/shapes.ts'
import { warning } from '../../../shared/binding/problems.ts'
import type { Binding, BindingProblem, ClassBinding, Guess, OutputRole } from '../../../shared/domain/binding.ts'
import type { DatasetFormat, MaskValues } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature, ValueSpec } from '../../../shared/domain/model.ts'
import { maskPlaces } from '../images/mask-read.ts'
import { mapAxes } from './mask-answers.ts'
import type { Probe } from './propose-outputs.ts'
import type { Sample } from './propose-probe.ts'
import { classNames, labelKey } from './propose-words.ts'

/** Answers for pixels are large, so that few pictures are tried. */
const triedPictures = 4

export const fewPictures = (sample: Sample): Sample => ({ ...sample, rows: Math.min(triedPictures, sample.rows), truth: sample.truth.slice(0, triedPictures) })

interface PixelOutput { readonly spec: ValueSpec; readonly role: OutputRole; readonly channels: number; readonly confidence: Guess['confidence']; readonly reason: string }

/** Dimensions as the probe saw them, else as declared; a free dimension is 0. */
export function dimsOf(spec: ValueSpec, probe: Probe | null): readonly number[] {
  return probe?.outputs.get(spec.name)?.tensor.dims ?? (spec.shape ?? []).map((d) => (typeof d === 'number' ? d : 0))
}

/** Channels of a rank-4 output: the axis beside the pixels that has the number of classes, else the smaller one. */
function channelsOf(dims: readonly number[], wanted: readonly number[]): number {
  const [, first = 0, , last = 0] = dims
  const known = wanted.find((k) => k === first) ?? wanted.find((k) => k === last)
  if (known !== undefined) return known
  return first > 0 && (first <= last || last === 0) ? first : last
}

function pixelOutput(spec: ValueSpec, probe: Probe | null, wanted: readonly number[]): PixelOutput | null {
  const dims = dimsOf(spec, probe)
  const text = `It is ${spec.text}`
  if (dims.length !== 3 && dims.length !== 4) return null
  const channels = dims.length === 3 ? 1 : channelsOf(dims, wanted)
  if (channels < 1 || (probe !== null && mapAxes(dims, channels) === null)) return null
  if (isInteger(spec.dtype)) return channels === 1 ? { spec, role: 'pixel-labels', channels, confidence: 'certain', reason: `${text}: one whole number a pixel, the number of its class.` } : null
  if (!isFloating(spec.dtype)) return null
  if (channels > 1) return { spec, role: 'pixel-logits', channels, confidence: 'likely', reason: `${text}: ${channels} numbers a pixel, the largest of which names its class.` }
  const values = probe?.outputs.get(spec.name)?.values ?? null
  if (values !== null && values.every((v) => v >= -1e-6 && v <= 1 + 1e-6) && !values.every(Number.isInteger)) return { spec, role: 'pixel-probability', channels, confidence: 'likely', reason: `${text}: one number from 0 to 1 a pixel, the probability of the second class.` }
  if (values !== null && values.every((v) => Number.isInteger(v) && v >= 0)) return { spec, role: 'pixel-labels', channels, confidence: 'likely', reason: `${text}: one whole number a pixel in the probe run, the number of its class.` }
  return dims.length === 4 ? { spec, role: 'pixel-logits', channels, confidence: 'guess', reason: `${text}: one number a pixel, above 0 for the second class.` } : null
}

const numbered = (k: number): string[] => Array.from({ length: k }, (_, i) => String(i))

/** Class numbers that a class map may hold: by the model's names, the masks, and what the probe answered. */
function countClasses(output: PixelOutput, probe: Probe | null, names: number, masks: MaskValues | null): number {
  if (output.role === 'pixel-probability') return 2
  if (output.role === 'pixel-logits') return output.channels === 1 ? 2 : output.channels
  let answered = 0
  for (const v of probe?.outputs.get(output.spec.name)?.values ?? []) if (v > answered && v < 65_536) answered = v
  const listed = masks === null ? 0 : Math.max(masks.classes.length, masks.named ? Math.max(...masks.classes.map((c) => (c.value ?? 0) + 1)) : 0)
  return Math.max(2, names, listed, answered + 1)
}

interface ClassesFound { readonly classes: readonly ClassBinding[]; readonly guess: Guess; readonly problems: readonly BindingProblem[] }

/** Pairs the model's classes, which are places, with those of the masks, which are names or values. */
function pairClasses(k: number, names: { readonly key: string; readonly values: readonly string[] } | null, masks: MaskValues | null): ClassesFound {
  const made = (labels: readonly string[], confidence: Guess['confidence'], reason: string): ClassesFound => {
    const strays = masks === null ? [] : masks.classes.filter((_, i) => maskPlaces(masks, labels)[i]! < 0).map((c) => `“${c.name}”`)
    const problems = strays.length === 0 ? [] : [warning('classes', `The masks hold classes that the model does not have: ${strays.slice(0, 10).join(', ')}${strays.length > 10 ? ', …' : ''}. Their pixels are not judged.`, 'Check the classes.')]
    return { classes: labels.map((label, i) => ({ label, output: String(i) })), guess: { about: 'classes', value: labels.slice(0, 12).join(', ') + (k > 12 ? `, … (${k})` : ''), confidence, reason }, problems }
  }
  const own = names !== null && names.values.length === k && new Set(names.values).size === k ? names : null
  if (masks === null) return made(own?.values ?? numbered(k), own === null ? 'guess' : 'certain', own === null ? 'Nothing names the classes, so they are called by their number.' : `The model’s metadata “${own.key}” names the classes in this order.`)
  if (masks.named) {
    const spelling = new Map(masks.classes.map((c) => [labelKey(c.name), c.name]))
    if (own !== null && own.values.some((n) => spelling.has(labelKey(n)))) return made(own.values.map((n) => spelling.get(labelKey(n)) ?? n), 'certain', `The model’s metadata “${own.key}” names the classes in this order, and the list beside the masks has the same names.`)
    const byValue = new Map(masks.classes.map((c, i) => [c.value ?? i, c.name]))
    return made(numbered(k).map((n) => byValue.get(Number(n)) ?? `class ${n}`), 'likely', 'The model numbers its classes; they are paired with the list beside the masks by its numbers.')
  }
  if (own !== null) return made(own.values, 'likely', `The model’s metadata “${own.key}” names the classes, and the values of the masks are taken as their numbers.`)
  const places = maskPlaces(masks, numbered(k))
  const byPlace = new Map(masks.classes.map((c, i) => [places[i]!, c.name]))
  return made(numbered(k).map((n) => byPlace.get(Number(n)) ?? n), 'likely', 'Neither the model nor a list names the classes; the values of the masks are taken as the model’s numbers.')
}

export interface MaskChoice { readonly part: Pick<Binding, 'task' | 'outputs' | 'classes' | 'decision'>; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

/** The output side of a segmentation; null when the data has other answers than masks, or no output has pixels. */
export function proposeMasks(signature: Signature, graph: GraphSummary, format: DatasetFormat, labelled: boolean, probe: Probe | null): MaskChoice | null {
  if (format.kind !== 'images' || (format.layout !== 'masks' && labelled)) return null
  const masks = format.layout === 'masks' ? (format.masks ?? null) : null
  const names = classNames(graph)
  const wanted = [names?.values.length ?? 0, masks?.classes.length ?? 0].filter((k) => k > 1)
  const found = signature.outputs.filter((o) => o.kind === 'tensor').flatMap((o) => pixelOutput(o, probe, wanted) ?? [])
  // A class map is the model's own answer; scores are needed only where there is none.
  const chosen = found.find((f) => f.role === 'pixel-labels' && f.confidence === 'certain') ?? found[0]
  if (chosen === undefined || (masks === null && chosen.confidence === 'guess')) return null
  const k = countClasses(chosen, probe, names?.values.length ?? 0, masks)
  const classes = pairClasses(k, names, masks)
  const one = chosen.role === 'pixel-probability' || (chosen.role === 'pixel-logits' && chosen.channels === 1)
  const decision: Binding['decision'] = chosen.role === 'pixel-labels' ? { kind: 'label-output' } : one ? { kind: 'threshold', threshold: 0.5 } : { kind: 'argmax' }
  return {
    part: {
      task: 'semantic-segmentation', classes: [...classes.classes], decision,
      outputs: signature.outputs.map((o) => ({ output: o.name, role: o === chosen.spec ? chosen.role : 'ignored' })),
    },
    guesses: [
      { about: 'task', value: 'semantic-segmentation', confidence: masks === null ? 'likely' : 'certain', reason: masks === null ? 'An output holds a class for every pixel.' : 'The data set has a mask for every picture, and an output holds a class for every pixel.' },
      ...signature.outputs.map((o): Guess => (o === chosen.spec
        ? { about: `outputs.${o.name}`, value: chosen.role, confidence: chosen.confidence, reason: chosen.reason }
        : { about: `outputs.${o.name}`, value: 'ignored', confidence: 'likely', reason: 'Another output was taken as the masks.' })),
      classes.guess,
    ],
    problems: classes.problems,
  }
}
