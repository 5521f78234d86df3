// logs.dataset: rows of a stretch of logs, with their raw values and true answers, as a data set that tells where it came from. Copied, so that it outlives the logs.
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural, formatTime } from '../../../shared/format.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { labelPaths, logSide, sideName } from '../steps/log-sides.ts'
import { newestBinding } from '../store/bindings.ts'
import { record } from '../store/history.ts'
import { addDataset } from './dataset-add.ts'

/** Errors: `input.unknownId`, `monitor.noLogs`, `logs.noBinding`, `logs.noValues`, `input.nameTaken`, `job.cancelled`. */
export async function datasetOfLogs(parts: Parts, request: InputOf<SlipwayContract['logs.dataset']>, context: JobContext): Promise<Dataset> {
  const { version, plan } = logSide(parts, request, request)
  const { binding, labels } = parts.store.read((db) => ({ binding: newestBinding(db, version.id)?.binding ?? null, labels: labelPaths(parts, db, version.modelId) }))
  if (binding === null) throw new SlipwayError('logs.noBinding', {})
  const raw = plan.logs.flatMap((l) => l.layout.features.filter((f) => f.raw !== null && !f.personal))
  const values = [...new Map(raw.map((f) => [f.feature, { feature: f.feature, kind: f.kind }])).values()]
  if (values.length === 0) throw new SlipwayError('logs.noValues', { name: sideName(version, request.arm) })
  // The column of true answers is called as in the data of the evaluation, so that the same binding reads it.
  const wanted = binding.target?.kind === 'column' ? binding.target.column : 'truth'
  const target = values.some((v) => v.feature === wanted) ? 'true answer' : wanted
  const folder = workFolder(parts)
  try {
    const name = request.name ?? `${version.modelName} ${version.number}, ${request.which} rows of logs`
    const written = await parts.light.task('monitor.rows', { side: plan, labels, from: request.from ?? null, to: request.to ?? null, folder, which: request.which, values, target, numeric: binding.task === 'regression' }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    if (written.rows === 0) throw new SlipwayError('logs.noValues', { name: sideName(version, request.arm) })
    const path = join(dirname(written.file), 'logs.parquet')
    await rename(written.file, path)
    const dataset = await addDataset(parts, { path, name, copy: true, format: {} }, context)
    const stretch = request.from === undefined && request.to === undefined ? '' : ` from ${request.from === undefined ? 'the beginning' : formatTime(request.from)} to ${request.to === undefined ? 'the end' : formatTime(request.to)}`
    parts.store.write((db) => record(db, { verb: 'logs.dataset', subject: dataset.id, sentence: `${dataset.name} holds ${formatPlural(written.rows, 'row')} of the logs of ${sideName(version, request.arm)}${stretch}.`, facts: { origin: 'logs', versionId: version.id, arm: request.arm ?? null, which: request.which, from: request.from ?? null, to: request.to ?? null } }, parts.clock()))
    return dataset
  } finally { await rm(folder, { recursive: true, force: true }) }
}
