// What a detector answers: which outputs hold its boxes, how they are read, and which class of the data each of its labels is.
// Owns the guesses of a detection; refuses models whose outputs hold no boxes.
import { warning } from '../../../shared/binding/problems.ts'
import type { Binding, BindingProblem, ClassBinding, DetectionSettings, Guess, ImagePreprocessing, InputBinding } from '../../../shared/domain/binding.ts'
import type { BoxClasses, DatasetFormat } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature } from '../../../shared/domain/model.ts'
import { boxPlaces } from '../images/box-classes.ts'
import { boxLayout, type BoxLayout } from './propose-box-outputs.ts'
import { agreeing, likeliestReading, probedOutputs, type FoundBox, type Naming, type ProbedPicture } from './propose-box-readings.ts'
import type { Probe } from './propose-outputs.ts'
import { classNames, labelKey } from './propose-words.ts'

export interface BoxRequest {
  readonly signature: Signature
  readonly graph: GraphSummary
  readonly format: DatasetFormat
  /** Whether the data has true answers of any kind. */
  readonly labelled: boolean
  readonly inputs: readonly InputBinding[]
  readonly probe: Probe | null
  /** The pictures of the probe, in order. */
  readonly pictures: readonly ProbedPicture[]
}

export interface BoxChoice { readonly part: Pick<Binding, 'task' | 'outputs' | 'classes' | 'decision' | 'detection'>; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

type Names = ReturnType<typeof classNames>

/** Boxes, scores and the numbers of torchvision's and Detectron's detectors where a model gives raw cells; a model with labels has suppressed them itself. */
const rawDefaults: Pick<DetectionSettings, 'minimumScore' | 'suppression' | 'maximumBoxes'> = { minimumScore: 0.05, suppression: { iou: 0.5, perClass: true }, maximumBoxes: 100 }
const doneDefaults: Pick<DetectionSettings, 'minimumScore' | 'suppression' | 'maximumBoxes'> = { minimumScore: 0, suppression: null, maximumBoxes: 100 }
const usualScore = 0.3

const usualSettings = (layout: BoxLayout): DetectionSettings => (layout.grid === null
  ? { order: /^detection_boxes/i.test(layout.roles[0]?.spec.name ?? '') ? 'yxyx' : 'xyxy', unit: /^detection_boxes/i.test(layout.roles[0]?.spec.name ?? '') ? 'share' : 'pixels', cells: 'last', objectness: false, ...doneDefaults }
  : { order: 'cxcywh', unit: 'pixels', cells: layout.grid.cells, objectness: layout.grid.objectness, ...rawDefaults })

const asIs = (labels: readonly string[]): ClassBinding[] => labels.map((label) => ({ label, output: label }))
const counted = (k: number): string[] => Array.from({ length: k }, (_, i) => String(i))

/** What the model may call its classes, before anything is known of their meaning: places of a grid, or every label that the probe answered. */
function rawClasses(layout: BoxLayout, probe: Probe | null, names: Names, data: BoxClasses | null): ClassBinding[] {
  if (layout.grid !== null) return asIs(counted(layout.grid.classes))
  const labels = probe?.outputs.get(layout.roles.find((r) => r.role === 'box-labels')?.spec.name ?? '')
  if (labels === undefined) return asIs(counted(Math.max(1, names?.values.length ?? data?.classes.length ?? 1)))
  const seen = new Set(labels.values === null ? (labels.tensor.values as readonly string[]) : [...labels.values].map(String))
  return asIs([...seen].slice(0, 10_000))
}

/** The ways to name the model's classes that make sense, the most telling first. */
function namings(layout: BoxLayout, names: Names, data: BoxClasses | null): Naming[] {
  const made: Naming[] = []
  const k = layout.grid?.classes ?? null
  const spelling = new Map((data?.classes ?? []).map((c) => [labelKey(c.name), c.name]))
  if (names !== null && (k === null || names.values.length === k) && new Set(names.values).size === names.values.length) {
    const known = data === null || !data.named ? [] : names.values.filter((n) => spelling.has(labelKey(n)))
    if (data === null || !data.named || known.length > 0) made.push({ classes: names.values.map((n, i) => ({ label: (data?.named === true ? spelling.get(labelKey(n)) : undefined) ?? n, output: String(i) })), confidence: known.length > 0 || data === null ? 'certain' : 'likely', reason: `The model’s metadata “${names.key}” names the classes in this order${known.length > 0 ? ', and the annotations have the same names' : ''}.` })
  }
  if (data === null || data.classes.length === 0) return made.length > 0 ? made : [{ classes: asIs(counted(k ?? 1)), confidence: 'guess', reason: 'Nothing names the classes, so they are called by their number.' }]
  const by = (number: (value: number, place: number) => number): ClassBinding[] => {
    const pairs = new Map(data.classes.map((c, place) => [number(c.value, place), c.name]))
    return k === null ? [...pairs].map(([output, label]) => ({ label, output: String(output) })) : counted(k).map((output) => ({ label: pairs.get(Number(output)) ?? `class ${output}`, output }))
  }
  return [
    ...made, { classes: by((value) => value), confidence: 'likely', reason: 'The model’s numbers are taken as those of the annotations.' },
    { classes: by((_, place) => place), confidence: 'likely', reason: 'The model’s numbers are taken as the places of the annotations’ classes, counted from 0.' },
    ...(k === null ? [{ classes: by((_, place) => place + 1), confidence: 'likely' as const, reason: 'The model’s numbers are taken as the places of the annotations’ classes, counted from 1.' }] : []),
  ]
}

/** The naming under which most found boxes have the right class; the first one where none does better. */
function likeliestNaming(ways: readonly Naming[], found: readonly FoundBox[], data: BoxClasses | null): Naming & { readonly told: string } {
  const graded = ways.map((naming) => ({ naming, right: data === null ? 0 : agreeing(naming, found, (labels) => boxPlaces(data, labels)) }))
  const best = graded.reduce((a, b) => (b.right > a.right ? b : a))
  const told = found.length === 0 || data === null ? '' : ` Of ${found.length} boxes that were found in the sample pictures, ${best.right} then have the right class.`
  return { ...best.naming, confidence: found.length > 0 && best.right * 2 < found.length ? 'guess' : best.naming.confidence, told }
}

function settingGuesses(settings: DetectionSettings): Guess[] {
  const { suppression, minimumScore, maximumBoxes } = settings
  const about = 'detection.suppression'
  const most = `the ${maximumBoxes} best boxes a picture count`
  return suppression === null
    ? [{ about, value: `none, ${most}`, confidence: 'likely', reason: 'The model gives boxes with labels, which are suppressed already; COCO counts 100 boxes a picture.' }]
    : [{ about, value: `score from ${minimumScore}, IoU ${suppression.iou} per class, ${most}`, confidence: 'guess', reason: 'The model gives every cell, so its boxes are thinned out here; these are the usual numbers.' }]
}

function straysOf(data: BoxClasses | null, classes: readonly ClassBinding[]): BindingProblem[] {
  if (data === null) return []
  const places = boxPlaces(data, classes.map((c) => c.label))
  const strays = data.classes.filter((c) => !places.has(c.value)).map((c) => `“${c.name}”`)
  return strays.length === 0 ? [] : [warning('classes', `The annotations hold classes that the model does not have: ${strays.slice(0, 10).join(', ')}${strays.length > 10 ? ', …' : ''}. Their boxes are not judged.`, 'Check the classes.')]
}

const imageIn = (inputs: readonly InputBinding[]): ImagePreprocessing | null => inputs.flatMap((i) => (i.kind === 'image' ? [i.image] : []))[0] ?? null

/** The output side of a detection; null when the data has other answers than boxes, or no output holds boxes. */
export function proposeBoxes(request: BoxRequest): BoxChoice | null {
  const { signature, graph, format, probe, pictures } = request
  if (format.kind !== 'images') return null
  const data = format.boxes ?? null
  if (data === null && request.labelled) return null
  const names = classNames(graph)
  const wanted = [names?.values.length ?? 0, data?.classes.length ?? 0].filter((k) => k > 0)
  const layout = boxLayout(signature, probe, wanted)
  const image = imageIn(request.inputs)
  // Without boxes in the data a grid must be told by the model's own number of classes.
  if (layout === null || image === null || (data === null && layout.grid !== null && layout.roles[0]?.confidence === 'guess')) return null
  const outputs: Binding['outputs'] = signature.outputs.map((o) => ({ output: o.name, role: layout.roles.find((r) => r.spec === o)?.role ?? 'ignored' }))
  const base = { task: 'object-detection' as const, outputs, decision: { kind: 'threshold' as const, threshold: usualScore } }
  const usual = usualSettings(layout)
  const tried: Binding = { schema: 'slipway.binding/1', ...base, inputs: [...request.inputs], target: null, idColumn: null, classes: rawClasses(layout, probe, names, data), positiveClass: null, detection: usual, rows: 'lenient' }
  const reading = likeliestReading({ binding: tried, usual, outputs: probe === null ? null : probedOutputs(probe), pictures: pictures.slice(0, probe?.rows ?? 0), image })
  const naming = likeliestNaming(namings(layout, names, data), reading.found, data)
  const classes = [...naming.classes]
  return {
    part: { ...base, classes, detection: reading.settings },
    guesses: [
      { about: 'task', value: 'object-detection', confidence: data === null ? 'likely' : 'certain', reason: data === null ? 'The outputs hold boxes.' : 'The data set has annotated boxes, and the outputs hold boxes.' },
      ...signature.outputs.map((o): Guess => {
        const role = layout.roles.find((r) => r.spec === o)
        return role === undefined ? { about: `outputs.${o.name}`, value: 'ignored', confidence: 'likely', reason: 'Other outputs were taken as the boxes.' } : { about: `outputs.${o.name}`, value: role.role, confidence: role.confidence, reason: role.reason }
      }),
      reading.guess, ...settingGuesses(reading.settings),
      { about: 'classes', value: classes.slice(0, 12).map((c) => c.label).join(', ') + (classes.length > 12 ? `, … (${classes.length})` : ''), confidence: naming.confidence, reason: `${naming.reason}${naming.told}` },
      { about: 'decision', value: `score from ${usualScore}`, confidence: 'guess', reason: 'From this score on a box counts as right or wrong; average precision does not depend on it.' },
    ],
    problems: straysOf(data, classes),
  }
}
