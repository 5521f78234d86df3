// Opens an image folder as a stream of decoded pictures in a fixed order.
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { ImageReader, ImageWish } from '../datasets/rows.ts'

/** Opens a folder of pictures for one pass, sorted by relative path (by code point). Unreadable pictures arrive in `rejected`. */
export async function openImages(source: DatasetSource, wish: ImageWish = {}): Promise<ImageReader> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${source.path} ${wish.offset}` })
}
