// The size of a picture as it is decoded, without decoding it where its head is enough. Owns the turn that EXIF asks for.
import { readContainer } from './container.ts'
import { decodePicture } from './decode.ts'

/** Width and height in pixels, turned as the picture is shown. Throws an Error in a few words. */
export async function pictureSize(bytes: Buffer): Promise<{ readonly width: number; readonly height: number }> {
  const { format, width, height } = readContainer(bytes)
  const turned = format === 'jpeg' && bytes.subarray(0, 65_536).includes('Exif')
  if (!turned) return { width, height }
  const picture = await decodePicture(bytes)
  return { width: picture.width, height: picture.height }
}
