// The program of a decoding thread: picture files in, model input values out. Built as a file of its own and started by open-prepared.ts.
// Owns the thread's end of the channel; a picture that cannot be read is an answer, never an end.
import { parentPort } from 'node:worker_threads'
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { decodeFile } from './decode-file.ts'
import { preparePicture, valuesPerPicture, type PixelTarget } from './prepare.ts'
import { spoilPicture, type PictureSpoil } from './spoil.ts'

export type PixelType = 'float32' | 'float64' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'int32' | 'uint32'
export interface PreparedInput { readonly input: string; readonly image: ImagePreprocessing; readonly dtype: PixelType }
export interface PictureSetup { readonly inputs: readonly PreparedInput[]; /** done to every picture before it is prepared */ readonly spoil: PictureSpoil | null }
/** `records`: the record of each path. `spare`: memory of an earlier answer, one for each input, to be written again. */
export interface PictureTask { readonly index: number; readonly paths: readonly string[]; readonly records: readonly number[]; readonly spare?: readonly PixelTarget[] }
export interface PictureAnswer {
  readonly index: number
  /** For each path null, or why it is unreadable. */
  readonly reasons: readonly (string | null)[]
  /** For each input the values of the readable pictures, one after another. */
  readonly values: readonly PixelTarget[]
}

const kinds: Readonly<Record<PixelType, { new (length: number): PixelTarget; new (buffer: ArrayBuffer, offset: number, length: number): PixelTarget; readonly BYTES_PER_ELEMENT: number }>> = {
  float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, int32: Int32Array, uint32: Uint32Array,
}

/** Room for `length` values: in the spare memory where that is large enough. Every value will be written. */
function room(dtype: PixelType, length: number, spare: PixelTarget | undefined): PixelTarget {
  const kind = kinds[dtype]
  return spare !== undefined && spare.buffer.byteLength >= length * kind.BYTES_PER_ELEMENT ? new kind(spare.buffer as ArrayBuffer, 0, length) : new kind(length)
}

let setup: PictureSetup = { inputs: [], spoil: null }

async function answer({ index, paths, records, spare }: PictureTask): Promise<PictureAnswer> {
  const { spoil } = setup
  const decoded = await Promise.all(paths.map(async (path, i) => {
    const found = await decodeFile(path)
    return typeof found === 'string' || spoil === null ? found : spoilPicture(found, spoil, records[i]!)
  }))
  const pictures = decoded.filter((d) => typeof d !== 'string')
  const values = setup.inputs.map(({ image, dtype }, k) => {
    const size = valuesPerPicture(image)
    const target = room(dtype, pictures.length * size, spare?.[k])
    pictures.forEach((picture, i) => preparePicture(picture, image, target, i * size))
    return target
  })
  return { index, reasons: decoded.map((d) => (typeof d === 'string' ? d : null)), values }
}

// One task after another, so that the memory of a thread is that of one task.
let turn: Promise<void> = Promise.resolve()
parentPort?.on('message', (message: PictureTask | { readonly setup: PictureSetup } | { readonly done: true }) => {
  turn = turn.then(async () => {
    if ('index' in message) {
      const found = await answer(message)
      parentPort?.postMessage(found, found.values.map((v) => v.buffer as ArrayBuffer))
    } else if ('setup' in message) setup = message.setup
  })
})
