// The profile and limits that a version is watched by: those in its newest bundle's archive where that still lies there, else made again from the same run.
import { createHash } from 'node:crypto'
import type { MonitorSource } from '../../../shared/domain/monitor.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { Reference } from '../../../shared/drift/reference.ts'
import { Thresholds } from '../../../shared/drift/thresholds.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { BundleId, VersionId } from '../../../shared/ids.ts'
import { bundleThresholds } from '../bundle/watch/limits.ts'
import { monitoringPaths } from '../bundle/watch/monitoring-section.ts'
import { openZip } from '../bundle/zip-read.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { bundlePath, getBundle, listBundles } from '../store/bundles.ts'
import { getDataset } from '../store/datasets.ts'
import { speedOf } from '../store/device-reports.ts'
import { getCheck } from '../store/gates.ts'
import { getRun, listRuns } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { bundleReference } from './bundle-reference.ts'

export interface WatchedProfile { readonly reference: Reference | null; readonly thresholds: Thresholds | null; readonly run: Run | null; readonly source: MonitorSource['profile']; readonly limits: MonitorSource['limits'] }

/** Both files of an archive that is as it was exported; null where it is gone, changed, or of another form. */
async function readArchive(parts: Parts, id: BundleId): Promise<{ readonly reference: Reference | null; readonly thresholds: Thresholds } | null> {
  try {
    const { path, digest } = parts.store.read((db) => ({ path: bundlePath(db, id), digest: getBundle(db, id).rootDigest }))
    const archive = await openZip(path)
    // Everything lies in one folder of the archive.
    const folder = archive.entries.find((e) => e.path.split('/').length === 2 && e.path.endsWith('/SHA256SUMS'))?.path.slice(0, -'SHA256SUMS'.length) ?? ''
    const whole = async (name: string): Promise<Buffer> => { const pieces: Buffer[] = []; for await (const piece of archive.read(`${folder}${name}`)) pieces.push(piece); return Buffer.concat(pieces) }
    try {
      // The digest of the list of hashes names the bundle; the files themselves are in that list.
      const sums = await whole('SHA256SUMS')
      if (createHash('sha256').update(sums).digest('hex') !== digest) return null
      const listed = (name: string, bytes: Buffer): boolean => sums.toString('utf8').includes(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`)
      const limits = await whole(monitoringPaths.thresholds)
      if (!listed(monitoringPaths.thresholds, limits)) return null
      const has = archive.entries.some((e) => e.path === `${folder}${monitoringPaths.reference}`)
      const profile = has ? await whole(monitoringPaths.reference) : null
      if (profile !== null && !listed(monitoringPaths.reference, profile)) return null
      return { thresholds: Thresholds.parse(JSON.parse(limits.toString('utf8'))), reference: profile === null ? null : Reference.parse(JSON.parse(profile.toString('utf8'))) }
    } finally { await archive.close() }
  } catch { return null }
}

/** Errors: `input.unknownId`, engine errors, `job.cancelled`. */
export async function watchedProfile(parts: Parts, versionId: VersionId, context: JobContext): Promise<WatchedProfile> {
  const { version, bundle, run, check } = parts.store.read((db) => {
    const newest = listBundles(db, { versionId })[0] ?? null
    const done = newest !== null ? [] : listRuns(db, { versionId, offset: 0, limit: 1000 }).filter((r) => r.status === 'done').map((r) => getRun(db, r.id))
    const found = newest !== null ? getRun(db, newest.runId) : done.find((r) => r.options.limit === null && r.options.sample === null) ?? done[0] ?? null
    return { version: getVersion(db, versionId), bundle: newest, run: found, check: newest === null ? null : getCheck(db, newest.checkId) }
  })
  const ids = { bundleId: bundle?.id ?? null, runId: run?.id ?? null }
  const stored = bundle === null ? null : await readArchive(parts, bundle.id)
  if (stored !== null && stored.reference !== null) {
    return { ...stored, run, limits: 'bundle', source: { from: 'bundle', ...ids, rows: stored.reference.rows, sentence: `The profile of ${formatPlural(stored.reference.rows, 'row')} and the limits in the bundle ${bundle!.fileName}.` } }
  }
  if (run === null) return { reference: null, thresholds: null, run, limits: 'none', source: { from: 'none', ...ids, rows: 0, sentence: 'The version was never evaluated, so there is no profile and no limit.' } }
  const reference = await bundleReference(parts, run, version, parts.store.read((db) => getDataset(db, run.datasetId)), context)
  const semver = bundle?.version ?? `${version.number}.0.0`
  const thresholds = stored?.thresholds ?? bundleThresholds({ reference, run, version, semver, check, speed: parts.store.read((db) => speedOf(db, version.id, run.modelSha256)) })
  const sentence = reference === null ? `The rows of the evaluation on ${run.datasetName} are gone, so there is no profile of inputs.` : `The profile of ${formatPlural(reference.rows, 'row')} was made again from the evaluation on ${run.datasetName}${bundle === null ? '; no bundle was exported' : '; the bundle’s archive is not where it was written to'}.`
  return { reference, thresholds, run, limits: stored === null ? 'run' : 'bundle', source: { from: reference === null ? 'none' : 'run', ...ids, rows: reference?.rows ?? 0, sentence } }
}
