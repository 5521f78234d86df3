// A tensor of one request or answer on its way through the server: dense values, and their plain form only when somebody asks.
// Owns that second look; copies nothing before.
import type { PlainTensor } from '../engine/engine-contract.ts'
import { plainOf } from '../engine/plain-tensors.ts'
import type { DenseTensor, TensorValues } from '../engine/session.ts'
import type { Datatype } from './datatypes.ts'

export class ServedTensor {
  readonly name: string
  readonly type: Datatype
  readonly shape: number[]
  readonly values: TensorValues
  private cells: PlainTensor['data'] | null

  constructor(name: string, type: Datatype, shape: readonly number[], values: TensorValues, cells: PlainTensor['data'] | null = null) {
    this.name = name
    this.type = type
    this.shape = shape as number[]
    this.values = values
    this.cells = cells
  }

  get datatype(): string { return this.type.name }

  /** Values as plain cells, as the caller wrote them where they came as JSON; 64-bit integers as text otherwise. */
  get data(): PlainTensor['data'] {
    return this.cells ??= plainOf(this.name, this.dense, this.type.name).data
  }

  get dense(): DenseTensor { return { dtype: this.type.dtype, dims: this.shape, values: this.values } }

  get plain(): PlainTensor { return { name: this.name, datatype: this.type.name, shape: [...this.shape], data: this.data } }
}
