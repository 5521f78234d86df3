// The engine's `model.read`: takes one model file into staging and tells everything about it.
// Refuses links, what is not ONNX, damaged files, external data out of place, and what ONNX Runtime does not load; staging is then as before.
import { basename, dirname } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import type { ModelFile, Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { type Foreign, sniffForeign } from '../files/sniff.ts'
import { checkCancelled, type CopyWatch, openOrdinary, safeName, Staging } from '../files/staged-copy.ts'
import { readSignature, readSummary } from './describe.ts'
import { checkExternal } from './external.ts'
import { proveLoads } from './load-proof.ts'
import { type ModelRecord, readRecords, type Trace } from './records.ts'
import { wireFault } from './tensor.ts'
import { ByteSource, WireError } from './wire.ts'

type ReadModel = EngineContract['model.read']

const HEAD = 64 * 1024
/** The format's own limit for one message. */
const MOST_BYTES = 2 ** 31 - 1

/** True when an output is a sequence or a map, which this runtime cannot hand over. */
export function needsRewrite(signature: Signature): boolean {
  return signature.outputs.some((o) => o.kind === 'sequence' || o.kind === 'map')
}

/** What the bytes of an ordinary file are when they are not an ONNX model (null when they may be one), and its size in bytes. */
export async function sniffFile(path: string, name: string): Promise<{ readonly foreign: Foreign | null; readonly size: number }> {
  const { handle, stats } = await openOrdinary(path, name)
  try {
    const size = Number(stats.size)
    const head = new Uint8Array(Math.min(HEAD, size))
    const got = await handle.read(head, 0, head.length, 0)
    const tail = new Uint8Array(Math.min(HEAD, size))
    await handle.read(tail, 0, tail.length, size - tail.length)
    return { foreign: sniffForeign(head.subarray(0, got.bytesRead), size, name, tail), size }
  } finally {
    await handle.close()
  }
}

const unknownBytes: Foreign = {
  what: 'not an ONNX model: its bytes follow no format that Slipway knows',
  how: 'Choose the .onnx file, or export the model to ONNX with the library that trained it.',
}

/** Reads the records of a staged model. Throws `model.truncated`, `model.invalid` or, when it never was a model, `model.notAModel`. */
export function readStaged(source: ByteSource, file: string): ModelRecord {
  const trace: Trace = { looksLikeModel: false }
  try {
    return readRecords(source, trace)
  } catch (error) {
    if (error instanceof WireError && error.kind !== 'excess' && !trace.looksLikeModel) throw new SlipwayError('model.notAModel', { file, ...unknownBytes })
    throw wireFault(error, file)
  }
}

function checkNames(signature: Signature, file: string): void {
  for (const [side, values] of [['input', signature.inputs], ['output', signature.outputs]] as const) {
    const names = values.map((v) => v.name)
    if (new Set(names).size !== names.length) throw new SlipwayError('model.invalid', { file, reason: `two of its ${side}s have the same name` })
  }
  if (signature.outputs.length === 0) throw new SlipwayError('model.invalid', { file, reason: 'it has no output' })
}

type Context = CallContext<ProgressOf<ReadModel>>

function copyWatch(context: Context, step: string, total: number, done = 0): CopyWatch {
  let bytes = done
  return { signal: context.signal, onBytes: (n) => { bytes += n; context.progress({ step, done: bytes, total: Math.max(total, bytes) }) } }
}

async function stageModel(input: InputOf<ReadModel>, staging: Staging, file: string, context: Context): Promise<OutputOf<ReadModel>> {
  const { foreign, size } = await sniffFile(input.path, file)
  if (foreign !== null) throw new SlipwayError('model.notAModel', { file, ...foreign })
  if (size > MOST_BYTES) {
    throw new SlipwayError('model.invalid', { file, reason: `it has ${(size / 1e9).toFixed(1)} GB, but one ONNX file can hold 2.1 GB at most; larger models are saved with their weights as external data beside them` })
  }
  const own = safeName(input.path)
  const model = await staging.copy(input.path, own, file, copyWatch(context, 'copying the model', size))
  context.progress({ step: 'reading the graph', done: null, total: null })
  const source = ByteSource.ofFile(model.path)
  try {
    const records = readStaged(source, file)
    const signature = readSignature(records)
    checkNames(signature, file)
    const files: ModelFile[] = [{ name: own, role: 'model', sha256: model.sha256, bytes: model.bytes }]
    const external = await checkExternal(records, file, dirname(input.path), own)
    const total = external.reduce((n, e) => n + e.bytes, 0)
    const watch = copyWatch(context, 'copying the weights', total)
    for (const part of external) {
      const copied = await staging.copy(part.path, part.inside, part.location, watch)
      if (copied.bytes !== part.bytes) throw new SlipwayError('file.changed', { file: part.location })
      files.push({ name: part.inside, role: 'external-data', sha256: copied.sha256, bytes: copied.bytes })
    }
    const graph = readSummary(source, records)
    checkCancelled(context.signal)
    context.progress({ step: 'loading it in ONNX Runtime', done: null, total: null })
    await proveLoads(model.path, file, records)
    return { files, signature, graph, needsRewrite: needsRewrite(signature) }
  } catch (error) {
    throw wireFault(error, file)
  } finally {
    source.close()
  }
}

/**
 * Takes a model file into `staging`, with its external data beside it, and answers its files, signature and summary.
 * The file is read once; every later step reads the copy. After a refusal or a cancel nothing of it is left in `staging`.
 */
export async function readModel(input: InputOf<ReadModel>, context: Context): Promise<OutputOf<ReadModel>> {
  const staging = new Staging(input.staging)
  try {
    checkCancelled(context.signal)
    return await stageModel(input, staging, basename(input.path), context)
  } catch (error) {
    await staging.takeBack()
    throw error
  }
}
