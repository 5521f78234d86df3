// Bytes of a picture file to pixels: PNG by our own exact decoder, everything else by the canvas library.
// Refuses truncated files and pictures beyond the pixel limit before decoding.
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { readContainer } from './container.ts'
import type { Picture } from './picture.ts'
import { decodePng } from './png.ts'

/** Largest picture, in pixels: 400 MB once decoded. */
export const largestPicture = 100_000_000

/** Decodes one picture, EXIF orientation applied. Throws an Error whose message says in a few words why it is unreadable. */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  const container = readContainer(bytes)
  const { width, height } = container
  if (width === 0 || height === 0) throw new Error('it has no pixels')
  if (width * height > largestPicture) throw new Error(`it has ${width} × ${height} pixels, more than the limit of 100 million`)
  if (container.format === 'png') return decodePng(container.body)
  const image = await loadImage(container.body).catch(() => { throw new Error('it cannot be decoded') })
  if (image.width * image.height > largestPicture || image.width === 0 || image.height === 0) throw new Error('it cannot be decoded')
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width: image.width, height: image.height, rgba: context.getImageData(0, 0, image.width, image.height).data }
}

/** A picture as PNG bytes, for display. */
export function encodePng(picture: Picture): Buffer {
  const canvas = createCanvas(picture.width, picture.height)
  const context = canvas.getContext('2d')
  const image = context.createImageData(picture.width, picture.height)
  image.data.set(picture.rgba)
  context.putImageData(image, 0, 0)
  return canvas.toBuffer('image/png')
}
