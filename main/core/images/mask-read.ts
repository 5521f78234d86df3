// Mask pictures as numbers: the palette place, the grey value or the colour of every pixel, never a blend.
// Owns decoding and the meaning of the numbers; refuses lossy files, whose values are no longer those of the classes.
import type { MaskValues } from '../../../shared/domain/dataset.ts'
import { noClass } from '../../../shared/metrics/segmentation.ts'
import { readContainer } from './container.ts'
import { decodePicture, largestPicture } from './decode.ts'
import { hexColor } from './mask-classes.ts'
import { decodePngSamples } from './png.ts'

/** The numbers of a mask as stored. `color`: red, green and blue as one number, 24 bits. */
export interface RawMask { readonly width: number; readonly height: number; readonly kind: 'palette' | 'gray' | 'color'; readonly values: Uint16Array | Int32Array; /** Three bytes a palette place. */ readonly palette: Uint8Array | null }

export const colorText = (packed: number): string => hexColor([packed >> 16, (packed >> 8) & 255, packed & 255])!

/** Decodes a mask file. Throws an Error whose message says in a few words why it is none. */
export async function decodeMask(bytes: Uint8Array): Promise<RawMask> {
  const { format, width, height, body } = readContainer(bytes)
  if (format === 'jpeg') throw new Error('JPEG changes the values of a mask; save it as PNG')
  if (width === 0 || height === 0 || width * height > largestPicture) throw new Error('it has no pixels, or more than 100 million')
  const stored = format === 'png' ? decodePngSamples(body) : null
  if (stored !== null) return stored
  const { rgba, ...size } = await decodePicture(bytes)
  const values = new Int32Array(size.width * size.height)
  let gray = true
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const [r, g, b] = [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!]
    if (r !== g || g !== b) gray = false
    values[i] = (r << 16) | (g << 8) | b
  }
  if (gray) for (let i = 0; i < values.length; i++) values[i]! &= 255
  return { ...size, kind: gray ? 'gray' : 'color', values, palette: null }
}

/** The number by which a listed class is found in a mask; null when the list does not say. */
export function keyOf(listed: MaskValues['classes'][number], by: MaskValues['by']): number | null {
  return by === 'value' ? listed.value : listed.color === null ? null : Number.parseInt(listed.color.slice(1), 16)
}

/** A mask's number as `by` counts it: a grey pixel of a mask in colours is a colour too. */
export function keysOf(mask: RawMask, by: MaskValues['by']): Uint16Array | Int32Array {
  if (by === 'value' || mask.kind === 'color') return mask.values
  const keys = new Int32Array(mask.values.length)
  const { palette } = mask
  for (let i = 0; i < keys.length; i++) {
    const v = mask.values[i]!
    keys[i] = palette === null ? v * 0x010101 : (palette[v * 3]! << 16) | (palette[v * 3 + 1]! << 8) | palette[v * 3 + 2]!
  }
  return keys
}

/**
 * Which class of a model each class of the masks is, by place: the class of the same label; where the masks have no names, the class whose
 * place is the value, or, when there are larger values but not more of them than classes, the class at the same place in order.
 */
export function maskPlaces(masks: MaskValues, labels: readonly string[]): number[] {
  const byLabel = new Map(labels.map((label, i) => [label, i]))
  const fits = masks.classes.every((c) => c.value !== null && c.value < labels.length)
  return masks.classes.map((c, i) => {
    const named = byLabel.get(c.name)
    if (named !== undefined) return named
    if (masks.named) return noClass
    return fits ? c.value! : i < labels.length ? i : noClass
  })
}

/** Turns masks into class indices of a model. Pixels that are not judged, and unknown values, become `noClass`. */
export function createMaskIndex(masks: MaskValues, labels: readonly string[]): (mask: RawMask) => Int32Array {
  const places = maskPlaces(masks, labels)
  const table = new Map<number, number>()
  masks.classes.forEach((c, i) => { const key = keyOf(c, masks.by); if (key !== null) table.set(key, places[i]!) })
  return (mask) => {
    const keys = keysOf(mask, masks.by)
    const out = new Int32Array(keys.length)
    let last = -1
    let index = noClass
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      // Masks are runs of one value, so most pixels need no look-up.
      if (key !== last) { last = key; index = key === masks.ignore && masks.by === 'value' ? noClass : (table.get(key) ?? noClass) }
      out[i] = index
    }
    return out
  }
}
