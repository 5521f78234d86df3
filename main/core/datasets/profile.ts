// Answers `dataset.profile`: what a file or folder is, its content hash, and every column measured.
// Owns the order of the steps; structure is csv-clean.ts, measuring is profile-columns.ts.
import { stat } from 'node:fs/promises'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { profileImages } from '../images/profile-images.ts'
import { profileTable } from './profile-table.ts'

type Method = EngineContract['dataset.profile']

/**
 * Detects the format, hashes the content and profiles every column. Nothing is written beside the source.
 * Throws `dataset.notReadable`, `dataset.empty`, `dataset.headerUnclear` and `job.cancelled`.
 */
export async function profileDataset(input: InputOf<Method>, context: CallContext<ProgressOf<Method>>): Promise<OutputOf<Method>> {
  const found = await stat(input.path).catch(() => null)
  return found?.isDirectory() === true ? profileImages(input, context) : profileTable(input, context)
}
