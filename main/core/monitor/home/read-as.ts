// As what logs are read: the version they are of, its binding and profile, and which columns are personal. From the store and the engine.
import { createHash } from 'node:crypto'
import type { Binding } from '../../../../shared/domain/binding.ts'
import type { Run } from '../../../../shared/domain/run.ts'
import type { Reference } from '../../../../shared/drift/reference.ts'
import { SlipwayError } from '../../../../shared/errors.ts'
import type { BundleId, ModelId, VersionId } from '../../../../shared/ids.ts'
import { canonicalJson } from '../../bundle/canonical-json.ts'
import { datatypeOf, servedSignature } from '../../bundle/facts.ts'
import type { JobContext } from '../../jobs.ts'
import type { Parts } from '../../parts.ts'
import { bundleReference, watchedInputs } from '../../steps/bundle-reference.ts'
import { newestBinding } from '../../store/bindings.ts'
import { listBundles } from '../../store/bundles.ts'
import type { ReadDb } from '../../store/database.ts'
import { getDataset } from '../../store/datasets.ts'
import { getRun, listRuns } from '../../store/runs.ts'
import { getVersion, listVersions } from '../../store/versions.ts'

/** A bundle of this workspace by the digest that its records carry; null: it was not exported here. */
export function bundleOf(db: ReadDb, rootDigest: string): { readonly bundleId: BundleId; readonly versionId: VersionId; readonly modelId: ModelId; readonly number: number } | null {
  const found = listBundles(db).find((b) => b.rootDigest === rootDigest)
  return found === undefined ? null : { bundleId: found.id, versionId: found.versionId, modelId: getVersion(db, found.versionId).modelId, number: found.versionNumber }
}

export interface ReadAs {
  readonly modelId: ModelId; readonly versionId: VersionId | null; readonly versionNumber: number | null; readonly knownNumbers: readonly number[]
  readonly binding: Binding | null; readonly inputTypes: Readonly<Record<string, string>>; readonly outputTypes: Readonly<Record<string, string>>
  readonly reference: Reference | null; readonly referenceSha256: string | null; readonly fills: Readonly<Record<string, number | string>>; readonly personal: readonly string[]
  readonly features: readonly string[]
}

/** The run whose profile a version's bundle carries: that of the bundle, else of the newest one, else the newest over whole data. */
function profiledRun(db: ReadDb, versionId: VersionId, bundleId: BundleId | null): Run | null {
  const bundles = listBundles(db, { versionId })
  const bundle = bundles.find((b) => b.id === bundleId) ?? bundles[0]
  if (bundle !== undefined) return getRun(db, bundle.runId)
  const done = listRuns(db, { versionId, offset: 0, limit: 1000 }).filter((r) => r.status === 'done').map((r) => getRun(db, r.id))
  return done.find((r) => r.options.limit === null && r.options.sample === null) ?? done[0] ?? null
}

/** Columns of any data that this version was run on which are flagged as personal. */
function personalColumns(db: ReadDb, versionId: VersionId, features: readonly string[]): readonly string[] {
  const datasets = [...new Set(listRuns(db, { versionId, offset: 0, limit: 1000 }).map((r) => r.datasetId))].map((id) => getDataset(db, id))
  return [...new Set(datasets.flatMap((d) => (d.personal === undefined ? [] : d.personal.whole ? [...features, ...d.columns.map((c) => c.name)] : d.personal.columns)))]
}

const datatypesOf = (specs: readonly { readonly name: string; readonly dtype: Parameters<typeof datatypeOf>[0] }[]): Record<string, string> => Object.fromEntries(specs.map((s) => [s.name, datatypeOf(s.dtype)]))

const numbersOf = (db: ReadDb, modelId: ModelId): readonly number[] => listVersions(db, modelId).map((v) => v.number)

/** As a model alone, whose rows name their versions. */
function asModel(db: ReadDb, modelId: ModelId): ReadAs {
  const newest = [...listVersions(db, modelId)].sort((a, b) => b.number - a.number)[0]
  const binding = newest === undefined ? null : newestBinding(db, newest.id)?.binding ?? null
  return { modelId, versionId: null, versionNumber: null, knownNumbers: numbersOf(db, modelId), binding, inputTypes: {}, outputTypes: {}, reference: null, referenceSha256: null, fills: {}, personal: newest === undefined ? [] : personalColumns(db, newest.id, []), features: [] }
}

/** Everything of one version. `withProfile`: its profile is made, which reads the data of its run. Errors: `input.unknownId`, engine errors. */
export async function readAs(parts: Parts, of: { readonly modelId?: ModelId | undefined; readonly versionId?: VersionId | undefined; readonly bundleId?: BundleId | null }, withProfile: boolean, context: JobContext): Promise<ReadAs> {
  const { versionId } = of
  if (versionId === undefined) {
    if (of.modelId === undefined) throw new SlipwayError('logs.whichVersion', { reason: 'neither the files nor you say it' })
    const { modelId } = of
    return parts.store.read((db) => asModel(db, modelId))
  }
  const { version, run, binding } = parts.store.read((db) => { const found = profiledRun(db, versionId, of.bundleId ?? null); return { version: getVersion(db, versionId), run: found, binding: found?.binding ?? newestBinding(db, versionId)?.binding ?? null } })
  const dataset = run === null ? null : parts.store.read((db) => getDataset(db, run.datasetId))
  const watched = run === null || dataset === null ? [] : watchedInputs(run, version, dataset).features
  const features = watched.length > 0 ? watched.map((f) => f.feature) : (binding?.inputs ?? []).flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : []))
  const reference = run === null || dataset === null || !withProfile ? null : await bundleReference(parts, run, version, dataset, context)
  const signature = servedSignature(version)
  return {
    modelId: version.modelId, versionId, versionNumber: version.number, knownNumbers: parts.store.read((db) => numbersOf(db, version.modelId)), binding, inputTypes: datatypesOf(signature.inputs), outputTypes: datatypesOf(signature.outputs),
    reference, referenceSha256: reference === null ? null : createHash('sha256').update(`${canonicalJson(reference)}\n`).digest('hex'),
    fills: Object.fromEntries(watched.flatMap((f) => (f.fill === null ? [] : [[f.feature, f.fill]]))), personal: parts.store.read((db) => personalColumns(db, versionId, features)), features,
  }
}
