// What a user types for a thing: a file path, a name, `name@2`, or an id. Resolves to ids through the contract alone.
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Dataset, FormatOverride } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import { fromPlain, SlipwayError } from '../../shared/errors.ts'
import { DatasetId, RunId, VersionId } from '../../shared/ids.ts'
import type { CliSession } from './open-session.ts'

/** A stored version by id, `name` (its newest) or `name@number`. */
async function storedVersion(session: CliSession, text: string): Promise<Version | null> {
  const id = VersionId.safeParse(text)
  if (id.success) return (await session.client.call('version.get', { versionId: id.data })).version
  const at = text.lastIndexOf('@')
  const [name, number] = at > 0 && /^\d+$/.test(text.slice(at + 1)) ? [text.slice(0, at), Number(text.slice(at + 1))] : [text, null]
  const models = await session.client.call('model.list', { archived: true })
  const model = models.find((m) => m.name.toLowerCase() === name.toLowerCase())
  if (model === undefined) return null
  const { versions } = await session.client.call('model.get', { modelId: model.id })
  const found = number === null ? versions.find((v) => v.id === model.latest.id) : versions.find((v) => v.number === number)
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'version', id: text })
  return found
}

/** A version: a stored one, or a model file, which is imported first (the same bytes give the existing version). */
export async function version(session: CliSession, text: string, options: { readonly rewrite?: boolean } = {}): Promise<Version> {
  const stored = await storedVersion(session, text)
  if (stored !== null) return stored
  if (!existsSync(text)) throw new SlipwayError('input.unknownId', { what: 'model or model file', id: text })
  const outcomes = await session.job('version.import', { files: [await session.admit(text)], rewrite: options.rewrite ?? false })
  const refused = outcomes.find((o) => o.error !== null)
  if (refused?.error != null) throw fromPlain(refused.error)
  const imported = outcomes.find((o) => o.version !== null)?.version
  if (imported == null) throw new SlipwayError('input.unknownId', { what: 'model', id: text })
  return imported
}

/** A data set: a stored one by id or name, or a file or folder, which is added first (the same content is found again). */
export async function dataset(session: CliSession, text: string, format: FormatOverride = {}): Promise<Dataset> {
  const id = DatasetId.safeParse(text)
  if (id.success) return session.client.call('dataset.get', { datasetId: id.data })
  const stored = (await session.client.call('dataset.list', {})).filter((d) => d.name.toLowerCase() === text.toLowerCase())
  if (stored.length > 1) throw new SlipwayError('input.ambiguous', { what: 'data set', id: text, matches: stored.map((d) => d.id).join(', ') })
  if (stored[0] !== undefined) return stored[0]
  if (!existsSync(text)) throw new SlipwayError('input.unknownId', { what: 'data set or file', id: basename(text) })
  return session.job('dataset.add', { file: await session.admit(text), format })
}

/** A run by id, or the newest finished run of a stored version. */
export async function run(session: CliSession, text: string): Promise<RunSummary> {
  const id = RunId.safeParse(text)
  if (id.success) return session.client.call('run.get', { runId: id.data })
  const stored = await storedVersion(session, text)
  if (stored === null) throw new SlipwayError('input.unknownId', { what: 'run or version', id: text })
  const runs = await session.client.call('run.list', { versionId: stored.id, limit: 1000 })
  const done = runs.filter((r) => r.status === 'done').sort((a, b) => b.createdAt - a.createdAt)[0]
  if (done === undefined) throw new SlipwayError('input.unknownId', { what: 'finished run of', id: text })
  return done
}
