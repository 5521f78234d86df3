// logs.forget: the end of the rows of a stretch of time, of one batch, or of labels. What is left is written anew; who did it and why stays in the record.
import { readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatCount } from '../../../shared/format.ts'
import type { LabelFileId, LogBatchId, Sha256 } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { namedBlobs } from '../store/blob-names.ts'
import { record } from '../store/history.ts'
import { insertCut, storedBatches, storedLabels, type NewCut } from '../store/log-batches.ts'
import { modelName } from '../store/models.ts'

type Request = InputOf<SlipwayContract['logs.forget']>
interface Held { readonly id: LogBatchId | LabelFileId; readonly file: Sha256; readonly rows: number; readonly from: number | null; readonly to: number | null; readonly metadata: string }

/** What the request names, as it stands. */
function heldBy(parts: Parts, { modelId, batchId, labelFileId, from, to }: Request): { readonly batches: readonly Held[]; readonly labels: readonly Held[] } {
  return parts.store.read((db) => {
    modelName(db, modelId)
    const batches = storedBatches(db, { modelId, from, to }).flatMap(({ batch, file }): Held[] => (file === null || (batch.rows === 0 && batchId === undefined) || labelFileId !== undefined || (batchId !== undefined && batch.id !== batchId) ? [] : [{ ...batch, file, metadata: JSON.stringify(batch.layout) }]))
    const labels = storedLabels(db, modelId).flatMap(({ labels: l, file }): Held[] => (file === null || l.id !== labelFileId ? [] : [{ ...l, file, metadata: '{"layout":"slipway.labels/1"}' }]))
    if (batchId !== undefined && batches.length === 0) throw new SlipwayError('input.unknownId', { what: 'batch of logs with rows in that time', id: batchId })
    if (labelFileId !== undefined && labels.length === 0) throw new SlipwayError('input.unknownId', { what: 'file of labels', id: labelFileId })
    return { batches, labels }
  })
}

type Cut = Pick<NewCut, 'of' | 'from' | 'to' | 'removed' | 'left'>

/** What is left of one file. Nothing needs to be read where all of it goes. */
async function cutOne(parts: Parts, held: Held, request: Request, context: JobContext): Promise<Cut> {
  const [from, to] = [request.from ?? null, request.to ?? null]
  const all = (from === null && to === null) || (held.from !== null && held.to !== null && (from === null || held.from >= from) && (to === null || held.to < to))
  if (all) return { of: held.id, from, to, removed: held.rows, left: null }
  const target = join(workFolder(parts), 'rest.parquet')
  try {
    const cut = await parts.light.task('logs.cut', { path: parts.blobs.path(held.file), target, from, to, metadata: held.metadata }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    return { of: held.id, from, to, removed: cut.removed, left: cut.rows === 0 ? null : { sha256: await parts.blobs.put(target), rows: cut.rows, from: cut.from, to: cut.to } }
  } finally { await rm(dirname(target), { recursive: true, force: true }) }
}

/** Rows of stopped imports lie in their stages. */
function dropStages(folder: string): void {
  let names: string[] = []
  try { names = readdirSync(folder).filter((name) => name.startsWith('logs-')) } catch { return }
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Forgets. Errors: `input.unknownId`, `input.invalid` where nothing is named. */
export async function forgetLogs(parts: Parts, request: Request, context: JobContext): Promise<OutputOf<SlipwayContract['logs.forget']>> {
  if (request.batchId === undefined && request.labelFileId === undefined && request.from === undefined && request.to === undefined) throw new SlipwayError('input.invalid', { reason: 'name a batch, a file of labels, or a stretch of time' })
  const { batches, labels } = heldBy(parts, request)
  const cuts: Cut[] = []
  for (const held of [...batches, ...labels]) cuts.push(await cutOne(parts, held, request, context))
  const real = cuts.filter((c) => c.removed > 0 || c.left === null)
  const rows = real.reduce((sum, c) => sum + c.removed, 0)
  const [inBatches, inLabels] = [real.filter((c) => batches.some((b) => b.id === c.of)).length, real.filter((c) => labels.some((l) => l.id === c.of)).length]
  const at = parts.clock()
  const named = parts.store.write((db) => {
    if (real.length > 0) {
      const eventId = record(db, { verb: 'logs.forget', subject: request.batchId ?? request.labelFileId ?? request.modelId, sentence: `Forgot ${formatCount(rows)} rows of ${labels.length > 0 ? 'labels' : 'logs'} of ${modelName(db, request.modelId)}.`, facts: { rows, from: request.from ?? null, to: request.to ?? null, of: real.map((c) => c.of) }, why: request.reason }, at)
      for (const cut of real) insertCut(db, { ...cut, eventId, at })
    }
    return namedBlobs(db)
  })
  dropStages(parts.places.journals)
  // The record comes first: a file that a crash leaves behind is unused, and the next sweep removes it.
  for (const held of [...batches, ...labels]) if (!named.has(held.file)) rmSync(parts.blobs.path(held.file), { force: true })
  return { rows, batches: inBatches, labels: inLabels }
}
