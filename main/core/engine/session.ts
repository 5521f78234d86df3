// The only import of the ONNX Runtime binding. Owns sessions, tensors in and out, and the truth about where nodes ran.
// Runs in the engine process only: `run` and `create` block their thread.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { TensorType } from '../../../shared/domain/model.ts'
import type { ExecutionProvider } from '../../../shared/domain/run.ts'
import { readProfile, type ProfiledNode } from './profile.ts'

// The runtime would keep an identifier of this device in the home folder and send usage events to its maker. It reads
// this when the first session opens, so it must stand here, in every program that has sessions (the server of a bundle too).
process.env['ORT_DISABLE_TELEMETRY'] = '1'

export type TensorValues =
  | Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | readonly string[]

/** A dense tensor: row-major values and their dimensions. float16 values are raw bits in a Uint16Array. bool is a Uint8Array. */
export interface DenseTensor { readonly dtype: TensorType; readonly dims: readonly number[]; readonly values: TensorValues }

export interface SessionOptions {
  readonly provider: ExecutionProvider
  /** Threads inside one operator; null: the runtime's default. */
  readonly threads: number | null
}

export interface ModelSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** Outputs that are tensors, so that they may be fetched. */
  readonly tensorOutputs: readonly string[]
  /** One native call; blocks this process until it is done. Never change the inputs before it answers. */
  run(feeds: Readonly<Record<string, DenseTensor>>, fetches: readonly string[]): Promise<Readonly<Record<string, DenseTensor>>>
  release(): Promise<void>
}

/** Recorded with every run: results differ in the last digits between levels. */
export const optimizationLevel = 'all'

function ortOptions(options: SessionOptions, profilePrefix: string | null): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: options.provider === 'cpu' ? ['cpu'] : [options.provider, 'cpu'],
    graphOptimizationLevel: optimizationLevel,
    // A spinning pool loses a third of the speed whenever the machine does anything else; an application shares its machine.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    ...(options.threads === null ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
    ...(profilePrefix === null ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    logSeverityLevel: 4,
  }
}

function toOrt(t: DenseTensor): ort.Tensor {
  return new ort.Tensor(t.dtype as 'float32', t.values as Float32Array, t.dims)
}

function fromOrt(t: ort.Tensor): DenseTensor {
  const data: unknown = t.data
  // Newer JavaScript engines hand out Float16Array; the bits behind it are the same.
  const values = t.type === 'float16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : (data as TensorValues)
  return { dtype: t.type as TensorType, dims: t.dims, values }
}

/** A model by path (external data is found beside it), or its bytes. */
export type ModelBytes = string | Uint8Array

function create(model: ModelBytes, options: ort.InferenceSession.SessionOptions): Promise<ort.InferenceSession> {
  return typeof model === 'string' ? ort.InferenceSession.create(model, options) : ort.InferenceSession.create(model, options)
}

/** Opens a model. Throws the runtime's own Error; the caller puts it into words. */
export async function openSession(model: ModelBytes, options: SessionOptions): Promise<ModelSession> {
  const session = await create(model, ortOptions(options, null))
  const tensorOutputs = session.outputMetadata.filter((o) => o.isTensor).map((o) => o.name)
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    tensorOutputs,
    async run(feeds, fetches) {
      const prepared: Record<string, ort.Tensor> = {}
      for (const [name, tensor] of Object.entries(feeds)) prepared[name] = toOrt(tensor)
      const results = await session.run(prepared, [...fetches])
      const out: Record<string, DenseTensor> = {}
      for (const name of fetches) {
        const tensor = results[name]
        if (tensor !== undefined) out[name] = fromOrt(tensor as ort.Tensor)
      }
      return out
    },
    async release() {
      await session.release()
    },
  }
}

/**
 * Runs a model `calls` times under the runtime's profiler, in a session of its own, and answers its nodes; the first `warm` calls do not count
 * for the times. Throws the runtime's own Error. `stop` is looked at between calls.
 */
export async function profileModel(model: ModelBytes, options: SessionOptions, feeds: Readonly<Record<string, DenseTensor>>, fetches: readonly string[], { calls, warm, stop = () => false }: { readonly calls: number; readonly warm: number; readonly stop?: () => boolean }): Promise<ProfiledNode[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-profile-'))
  try {
    const prepared: Record<string, ort.Tensor> = {}
    for (const [name, tensor] of Object.entries(feeds)) prepared[name] = toOrt(tensor)
    const session = await create(model, ortOptions(options, join(folder, 'p')))
    let made = 0
    try {
      while (made < calls && !(made > warm && stop())) {
        await session.run(prepared, [...fetches])
        made++
      }
      session.endProfiling()
    } finally {
      await session.release()
    }
    const [file] = await readdir(folder)
    return file === undefined ? [] : readProfile(await readFile(join(folder, file), 'utf8'), made, warm)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Version of the runtime and the providers that its binding names; naming one does not mean that it works. */
export function runtimeFacts(): { readonly version: string; readonly providers: readonly string[] } {
  return { version: ort.env.versions.node ?? ort.env.versions.common, providers: ort.listSupportedBackends().map((b) => b.name) }
}

