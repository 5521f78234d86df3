// Bytes of a picture file to pixels: PNG by our own exact decoder, everything else by the canvas library.
// Refuses truncated files and pictures beyond the pixel limit before decoding.
import { SlipwayError } from '../../../shared/errors.ts'
import type { Picture } from './picture.ts'

/** Decodes one picture. Throws an Error whose message says in a few words why it is unreadable. */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${bytes.length}` })
}
