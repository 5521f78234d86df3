// Which pixel of a model's answer belongs to which pixel of a mask. Convention: answers are compared at the mask's size, by the nearest
// answered pixel, so that no class is made up between two others. Owns that geometry; knows no classes.
import type { ImagePreprocessing } from '../../../shared/domain/binding.ts'
import { noClass } from '../../../shared/metrics/segmentation.ts'
import { placementOf } from './prepare.ts'

export interface Grid { readonly width: number; readonly height: number }

/** For each pixel along one axis of the mask the answered pixel, or −1 where the picture was cut off before it was fed. */
function places(mask: number, resized: number, start: number, input: number, answer: number): Int32Array {
  const out = new Int32Array(mask)
  for (let i = 0; i < mask; i++) {
    const fed = ((i + 0.5) / mask) * resized - start
    out[i] = fed < 0 || fed >= input ? -1 : Math.min(answer - 1, Math.floor((fed * answer) / input))
  }
  return out
}

export interface PlacedMap {
  /** Class index at every pixel of the mask; `noClass` where nothing was answered. */
  readonly indices: Int32Array
  /** Pixels of the mask that the model never saw, since they were cut off. */
  readonly unseen: number
}

/** Brings a class map of the model's output size to the size of a picture's mask, undoing how the picture was fitted to the input. */
export function placeMap(map: Int32Array, answer: Grid, mask: Grid, image: ImagePreprocessing): PlacedMap {
  const placed = placementOf(mask, image)
  const columns = places(mask.width, placed.width, placed.left, image.width, answer.width)
  const rows = places(mask.height, placed.height, placed.top, image.height, answer.height)
  const indices = new Int32Array(mask.width * mask.height)
  let unseen = 0
  for (let y = 0, at = 0; y < mask.height; y++) {
    const row = rows[y]! * answer.width
    for (let x = 0; x < mask.width; x++, at++) {
      if (row < 0 || columns[x]! < 0) { indices[at] = noClass; unseen++ } else indices[at] = map[row + columns[x]!]!
    }
  }
  return { indices, unseen }
}
