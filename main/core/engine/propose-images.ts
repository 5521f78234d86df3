// How pictures become the model's input: size, colour, layout and normalisation, from the declared shape and the metadata.
// Owns the candidates that a probe run may choose between when the model says nothing about normalisation.
import type { Guess, ImagePreprocessing, InputBinding } from '../../../shared/domain/binding.ts'
import type { GraphSummary, ValueSpec } from '../../../shared/domain/model.ts'
import { rowLayout } from '../../../shared/binding/shapes.ts'

export interface Normalisation { readonly name: string; readonly scale: number; readonly mean: readonly number[]; readonly std: readonly number[] }

interface Geometry { readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly layout: ImagePreprocessing['layout']; readonly confidence: Guess['confidence']; readonly reason: string }

const channelCount = (n: number | null): 1 | 3 | null => (n === 1 ? 1 : n === 3 ? 3 : null)

function flatGeometry(width: number): Geometry | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(width / channels)
    if (Number.isInteger(side)) return { width: side, height: side, channels, layout: 'flat', confidence: 'likely', reason: `${width} values a row are a square picture of ${side} × ${side}${channels === 1 ? ' grey values' : ' colour pixels'}.` }
  }
  return null
}

function geometry(spec: ValueSpec, picture: { readonly width: number; readonly height: number } | null): Geometry | null {
  const trailing = rowLayout(spec)?.trailing ?? null
  if (trailing === null) return null
  const size = (n: number | null | undefined, own: number): number => n ?? own
  const ownWidth = picture?.width ?? 224
  const ownHeight = picture?.height ?? 224
  const [a = null, b = null, c = null] = trailing
  const how = (fixed: boolean): Pick<Geometry, 'confidence'> => ({ confidence: fixed ? 'certain' : 'guess' })
  if (trailing.length === 1) return a === null ? null : flatGeometry(a)
  if (trailing.length === 2) return { width: size(b, ownWidth), height: size(a, ownHeight), channels: 1, layout: 'NHW', ...how(a !== null && b !== null), reason: `The input is declared as ${spec.text}.` }
  if (trailing.length !== 3) return null
  const first = channelCount(a)
  if (first !== null) return { width: size(c, ownWidth), height: size(b, ownHeight), channels: first, layout: 'NCHW', ...how(b !== null && c !== null), reason: `The input is declared as ${spec.text}: channels first.` }
  const last = channelCount(c)
  if (last !== null) return { width: size(b, ownWidth), height: size(a, ownHeight), channels: last, layout: 'NHWC', ...how(a !== null && b !== null), reason: `The input is declared as ${spec.text}: channels last.` }
  if (a !== null || c !== null) return null
  return { width: size(c, ownWidth), height: size(b, ownHeight), channels: 3, layout: 'NCHW', confidence: 'guess', reason: 'The model does not declare its channels; three, channels first, is the most common layout.' }
}

const numbersIn = (text: string): number[] => [...text.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/gi)].map((m) => Number(m[0]))

const perChannel = (values: readonly number[], channels: number): readonly number[] | null =>
  values.length === channels ? values : values.length === 1 && values[0] !== undefined ? Array<number>(channels).fill(values[0]) : null

/** Reads “grayscale, /255, minus 0.1307, / 0.3081, NCHW” and its like. Null when the steps are not all there. */
function fromSentence(text: string, channels: number): Normalisation | null {
  const number = String.raw`\(?\[?\s*(-?\d[\d.,\s]*(?:e-?\d+)?)`
  const scaled = /(?:\/|÷|divided? by|scale[^\d]{0,12}1\s*\/)\s*255/i.test(text)
  const rest = text.replace(/(?:\/|÷|divided? by|scale[^\d]{0,12}1\s*\/)\s*255(\.0*)?/i, ' ')
  const list = (pattern: string): readonly number[] | null => {
    const found = new RegExp(pattern + number, 'i').exec(rest)?.[1]
    return found === undefined ? null : perChannel(numbersIn(found), channels)
  }
  const mean = list(String.raw`(?:minus|mean\s*[=:]?|subtract(?:ed)?|−|- )\s*`)
  const std = list(String.raw`(?:\/|÷|divided? by|std\s*[=:]?|standard deviation\s*[=:]?)\s*`)
  if (!scaled && mean === null && std === null) return null
  return { name: 'metadata', scale: scaled ? 1 / 255 : 1, mean: mean ?? Array<number>(channels).fill(0), std: std ?? Array<number>(channels).fill(1) }
}

/** Reads separate keys such as `mean`, `std`, `scale`, or one JSON object that holds them. */
function fromKeys(graph: GraphSummary, channels: number): Normalisation | null {
  const values = new Map(graph.metadata.map((m) => [m.key.toLowerCase(), m.value]))
  for (const { value } of graph.metadata) {
    try {
      const parsed: unknown = JSON.parse(value)
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) for (const [k, v] of Object.entries(parsed)) if (!values.has(k.toLowerCase())) values.set(k.toLowerCase(), JSON.stringify(v))
    } catch { /* not JSON: read elsewhere */ }
  }
  const pick = (...keys: readonly string[]): readonly number[] | null => {
    for (const key of keys) { const text = values.get(key); if (text !== undefined) return perChannel(numbersIn(text), channels) }
    return null
  }
  const mean = pick('mean', 'image_mean', 'pixel_mean', 'norm_mean')
  const std = pick('std', 'image_std', 'pixel_std', 'norm_std', 'stddev')
  const scale = pick('scale', 'rescale_factor', 'image_scale')?.[0] ?? null
  if (mean === null && std === null && scale === null) return null
  const unit = scale ?? ((mean ?? std ?? [0]).every((v) => v <= 1) ? 1 / 255 : 1)
  return { name: 'metadata', scale: unit, mean: mean ?? Array<number>(channels).fill(0), std: std ?? Array<number>(channels).fill(1) }
}

/** Normalisations in common use, the most common first. */
export function commonNormalisations(channels: 1 | 3): readonly Normalisation[] {
  const all = (v: number): readonly number[] => Array<number>(channels).fill(v)
  return [
    { name: 'pixels ÷ 255', scale: 1 / 255, mean: all(0), std: all(1) },
    ...(channels === 3 ? [{ name: 'ImageNet mean and standard deviation', scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }] : [{ name: 'MNIST mean and standard deviation', scale: 1 / 255, mean: [0.1307], std: [0.3081] }]),
    { name: 'pixels from −1 to 1', scale: 1 / 255, mean: all(0.5), std: all(0.5) },
    { name: 'raw pixels', scale: 1, mean: all(0), std: all(1) },
  ]
}

export interface ImageChoice {
  readonly bound: Extract<InputBinding, { kind: 'image' }>
  readonly guesses: readonly Guess[]
  /** Other normalisations to try; empty when the model's metadata or type settles it. */
  readonly candidates: readonly Normalisation[]
}

export function withNormalisation(bound: ImageChoice['bound'], n: Normalisation): ImageChoice['bound'] {
  return { ...bound, image: { ...bound.image, scale: n.scale, mean: [...n.mean], std: [...n.std] } }
}

/** A picture binding for one input, or null when its shape is no picture. `picture` is the size of a sample of the data set. */
export function proposeImageInput(spec: ValueSpec, graph: GraphSummary, picture: { readonly width: number; readonly height: number } | null): ImageChoice | null {
  const shape = geometry(spec, picture)
  if (shape === null || spec.dtype === null) return null
  const about = `inputs.${spec.name}`
  const sentence = graph.metadata.filter((m) => /pre.?process|normali[sz]|transform|input|image/i.test(m.key)).map((m) => m.value).join('; ')
  const told = fromKeys(graph, shape.channels) ?? (sentence === '' ? null : fromSentence(sentence, shape.channels))
  const raw = /^u?int/.test(spec.dtype)
  const candidates = told === null && !raw ? commonNormalisations(shape.channels) : []
  const chosen = told ?? (raw ? commonNormalisations(shape.channels).at(-1) : candidates[0])
  const bgr = /\bbgr\b/i.test(sentence)
  const image: ImagePreprocessing = {
    width: shape.width, height: shape.height, resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0,
    color: shape.channels === 1 ? 'grayscale' : bgr ? 'bgr' : 'rgb', layout: shape.layout,
    scale: chosen?.scale ?? 1 / 255, mean: [...(chosen?.mean ?? [0])], std: [...(chosen?.std ?? [1])],
  }
  const bound = { kind: 'image' as const, input: spec.name, dtype: spec.dtype, image }
  const normal = `scale ${image.scale === 1 / 255 ? '1/255' : image.scale}, mean ${image.mean.join(' ')}, std ${image.std.join(' ')}`
  const reason = told !== null ? 'The model’s metadata says so.' : raw ? `The input holds ${spec.dtype} values, so pixels are fed as they are.` : 'The model does not say how its pixels are normalised; this is the most common way.'
  const sameSize = picture !== null && picture.width === shape.width && picture.height === shape.height
  return {
    bound, candidates,
    guesses: [
      { about, value: `${image.color} ${image.width} × ${image.height}, ${image.layout}`, confidence: shape.confidence, reason: shape.reason },
      { about: `${about}.normalisation`, value: normal, confidence: told !== null || raw ? 'likely' : 'guess', reason },
      { about: `${about}.resize`, value: 'stretch, bilinear', confidence: sameSize ? 'likely' : 'guess', reason: sameSize ? 'The pictures have the size of the input already.' : 'The model does not say how pictures are brought to its size.' },
    ],
  }
}
