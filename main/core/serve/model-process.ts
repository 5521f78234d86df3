// The process that owns the model: opens it when told, runs frames one after another, and dies with it when the runtime does.
// Talks over the pipe that it was started with and nothing else; ends when that pipe does. Knows no HTTP and no caller.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Socket } from 'node:net'
import { openSession, type DenseTensor, type ModelSession } from '../engine/session.ts'
import { runtimeReason } from '../engine/runtime-words.ts'
import { createFrameReader, frameKind, jsonFrame, jsonOf, readTensorFrame, tensorFrame, type Frame } from './frames.ts'

/** The word on the command line that makes the server's program a model's process. */
export const modelProcessWord = '--model-process'

export interface OpenWish {
  readonly path: string
  readonly threads: number | null
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Hash that the file must still have; null: it was checked a moment ago. */
  readonly sha256: string | null
}

/** Shapes and types that the runtime refuses are the caller's to mend; everything else is ours. */
const callersFault = /invalid (rank|dimensions)|unexpected input data type|got invalid|INVALID_ARGUMENT/i

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

interface Opened { readonly session: ModelSession; readonly wish: OpenWish }

async function open(wish: OpenWish): Promise<Opened> {
  if (wish.sha256 !== null && (await hashOf(wish.path)) !== wish.sha256) throw new Error('the model file is not the one that was verified')
  return { session: await openSession(wish.path, { provider: 'cpu', threads: wish.threads }), wish }
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

/** Runs until the pipe at descriptor 3 closes. */
export function runModelProcess(): void {
  const pipe = new Socket({ fd: 3, readable: true, writable: true })
  let opened: Opened | null = null
  let turn: Promise<void> = Promise.resolve()
  const answer = async (frame: Frame): Promise<void> => {
    try {
      if (frame.kind === frameKind.open) {
        opened = await open(jsonOf(frame) as OpenWish)
        pipe.write(jsonFrame(frameKind.opened, frame.id, { pid: process.pid }))
      } else if (opened !== null) pipe.write(await run(opened, frame))
    } catch (thrown) {
      const reason = runtimeReason(thrown)
      pipe.write(jsonFrame(frameKind.fault, frame.id, { reason, caller: callersFault.test(reason) }))
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
