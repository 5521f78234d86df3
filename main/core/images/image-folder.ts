// Which pictures a folder holds, in which order, and their classes.
// Follows no links and leaves out what is no picture.
import type { DatasetFormat } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Sha256 } from '../../../shared/ids.ts'

/** One picture: its path relative to the folder, with forward slashes, and its class. */
export interface PictureEntry { readonly name: string; readonly path: string; readonly label: string | null }

export async function listPictures(folder: string, _format: DatasetFormat, _signal: AbortSignal): Promise<{ entries: readonly PictureEntry[] }> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${folder}` })
}

export async function hashFolder(folder: string, _format: DatasetFormat, _signal: AbortSignal, _tell: (bytes: number) => void): Promise<{ sha256: Sha256; bytes: number }> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${folder}` })
}
