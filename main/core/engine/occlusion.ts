// Answers `occlusion`: one picture of a run with every part covered in turn, through the model itself. Owns the covering; metrics of a run are not touched.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import type { Binding, ImagePreprocessing } from '../../../shared/domain/binding.ts'
import type { OcclusionFill } from '../../../shared/domain/occlusion.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { patchPlaces } from '../../../shared/explain/occlusion.ts'
import { encodePng } from '../images/decode.ts'
import { listPictures } from '../images/image-folder.ts'
import { decodeEntry } from '../images/open-images.ts'
import type { Picture } from '../images/picture.ts'
import { fitPicture } from '../images/prepare.ts'
import type { EngineContract } from './engine-contract.ts'
import { refuseErrors } from './evaluate.ts'
import { modelName, openOn, rangeFromBatch, threadsFor } from './evaluate-environment.ts'
import { createFeedBuffer, planFeeds } from './evaluate-feeds.ts'
import { writePicture } from './evaluate-source.ts'
import { readerOf } from './explain.ts'
import { runError } from './runtime-words.ts'
import type { ModelSession } from './session.ts'

type Method = EngineContract['occlusion']
type Input = InputOf<Method>
type Context = CallContext<{ step: string; done: number | null; total: number | null }>

/** Covered pictures in one native call; fewer where they are large. */
const mostACall = 64
const valuesACall = 2 ** 22

function pictureInput(binding: Binding): ImagePreprocessing {
  const images = binding.inputs.flatMap((i) => (i.kind === 'image' ? [i.image] : []))
  const classifies = binding.task === 'binary-classification' || binding.task === 'multiclass-classification'
  if (images.length !== 1 || images[0] === undefined || !classifies) throw new SlipwayError('input.invalid', { reason: 'occlusion is for classifiers with one picture as their input' })
  return images[0]
}

/** The binding for pictures that have been fitted already. */
const fittedBinding = (binding: Binding): Binding => ({ ...binding, inputs: binding.inputs.map((i) => (i.kind === 'image' ? { ...i, image: { ...i.image, resize: 'stretch' as const, shorterSide: null } } : i)) })

function fillColour(picture: Picture, fill: OcclusionFill): readonly [number, number, number] {
  if (fill !== 'mean') { const v = fill === 'black' ? 0 : fill === 'white' ? 255 : 128; return [v, v, v] }
  const sums: [number, number, number] = [0, 0, 0]
  for (let i = 0; i < picture.rgba.length; i += 4) for (let c = 0; c < 3; c++) sums[c] = sums[c]! + picture.rgba[i + c]!
  return sums.map((s) => Math.round(s / (picture.width * picture.height))) as [number, number, number]
}

function covered(picture: Picture, left: number, top: number, patch: number, [r, g, b]: readonly [number, number, number]): Picture {
  const rgba = Uint8Array.from(picture.rgba)
  for (let y = top; y < Math.min(picture.height, top + patch); y++) for (let x = left; x < Math.min(picture.width, left + patch); x++) rgba.set([r, g, b], (y * picture.width + x) * 4)
  return { ...picture, rgba }
}

/** Class scores of pictures that are made one by one, row-major [pictures, classes]. */
async function scoresOf(session: ModelSession, input: Input, count: number, pictureAt: (i: number) => Picture, context: Context): Promise<{ scores: Float64Array; calls: number }> {
  const binding = fittedBinding(input.binding)
  const reader = readerOf(binding)
  const plan = planFeeds(binding, input.model.signature)
  const fixed = fixedBatch(input.model.signature.inputs)
  const width = plan.inputs.reduce((sum, i) => sum + i.width, 0)
  // A model that takes its range from the whole batch is asked picture by picture.
  const size = fixed ?? (rangeFromBatch(input.model.graph) ? 1 : Math.max(1, Math.min(mostACall, Math.floor(valuesACall / Math.max(1, width)))))
  const buffer = createFeedBuffer(plan, size)
  const scores = new Float64Array(count * reader.width)
  let calls = 0
  for (let from = 0; from < count; from += size) {
    if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
    const rows = Math.min(size, count - from)
    for (let i = 0; i < rows; i++) for (const bound of plan.inputs) writePicture(bound, buffer, pictureAt(from + i), i)
    const outputs = await session.run(buffer.tensors(rows, fixed), reader.fetches).catch((thrown: unknown) => { throw runError(thrown, 'scoring') })
    scores.set(reader.read(outputs, rows, fixed ?? rows), from * reader.width)
    calls++
    context.progress({ step: 'covering the picture', done: from + rows, total: count })
    // Gives a cancel the chance to be heard between native calls.
    await new Promise((resolve) => { setImmediate(resolve) })
  }
  return { scores, calls }
}

async function openPicture(input: Input, signal: AbortSignal): Promise<{ picture: Picture; name: string; truth: string | null }> {
  const { entries } = await listPictures(input.source.path, input.source.format, signal)
  const entry = entries[input.record - 1]
  if (entry === undefined) throw new SlipwayError('input.invalid', { reason: `there is no picture number ${input.record}; the data set has ${entries.length}` })
  const decoded = await decodeEntry(entry, input.record)
  if ('reason' in decoded) throw new SlipwayError('dataset.notReadable', { file: entry.name, reason: decoded.reason })
  return { picture: decoded.picture, name: entry.name, truth: input.binding.target?.kind === 'image-class' ? entry.label : null }
}

function classIndex(binding: Binding, asked: string | null, whole: Float64Array): { own: number; best: number } {
  const best = whole.reduce((top, v, i) => (v > whole[top]! ? i : top), 0)
  const own = asked === null ? best : binding.classes.findIndex((c) => c.label === asked)
  if (own < 0) throw new SlipwayError('input.invalid', { reason: `there is no class “${asked ?? ''}”; there are ${binding.classes.map((c) => c.label).join(', ')}` })
  return { own, best }
}

/** Errors: those of an evaluation, `input.invalid` for models that do not classify one picture, unknown records and classes. */
export async function occlude(input: Input, context: Context): Promise<OutputOf<Method>> {
  const began = performance.now()
  refuseErrors(input)
  const { binding } = input
  const image = pictureInput(binding)
  const found = await openPicture(input, context.signal)
  const picture = fitPicture(found.picture, image)
  const { width, height } = picture
  const patch = Math.min(input.patch, width, height)
  const [lefts, tops] = [patchPlaces(width, patch, input.stride), patchPlaces(height, patch, input.stride)]
  const colour = fillColour(picture, input.fill)
  const session = await openOn(input.model.path, 'cpu', threadsFor(input.options.threads), modelName(input.model.path))
  try {
    const { scores, calls } = await scoresOf(session, input, 1 + lefts.length * tops.length,
      (i) => (i === 0 ? picture : covered(picture, lefts[(i - 1) % lefts.length]!, tops[Math.floor((i - 1) / lefts.length)]!, patch, colour)), context)
    const k = binding.classes.length
    const { own, best } = classIndex(binding, input.class, scores.subarray(0, k))
    const score = scores[own]!
    const drops = Array.from({ length: lefts.length * tops.length }, (_, i) => score - scores[(i + 1) * k + own]!)
    const { probabilities } = readerOf(binding)
    return {
      record: input.record, name: found.name, truth: found.truth, predicted: binding.classes[best]?.label ?? null, class: binding.classes[own]!.label, probability: probabilities, score,
      png: encodePng(picture).toString('base64'), width, height, patch, stride: input.stride, fill: input.fill, lefts, tops, drops, modelCalls: calls, seconds: (performance.now() - began) / 1000,
      notes: [
        'A covered picture is one that the model has never seen; a drop says what covering does, not what the model looks at.',
        ...(probabilities ? [] : ['The model gives labels only, so a drop is 1 where covering changes its answer and 0 elsewhere.']),
        ...(patch < input.patch ? [`The patch is as large as the picture’s shorter side, ${patch} pixels.`] : []),
      ],
    }
  } finally { await session.release() }
}
