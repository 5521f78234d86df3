// The engine's `model.diff`: reads two model files and their weights in streams, and tells what became of every layer.
// Needs no runtime: models are read as files, never run. Holds graphs and single pieces of weights, never whole models.
import { basename, dirname } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { TensorType } from '../../../shared/domain/model.ts'
import type { DescribedGraph, DescribedModel, DescribedTensor } from '../../../shared/model-diff/graph.ts'
import { graphDiff } from '../../../shared/model-diff/graph-diff.ts'
import { planDiff } from '../../../shared/model-diff/plan.ts'
import { noSums, type PairRequest, type PairSums } from '../../../shared/model-diff/weights.ts'
import { checkCancelled } from '../files/staged-copy.ts'
import { checkExternal, locationParts } from '../onnx/external.ts'
import { contentBytes, describeModel, type DescribedFile } from '../onnx/graph-description.ts'
import { readStaged } from '../onnx/model-read.ts'
import type { ModelRecord } from '../onnx/records.ts'
import { wireFault } from '../onnx/tensor.ts'
import { readPair, type ReadSide } from '../onnx/weight-pairs.ts'
import { ByteSource } from '../onnx/wire.ts'
import type { EngineContract } from './engine-contract.ts'

type DiffModels = EngineContract['model.diff']
type Context = CallContext<ProgressOf<DiffModels>>

/** Other tasks of the process, a cancel among them, get a turn after so many milliseconds. */
const turnMs = 50

interface OpenModel { readonly file: string; readonly source: ByteSource; readonly records: ModelRecord; readonly open: (location: string) => ByteSource; readonly close: () => void }

async function openFile(path: string): Promise<OpenModel> {
  const file = basename(path)
  const source = ByteSource.ofFile(path)
  const opened = new Map<string, ByteSource>()
  const close = (): void => { source.close(); for (const s of opened.values()) s.close() }
  try {
    const records = readStaged(source, file)
    const paths = new Map((await checkExternal(records, file, dirname(path), file)).map((e) => [e.inside, e.path]))
    const open = (location: string): ByteSource => {
      const inside = locationParts(file, location).join('/')
      const known = opened.get(inside)
      if (known !== undefined) return known
      const found = paths.get(inside)
      if (found === undefined) throw new SlipwayError('model.externalDataMissing', { file, location })
      const made = ByteSource.ofFile(found)
      opened.set(inside, made)
      return made
    }
    return { file, source, records, open, close }
  } catch (error) {
    close()
    throw wireFault(error, file)
  }
}

async function describe(model: OpenModel, context: Context, step: string): Promise<DescribedFile> {
  const total = contentBytes(model.records)
  let done = 0
  let told = 0
  try {
    return await describeModel(model.source, model.records, model.open, {
      onBytes: (bytes) => { done += bytes; if (done - told > 1 << 25) { told = done; context.progress({ step, done, total: Math.max(total, done) }) } },
      check: () => checkCancelled(context.signal),
    })
  } catch (error) {
    throw wireFault(error, model.file)
  }
}

/** Every tensor of a model by its id. */
function tensorsOf(model: DescribedModel): ReadonlyMap<number, DescribedTensor> {
  const out = new Map<number, DescribedTensor>()
  const walk = (g: DescribedGraph): void => {
    for (const t of g.tensors) out.set(t.id, t)
    for (const n of g.nodes) {
      for (const l of n.learned) out.set(l.tensor.id, l.tensor)
      for (const b of n.bodies) walk(b.graph)
    }
  }
  for (const g of [model.graph, ...model.functions.map((f) => f.graph)]) walk(g)
  return out
}

function sideOf(described: DescribedFile): ReadSide {
  const tensors = tensorsOf(described.model)
  return { pieces: described.pieces, typeOf: (id): { type: TensorType; elements: number } | null => tensors.get(id) ?? null }
}

/** Sums of every request, in their order. */
async function readPairs(requests: readonly PairRequest[], left: ReadSide, right: ReadSide, context: Context): Promise<PairSums[]> {
  const sums: PairSums[] = []
  const total = requests.reduce((n, r) => n + r.elements, 0)
  let done = 0
  let turn = Date.now()
  for (const request of requests) {
    const reading = readPair(request, left, right)
    let step = reading.next()
    for (; step.done !== true; step = reading.next()) {
      done += step.value
      checkCancelled(context.signal)
      if (Date.now() - turn < turnMs) continue
      context.progress({ step: 'comparing the weights', done, total })
      await pause()
      turn = Date.now()
    }
    sums.push(step.value ?? noSums)
  }
  return sums
}

/** Reads both models. Errors: those of reading a model file, `job.cancelled`. */
export async function diffModels(input: InputOf<DiffModels>, context: Context): Promise<OutputOf<DiffModels>> {
  const opened: OpenModel[] = []
  try {
    context.progress({ step: 'reading the first model', done: null, total: null })
    opened.push(await openFile(input.left.path))
    const left = await describe(opened[0]!, context, 'reading the first model')
    await pause()
    context.progress({ step: 'reading the second model', done: null, total: null })
    opened.push(await openFile(input.right.path))
    const right = await describe(opened[1]!, context, 'reading the second model')
    await pause()
    context.progress({ step: 'pairing the layers', done: null, total: null })
    const plan = planDiff(left.model, right.model)
    const sums = await readPairs(plan.requests, sideOf(left), sideOf(right), context)
    return graphDiff(plan, sums)
  } catch (error) {
    throw wireFault(error, opened.at(-1)?.file ?? '')
  } finally {
    for (const model of opened) model.close()
  }
}

const pause = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
