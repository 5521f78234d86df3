// What a served model takes and gives, prepared once from the manifest: tensors by name, datatypes, and whether rows may run together.
// Owns no request.
import type { BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import { datatypeNamed, type Datatype } from './datatypes.ts'

export interface TensorContract {
  readonly index: number
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** The first dimension is free, so it counts rows. */
  readonly rows: boolean
  /** One free dimension may stand for a rank that the model does not declare: the runtime decides. */
  readonly anyRank: boolean
}

export interface ModelContract {
  readonly name: string
  readonly version: string
  readonly maxRows: number
  readonly maxBodyBytes: number
  readonly inputs: readonly TensorContract[]
  readonly outputs: readonly TensorContract[]
  readonly inputNamed: ReadonlyMap<string, TensorContract>
  readonly outputNamed: ReadonlyMap<string, TensorContract>
  readonly allOutputs: readonly number[]
}

function tensorContract(tensor: BundleTensor, index: number): TensorContract {
  const { name, shape } = tensor
  // A type that the protocol has no name for cannot be sent; the runtime would refuse it before.
  const datatype = datatypeNamed(tensor.datatype) ?? datatypeNamed('BYTES')!
  return { index, name, datatype, shape, rows: shape[0] === -1, anyRank: shape.length === 1 && shape[0] === -1 }
}

const made = new WeakMap<BundleManifest, ModelContract>()

/** The contract of a manifest; made once. */
export function contractOf(manifest: BundleManifest): ModelContract {
  const known = made.get(manifest)
  if (known !== undefined) return known
  const inputs = manifest.model.inputs.map(tensorContract)
  const outputs = manifest.model.outputs.map(tensorContract)
  const contract: ModelContract = {
    name: manifest.name, version: String(manifest.serial), maxRows: manifest.serving.maxRows, maxBodyBytes: manifest.serving.maxBodyBytes,
    inputs, outputs, inputNamed: new Map(inputs.map((t) => [t.name, t])), outputNamed: new Map(outputs.map((t) => [t.name, t])), allOutputs: outputs.map((t) => t.index),
  }
  made.set(manifest, contract)
  return contract
}
