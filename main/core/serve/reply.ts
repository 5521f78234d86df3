// Writes the answers of the protocol: JSON put together by hand from parts that are made once, and binary tensors behind it.
// Owns the numbers' form on the wire; refuses nothing.
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { DenseTensor, TensorValues } from '../engine/session.ts'
import { halfToFloat } from '../engine/tensor-values.ts'
import { contractOf, type ModelContract } from './contract.ts'
import { bytesOfValues } from './datatypes.ts'
import type { ReadRequest } from './protocol.ts'

export interface Reply {
  readonly body: string | Buffer
  /** Bytes of the JSON in front of binary tensors; null: the body is JSON alone. */
  readonly jsonBytes: number | null
}

const numberText = (value: number): string => (Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'null' : `"${value}"`)

function allFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** Whole numbers that JSON cannot carry exactly are written as text. */
const bigText = (value: bigint): string => (value >= -9007199254740991n && value <= 9007199254740991n ? value.toString() : `"${value}"`)

/** The values in JSON without the brackets around them. */
export function valuesText(values: TensorValues, dtype: DenseTensor['dtype']): string {
  if (values instanceof Float32Array || values instanceof Float64Array) return allFinite(values) ? values.join() : Array.from(values, numberText).join()
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return Array.from(values as BigInt64Array, bigText).join()
  if (dtype === 'float16') return Array.from(values as Uint16Array, (bits) => numberText(halfToFloat(bits))).join()
  if (dtype === 'bool') return Array.from(values as Uint8Array, (v) => (v === 0 ? 'false' : 'true')).join()
  if (Array.isArray(values)) return values.map((text) => JSON.stringify(text)).join()
  return (values as Int32Array).join()
}

export interface ReplyWriter { write(request: Pick<ReadRequest, 'id' | 'outputs'>, outputs: readonly DenseTensor[]): Reply }

/** The writer of one model's answers. `outputs` of a call are those that the request asks for, in its order. */
export function createReplyWriter(manifest: BundleManifest): ReplyWriter {
  const contract: ModelContract = contractOf(manifest)
  const head = `{"model_name":${JSON.stringify(contract.name)},"model_version":${JSON.stringify(contract.version)},`
  const openings = contract.outputs.map((o) => `{"name":${JSON.stringify(o.name)},"datatype":"${o.datatype.name}","shape":[`)
  return {
    write(request, outputs) {
      let text = request.id === null ? `${head}"outputs":[` : `${head}"id":${JSON.stringify(request.id)},"outputs":[`
      let tail: Uint8Array[] | null = null
      for (let i = 0; i < outputs.length; i++) {
        const asked = request.outputs[i]!
        const tensor = outputs[i]!
        text += `${i === 0 ? '' : ','}${openings[asked.index]!}${tensor.dims.join()}]`
        if (asked.binary) {
          const bytes = bytesOfValues(tensor.values)
          ;(tail ??= []).push(bytes)
          text += `,"parameters":{"binary_data_size":${bytes.byteLength}}}`
        } else text += `,"data":[${valuesText(tensor.values, tensor.dtype)}]}`
      }
      text += ']}'
      if (tail === null) return { body: text, jsonBytes: null }
      const json = Buffer.from(text)
      return { body: Buffer.concat([json, ...tail]), jsonBytes: json.length }
    },
  }
}
