// The process that owns the model: opens it when told, runs frames one after another, and dies with it when the runtime does.
// Talks over the pipe that it was started with and nothing else; ends when that pipe does. Knows no HTTP and no caller.
// The runtime itself is loaded with the model and not before: whoever started this process may still be verifying it.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { digestOfFile } from '../bundle/file-digest.ts'
import type { DenseTensor, ModelSession } from '../engine/session.ts'
import { createFrameReader, frameKind, jsonFrame, jsonOf, readTensorFrame, tensorFrame, type Frame } from './frames.ts'

/** The word on the command line that makes the server's program a model's process. */
export const modelProcessWord = '--model-process'

export interface LoadWish {
  readonly path: string
  readonly threads: number | null
  /** Hash that the file must have; null: it was checked a moment ago. */
  readonly sha256: string | null
  /** The very bytes that are hashed are opened; for models without weights in files beside them that are not too large. */
  readonly inMemory: boolean
}

export interface OpenWish extends LoadWish {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** Shapes and types that the runtime refuses are the caller's to mend; everything else is ours. */
const callersFault = /invalid (rank|dimensions)|unexpected input data type|got invalid|INVALID_ARGUMENT/i

interface Opened { readonly session: ModelSession; readonly wish: OpenWish }

function demand(found: string, wish: LoadWish): void {
  if (wish.sha256 !== null && found !== wish.sha256) throw new Error('the model file is not the one that was verified')
}

async function load(wish: LoadWish): Promise<ModelSession> {
  const { openSession } = await import('../engine/session.ts')
  const options = { provider: 'cpu', threads: wish.threads } as const
  if (!wish.inMemory) {
    if (wish.sha256 !== null) demand(await digestOfFile(wish.path, Number.MAX_SAFE_INTEGER), wish)
    return openSession(wish.path, options)
  }
  const bytes = await readFile(wish.path)
  demand(createHash('sha256').update(bytes).digest('hex'), wish)
  return openSession(bytes, options)
}

async function run({ session, wish }: Opened, frame: Frame): Promise<Buffer> {
  const { words, tensors } = readTensorFrame(frame)
  const feeds: Record<string, DenseTensor> = {}
  for (const tensor of tensors) feeds[wish.inputs[tensor.index] ?? ''] = tensor
  const names = words.map((index) => wish.outputs[index] ?? '')
  const began = performance.now()
  const results = await session.run(feeds, names)
  const took = performance.now() - began
  return tensorFrame(frameKind.answer, frame.id, [took], words.map((index, i) => {
    const tensor = results[names[i]!]
    if (tensor === undefined) throw new Error(`the model gave no output “${names[i]!}”`)
    return { index, dtype: tensor.dtype, dims: tensor.dims, parts: [tensor.values] }
  }))
}

/** What is said to go wrong, in the runtime's words. */
async function faultFrame(id: number, thrown: unknown): Promise<Buffer> {
  const { runtimeReason } = await import('../engine/runtime-words.ts')
  const reason = runtimeReason(thrown)
  return jsonFrame(frameKind.fault, id, { reason, caller: callersFault.test(reason) })
}

/** Runs until the pipe at descriptor 3 closes. */
export function runModelProcess(): void {
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  let loading: Promise<ModelSession> | null = null
  let opened: Opened | null = null
  let turn: Promise<void> = Promise.resolve()
  const answer = async (frame: Frame): Promise<void> => {
    try {
      if (frame.kind === frameKind.load) {
        // Its failure is told when the model is to be opened.
        loading = load(jsonOf(frame) as LoadWish)
        loading.catch(() => undefined)
      } else if (frame.kind === frameKind.open) {
        const wish = jsonOf(frame) as OpenWish
        opened = { session: await (loading ?? load(wish)), wish }
        pipe.write(jsonFrame(frameKind.opened, frame.id, { pid: process.pid }))
      } else if (opened !== null) pipe.write(await run(opened, frame))
    } catch (thrown) {
      pipe.write(await faultFrame(frame.id, thrown))
    }
  }
  pipe.on('data', createFrameReader((frame) => { turn = turn.then(() => answer(frame)) }))
  const end = (): void => { process.exit(0) }
  pipe.on('close', end).on('end', end).on('error', end)
  // Whoever stops the service signals the whole group; the server drains first and then closes the pipe.
  process.on('SIGTERM', () => undefined)
  process.on('SIGINT', () => undefined)
  process.on('SIGHUP', () => undefined)
}
