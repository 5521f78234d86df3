// One bundle being served: its contract, the writer of its answers, and the process with its model, warmed up by the golden requests.
// Owns when a model counts as ready; knows no HTTP.
import type { DenseTensor } from '../engine/session.ts'
import { denseOf } from '../engine/plain-tensors.ts'
import { goldenDistance, onTheWire, type GoldenLine } from '../bundle/golden-lines.ts'
import { contractOf, type ModelContract } from './contract.ts'
import { datatypeNamed } from './datatypes.ts'
import { Dispatcher } from './dispatcher.ts'
import { bytesOfInputs, type Job, type JobTiming } from './job.ts'
import type { Arm as ArmName } from './observer.ts'
import type { ModelChild } from './model-child.ts'
import { servedModel, type ServedBundle } from './open-bundle.ts'
import { createReplyWriter, type ReplyWriter } from './reply.ts'
import type { RequestFault } from './request-fault.ts'
import { ServedTensor } from './served-tensor.ts'

export interface ArmOptions {
  /** The program that the model's process is started from: server.cjs itself. */
  readonly program: string
  /** What its records call it, where that is not its name here: the only arm of a process may be the canary of another process. */
  readonly told?: ArmName
  /** A process started before, which loads this very model already. */
  readonly first?: ModelChild
  readonly threads: number | null
  readonly timeoutMs: number
  readonly queue: number
  readonly batchRows: number
  readonly log: (message: string, facts?: Record<string, unknown>) => void
  readonly depth: (waiting: number) => void
}

export const armDefaults = { threads: null, timeoutMs: 30_000, queue: 256, batchRows: 256, log: () => undefined, depth: () => undefined } satisfies Omit<ArmOptions, 'program'>

export interface Answered { readonly outputs: readonly DenseTensor[]; readonly timing: JobTiming }

export interface ServedArm {
  readonly name: ArmName
  readonly told: ArmName
  readonly bundle: ServedBundle
  readonly contract: ModelContract
  readonly writer: ReplyWriter
  readonly dispatcher: Dispatcher
  ready(): boolean
  /** Runs one request; rejects with RequestFault. */
  infer(inputs: readonly ServedTensor[], outputs: readonly number[], rows: number): Promise<Answered>
  close(): Promise<void>
}

/** Bytes of the values of one run over several requests (16 MiB of 32-bit numbers): beyond it a larger batch gains nothing. */
const batchBytes = 2 ** 24
const leastQueueBytes = 64 * 1024 * 1024

export function jobOf(inputs: readonly ServedTensor[], outputs: readonly number[], rows: number, settle: { readonly answered: (answer: Answered) => void; readonly refused: (fault: RequestFault) => void }, left: () => boolean = () => false): Job {
  let over = false
  return {
    inputs, outputs, rows, bytes: bytesOfInputs(inputs), arrived: performance.now(), gone: () => over || left(),
    answered(found, timing) {
      if (over) return
      over = true
      settle.answered({ outputs: found, timing })
    },
    refused(fault) {
      if (over) return
      over = true
      settle.refused(fault)
    },
  }
}

const goldenInputs = (line: GoldenLine, contract: ModelContract): ServedTensor[] => contract.inputs.map((spec) => {
  const tensor = line.request.inputs.find((t) => t.name === spec.name)
  if (tensor === undefined) throw new Error(`the golden request ${line.id} has no input “${spec.name}”`)
  return new ServedTensor(spec.name, datatypeNamed(tensor.datatype) ?? spec.datatype, tensor.shape, denseOf(tensor).values)
})

const rowsOfInputs = (inputs: readonly ServedTensor[], contract: ModelContract): number => {
  const at = contract.inputs.findIndex((spec) => spec.rows)
  return at === -1 ? 1 : (inputs[at]?.shape[0] ?? 1)
}

function distance(line: GoldenLine, found: readonly DenseTensor[], contract: ModelContract): number {
  const places = line.response.outputs.map((o) => contract.outputNamed.get(o.name)!)
  const plain = found.map((tensor, i) => onTheWire(new ServedTensor(places[i]!.name, places[i]!.datatype, tensor.dims, tensor.values).plain))
  return goldenDistance(line.response.outputs, plain, line.tolerance)
}

/** Answers the golden requests one by one, and once all together where rows may share a run. Answers how many came out differently. */
async function warmUp(bundle: ServedBundle, contract: ModelContract, dispatcher: Dispatcher, together: boolean): Promise<number> {
  const ask = (line: GoldenLine): Promise<DenseTensor[]> => new Promise((resolve, reject) => {
    const inputs = goldenInputs(line, contract)
    const outputs = line.response.outputs.map((o) => contract.outputNamed.get(o.name)?.index ?? 0)
    const job = jobOf(inputs, outputs, rowsOfInputs(inputs, contract), { answered: (answer) => { resolve([...answer.outputs]) }, refused: reject })
    if (together) dispatcher.runTogether(job, bundle.golden.length)
    else dispatcher.runNow(job)
  })
  const answers = await Promise.allSettled(bundle.golden.map(ask))
  return answers.filter((answer, i) => answer.status === 'rejected' || distance(bundle.golden[i]!, answer.value, contract) > 1).length
}

/** Starts the process, opens the model and warms it up. Rejects when the model cannot be opened; a wrong golden answer leaves it not ready. */
export async function openArm(name: ArmName, bundle: ServedBundle, options: ArmOptions): Promise<ServedArm> {
  const { manifest } = bundle
  const told = options.told ?? name
  const contract = contractOf(manifest)
  const dispatcher = new Dispatcher({
    program: options.program, first: options.first ?? null,
    open: { ...servedModel(bundle), threads: options.threads, inputs: contract.inputs.map((t) => t.name), outputs: contract.outputs.map((t) => t.name) },
    timeoutMs: options.timeoutMs, queue: options.queue, queueBytes: Math.max(leastQueueBytes, 4 * contract.maxBodyBytes),
    batchRows: bundle.serving?.batching === true ? options.batchRows : 1, batchBytes, log: options.log, depth: options.depth,
  })
  dispatcher.warm = async () => {
    const wrong = await warmUp(bundle, contract, dispatcher, false)
    options.log(wrong === 0 ? `warm: ${bundle.golden.length} golden requests answered within the tolerance` : `NOT READY: ${wrong} of ${bundle.golden.length} golden requests are answered differently here`, { arm: told })
    if (wrong === 0 && dispatcher.batches && bundle.golden.length > 1 && (await warmUp(bundle, contract, dispatcher, true)) > 0) {
      dispatcher.stopBatching()
      options.log('requests run one by one: together their rows are answered differently', { arm: told })
    }
    return wrong === 0
  }
  await dispatcher.start()
  return {
    name, told, bundle, contract, writer: createReplyWriter(manifest), dispatcher,
    ready: () => dispatcher.ready,
    infer: (inputs, outputs, rows) => new Promise((resolve, reject) => { dispatcher.submit(jobOf(inputs, outputs, rows, { answered: resolve, refused: reject })) }),
    close: () => dispatcher.close(),
  }
}
