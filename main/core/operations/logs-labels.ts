// logs.labels and logs.coverage: true answers that come later, and what can be said of those that are here.
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { LabelCoverage, LabelFile } from '../../../shared/domain/log-batch.ts'
import { formatCount } from '../../../shared/format.ts'
import { newId, type ModelId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { logFilesAt } from '../monitor/home/log-files.ts'
import type { StoredLog } from '../monitor/logs/reading-plan.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import type { ReadDb } from '../store/database.ts'
import { record } from '../store/history.ts'
import { insertLabels, storedBatches, storedLabels, type BatchFilter } from '../store/log-batches.ts'
import { modelName } from '../store/models.ts'
import { getVersion } from '../store/versions.ts'

/** The stored batches that a window asks for, as the engine opens them. */
export const openLogs = (parts: Parts, db: ReadDb, of: BatchFilter): readonly StoredLog[] =>
  storedBatches(db, of).flatMap(({ batch, file }) => (file === null || batch.rows === 0 ? [] : [{ path: parts.blobs.path(file), layout: batch.layout }]))

/** Files of labels of a model in the order of their import, as the engine opens them. */
export const openLabels = (parts: Parts, db: ReadDb, modelId: ModelId): readonly string[] =>
  storedLabels(db, modelId).flatMap(({ labels, file }) => (file === null || labels.rows === 0 ? [] : [parts.blobs.path(file)]))

export type LabelRequest = Omit<InputOf<SlipwayContract['logs.labels']>, 'files'> & { readonly paths: readonly string[] }

/** Stores labels. Errors: `input.unknownId`, `logs.mapping`, `file.*`, `dataset.*`. */
export async function importLabels(parts: Parts, request: LabelRequest, context: JobContext): Promise<LabelFile> {
  const paths = await logFilesAt(request.paths)
  const target = join(workFolder(parts), 'labels.parquet')
  const { logs, earlier } = parts.store.read((db) => { modelName(db, request.modelId); return { logs: openLogs(parts, db, { modelId: request.modelId }), earlier: openLabels(parts, db, request.modelId) } })
  try {
    const result = await parts.light.task('logs.readLabels', { paths: [...paths], target, mapping: request.mapping, logs: [...logs], earlier: [...earlier] }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    const sha256 = await parts.blobs.put(target)
    const now = parts.clock()
    const name = request.name ?? `${basename(paths[0]!)}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''}`
    return parts.store.write((db) => {
      const id = newId('labels', now)
      const eventId = record(db, { verb: 'logs.labels', subject: id, sentence: `Brought home ${formatCount(result.rows)} labels of ${modelName(db, request.modelId)} from ${name}.`, facts: { sha256, rows: result.rows, files: result.files } }, now)
      insertLabels(db, { id, modelId: request.modelId, name, ...result, sha256, eventId, createdAt: now })
      return storedLabels(db, request.modelId).find(({ labels }) => labels.id === id)!.labels
    })
  } finally { await rm(dirname(target), { recursive: true, force: true }) }
}

/** Coverage and delay of labels, and whether they are selective. Errors: `input.unknownId`, `logs.nothing`. */
export function coverageOfLabels(parts: Parts, request: InputOf<SlipwayContract['logs.coverage']>, signal: AbortSignal): Promise<LabelCoverage> {
  const { modelId, versionId, from, to, windows } = request
  const { logs, labels, version } = parts.store.read((db) => { modelName(db, modelId); return { logs: openLogs(parts, db, { modelId, versionId, from, to }), labels: openLabels(parts, db, modelId), version: versionId === undefined ? null : getVersion(db, versionId).number } })
  return parts.reader.task('logs.labelCoverage', { logs: [...logs], labels: [...labels], version, from: from ?? null, to: to ?? null, windows }, { signal })
}
