// logs.look: what files of logs seem to be, and how their columns would be read. Takes nothing and stores nothing.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { LogLook, LogMapping } from '../../../shared/domain/log-batch.ts'
import { formatPlural } from '../../../shared/format.ts'
import { rm, stat } from 'node:fs/promises'
import type { JobContext } from '../jobs.ts'
import { isPack, logFilesAt, readPack } from '../monitor/home/log-files.ts'
import { bundleOf } from '../monitor/home/read-as.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { newestBinding } from '../store/bindings.ts'

export type LookRequest = Omit<InputOf<SlipwayContract['logs.look']>, 'files'> & { readonly paths: readonly string[] }

const noMapping: LogMapping = { timeUnit: 'auto', latencyUnit: 'ms', bodyEncoding: 'auto' }

const kinds: Readonly<Record<LogLook['format'], string>> = {
  feedback: 'a feedback pack', predlog: 'prediction logs (predlog.v1)', kserve: 'events of KServe’s logger', requests: 'requests with their answers', table: 'a table with one row an answer',
}

function bundleHere(parts: Parts, found: { readonly rootDigest: string; readonly model: string; readonly version: string } | null): LogLook['bundle'] {
  if (found === null) return null
  const here = parts.store.read((db) => bundleOf(db, found.rootDigest))
  return { ...found, versionId: here?.versionId ?? null, versionNumber: here?.number ?? null, modelId: here?.modelId ?? null }
}

function sentenceOf(format: LogLook['format'], files: number, bundle: LogLook['bundle'], missing: readonly string[]): string {
  const of = bundle === null ? '' : bundle.versionId === null ? ` of ${bundle.model} ${bundle.version}, a bundle that is not known here` : ` of ${bundle.model} ${bundle.version}, which is version ${String(bundle.versionNumber)} here`
  return `${formatPlural(files, 'file')}: ${kinds[format]}${of}.${missing.length === 0 ? '' : ` Not guessed: ${missing.join(', ')}.`}`
}

/** Looks at the beginnings. Errors: `file.*`, `dataset.*`, `logs.packDamaged`. */
export async function lookAtFiles(parts: Parts, request: LookRequest, context: JobContext): Promise<LogLook> {
  const paths = await logFilesAt(request.paths)
  const pack = paths.find(isPack)
  if (pack !== undefined) {
    const list = await readPack(pack)
    const bundle = bundleHere(parts, { rootDigest: list.root_digest, model: list.model, version: list.version })
    return { format: 'feedback', files: paths.length, bytes: (await stat(pack)).size, columns: [], mapping: noMapping, missing: [], bundle, sentence: sentenceOf('feedback', 1, bundle, []) }
  }
  const { versionId } = request
  const binding = versionId === undefined ? null : parts.store.read((db) => newestBinding(db, versionId))?.binding ?? null
  const features = (binding?.inputs ?? []).flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : []))
  const staging = workFolder(parts)
  try {
    const { rootDigest, model, version, ...look } = await parts.light.task('logs.look', { paths: [...paths], staging, format: request.format ?? null, features, classes: (binding?.classes ?? []).map((c) => c.label), regression: binding?.task === 'regression' },
      { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    const bundle = bundleHere(parts, rootDigest === null ? null : { rootDigest, model: model ?? '', version: version ?? '' })
    return { ...look, bundle, sentence: sentenceOf(look.format, paths.length, bundle, look.missing) }
  } finally { await rm(staging, { recursive: true, force: true }) }
}
