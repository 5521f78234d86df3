// Answers `dataset.image`: one picture of an image data set as PNG.
import { basename } from 'node:path'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { encodePng } from './decode.ts'
import { listPictures } from './image-folder.ts'
import { decodeEntry } from './open-images.ts'
import type { Picture } from './picture.ts'
import { resizeRaster } from './resize.ts'

type Method = EngineContract['dataset.image']

const longestSide = 1024

/** The picture itself, or a smaller copy for display. */
function forDisplay(picture: Picture, side: number): Picture {
  const { width, height } = picture
  const scale = side / Math.max(width, height)
  if (scale >= 1) return picture
  const to = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const pixels = picture.rgba instanceof Uint8Array ? picture.rgba : new Uint8Array(picture.rgba.buffer, picture.rgba.byteOffset, picture.rgba.byteLength)
  return { ...to, rgba: resizeRaster({ width, height, channels: 4, pixels }, to.width, to.height, 'bilinear').pixels }
}

/** One picture as base64 PNG (no `data:` prefix), EXIF orientation applied, shrunk to at most `side` (1024) pixels a side; width and height are the picture's own. */
export async function readImage(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const { entries } = await listPictures(input.source.path, input.source.format, context.signal)
  const entry = entries[input.record - 1]
  if (entry === undefined) throw new SlipwayError('dataset.notReadable', { file: basename(input.source.path), reason: `it has no picture number ${input.record}` })
  const decoded = await decodeEntry(entry, input.record)
  if ('reason' in decoded) throw new SlipwayError('dataset.notReadable', { file: entry.name, reason: decoded.reason })
  const { picture } = decoded
  return { png: encodePng(forDisplay(picture, Math.min(longestSide, input.side ?? longestSide))).toString('base64'), width: picture.width, height: picture.height, name: entry.name }
}
