// One request on its way to the model and back, whoever asked: HTTP, the embedding program, warm-up.
// Types, and how the rows of several jobs become one run; owns no queue.
import type { DenseTensor, TensorValues } from '../engine/session.ts'
import type { FrameTensor, ReadTensor } from './frames.ts'
import type { RequestFault } from './request-fault.ts'
import type { ServedTensor } from './served-tensor.ts'

export interface JobTiming { readonly queueMs: number; readonly runMs: number }

export interface Job {
  /** In the model's order. */
  readonly inputs: readonly ServedTensor[]
  readonly rows: number
  /** Places of the asked outputs. */
  readonly outputs: readonly number[]
  readonly bytes: number
  /** On the clock of `performance.now()`. */
  readonly arrived: number
  /** Whether nobody waits for the answer any more. */
  gone(): boolean
  answered(outputs: readonly DenseTensor[], timing: JobTiming): void
  refused(fault: RequestFault, timing: JobTiming): void
}

export const bytesOfInputs = (inputs: readonly ServedTensor[]): number => {
  let bytes = 0
  for (const { values } of inputs) bytes += ArrayBuffer.isView(values) ? values.byteLength : values.length * 32
  return bytes
}

/** Whether two jobs may share a run: the same dimensions behind the first of every input. */
export function fitTogether(a: Job, b: Job): boolean {
  for (let i = 0; i < a.inputs.length; i++) {
    const one = a.inputs[i]!.shape
    const other = b.inputs[i]!.shape
    if (one.length !== other.length) return false
    for (let d = 1; d < one.length; d++) if (one[d] !== other[d]) return false
  }
  return true
}

/** The asked outputs of all jobs, each once, in the model's order. */
export function outputsOf(jobs: readonly Job[]): readonly number[] {
  const [first] = jobs
  if (first !== undefined && jobs.every((job) => job.outputs.length === first.outputs.length && job.outputs.every((o, i) => o === first.outputs[i]))) return first.outputs
  return [...new Set(jobs.flatMap((job) => job.outputs))].sort((a, b) => a - b)
}

/** The inputs of a run over all rows of these jobs. */
export function joinInputs(jobs: readonly Job[]): FrameTensor[] {
  const first = jobs[0]!
  const rows = jobs.reduce((sum, job) => sum + job.rows, 0)
  return first.inputs.map((tensor, index) => ({
    index, dtype: tensor.type.dtype, dims: jobs.length === 1 ? tensor.shape : [rows, ...tensor.shape.slice(1)],
    parts: jobs.map((job): TensorValues => job.inputs[index]!.values),
  }))
}

/**
 * What each job gets of a run's answer; null where an output does not have the rows of all jobs, so that it cannot be told apart.
 * Tensors are views of the answer.
 */
export function splitOutputs(jobs: readonly Job[], answer: readonly ReadTensor[]): DenseTensor[][] | null {
  const byPlace = new Map(answer.map((tensor) => [tensor.index, tensor]))
  if (jobs.length === 1) return [jobs[0]!.outputs.map((place) => byPlace.get(place)!)]
  const rows = jobs.reduce((sum, job) => sum + job.rows, 0)
  if (answer.some((tensor) => tensor.dims[0] !== rows)) return null
  let from = 0
  return jobs.map((job) => {
    const mine = job.outputs.map((place): DenseTensor => {
      const { dtype, dims, values } = byPlace.get(place)!
      const width = values.length / rows
      const part = (ArrayBuffer.isView(values) ? (values as Float32Array).subarray(from * width, (from + job.rows) * width) : values.slice(from * width, (from + job.rows) * width)) as TensorValues
      return { dtype, dims: [job.rows, ...dims.slice(1)], values: part }
    })
    from += job.rows
    return mine
  })
}
