// A decoded picture to model input values: colour, resize, normalise, layout, exactly as the binding says.
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Picture } from './picture.ts'

/** Any typed array of numbers. Integer targets receive rounded, clamped values. float16 is the caller's: prepare as Float32Array and convert. */
export type PixelTarget = Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array

/** Values that one picture fills: width × height × (1 or 3). */
export function valuesPerPicture(image: ImagePreprocessing): number { return image.width * image.height * (image.color === 'grayscale' ? 1 : 3) }

/** Writes one prepared picture at `offset` of `target`: value = (pixel × scale − mean[c]) ÷ std[c]. */
export function preparePicture(picture: Picture, image: ImagePreprocessing, target: PixelTarget, offset: number): void {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${picture.width} ${image.width} ${target.length} ${offset}` })
}
