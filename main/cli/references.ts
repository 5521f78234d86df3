// What a user types for a thing: a file path, a name, `name@2`, `name@champion`, or an id. Resolves to ids through the contract alone.
// Refuses to guess: a name is looked up, a path is read, and what is neither is said as it was typed.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Dataset, FormatOverride } from '../../shared/domain/dataset.ts'
import type { ModelSummary, Version } from '../../shared/domain/model.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import { fromPlain, SlipwayError } from '../../shared/errors.ts'
import { DatasetId, RunId, VersionId, type FileToken, type ModelId } from '../../shared/ids.ts'
import type { CliSession } from './open-session.ts'

/** Whether a text reads as a path rather than as a name. */
const looksLikePath = (text: string): boolean => /[\\/]/.test(text) || /\.[a-z][a-z0-9]{1,7}$/i.test(text)

/** A path that leads somewhere means that very file, also where a thing of the workspace has the same name: `test.csv` of another folder is another data set. */
const isFileHere = (text: string): boolean => looksLikePath(text) && existsSync(text)

/** What was typed is neither a name here nor a file. */
const nowhere = (what: string, text: string): SlipwayError =>
  (looksLikePath(text) ? new SlipwayError('file.missing', { file: text }) : new SlipwayError('input.unknownId', { what, id: text })) as SlipwayError

/** The text of a file that the user named. Errors: `file.missing`, `file.notRegular`, `file.unreadable`, with the name as it was typed. */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((thrown: { code?: string }) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') throw new SlipwayError('file.missing', { file })
    if (thrown.code === 'EISDIR') throw new SlipwayError('file.notRegular', { file, what: 'a folder' })
    throw new SlipwayError('file.unreadable', { file, reason: thrown.code === 'EACCES' ? 'permission was denied' : (thrown.code ?? 'unknown reason') })
  })
}

/** A stored model by id or name. Errors: `input.unknownId`. */
export async function model(session: CliSession, text: string): Promise<ModelSummary> {
  const found = (await session.client.call('model.list', { archived: true })).find((m) => m.name.toLowerCase() === text.toLowerCase() || m.id === text)
  if (found === undefined) throw nowhere('model', text)
  return found
}

/** The version that an alias of a model points to. Errors: `alias.unknown`. */
async function aliasedVersion(session: CliSession, model: ModelSummary, alias: string): Promise<Version> {
  const aliases = (await session.client.call('alias.list', { modelId: model.id })).filter((a) => a.target !== null)
  const target = aliases.find((a) => a.alias === alias.toLowerCase())?.target
  if (target == null) throw new SlipwayError('alias.unknown', { alias, model: model.name, known: aliases.map((a) => a.alias) })
  return (await session.client.call('version.get', { versionId: target.versionId })).version
}

/** A stored version by id, `name` (its newest), `name@number` or `name@alias`. */
async function storedVersion(session: CliSession, text: string): Promise<Version | null> {
  const id = VersionId.safeParse(text)
  if (id.success) return (await session.client.call('version.get', { versionId: id.data })).version
  const models = await session.client.call('model.list', { archived: true })
  const byName = (name: string): (typeof models)[number] | undefined => models.find((m) => m.name.toLowerCase() === name.toLowerCase())
  const whole = byName(text)
  const at = text.lastIndexOf('@')
  const said = whole === undefined && at > 0 ? text.slice(at + 1) : null
  const model = said === null ? whole : byName(text.slice(0, at))
  if (model === undefined) return null
  const number = said !== null && /^\d+$/.test(said) ? Number(said) : null
  if (said !== null && number === null) return aliasedVersion(session, model, said)
  const { versions } = await session.client.call('model.get', { modelId: model.id })
  const found = number === null ? versions.find((v) => v.id === model.latest.id) : versions.find((v) => v.number === number)
  if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'version', id: text })
  return found
}

/** A version with its map outputs rewritten, when that was consented to and is needed. */
const rewritten = (session: CliSession, v: Version, consent: boolean): Promise<Version> | Version =>
  consent && v.needsRewrite && v.derivation === null ? session.job('version.rewrite', { versionId: v.id }) : v

/** A version: a stored one, or a model file, which is imported first (the same bytes give the existing version). */
export async function version(session: CliSession, text: string, options: { readonly rewrite?: boolean } = {}): Promise<Version> {
  const stored = isFileHere(text) ? null : await storedVersion(session, text)
  if (stored !== null) return rewritten(session, stored, options.rewrite ?? false)
  if (!existsSync(text)) throw nowhere('model', text)
  const outcomes = await session.job('version.import', { files: [await session.admit(text)], rewrite: options.rewrite ?? false })
  const refused = outcomes.find((o) => o.error !== null)
  if (refused?.error != null) throw fromPlain(refused.error)
  const found = outcomes.flatMap((o) => (o.version === null ? [] : [o.version]))
  if (found.length > 1) throw new SlipwayError('input.ambiguous', { what: 'model', id: text, matches: found.map((v) => `${v.modelName}@${v.number}`).join(', ') })
  if (found[0] === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: text })
  return found[0]
}

/** A stored version, or a model file, which is handed over and not imported. */
export async function versionOrFile(session: CliSession, text: string): Promise<VersionId | { readonly file: FileToken }> {
  const stored = isFileHere(text) ? null : await storedVersion(session, text)
  if (stored !== null) return stored.id
  if (!existsSync(text)) throw nowhere('model', text)
  return { file: await session.admit(text) }
}

/** A model, or a version where the text names one. */
export async function modelOrVersion(session: CliSession, text: string): Promise<{ readonly name: string; readonly modelId: ModelId; readonly versionId?: VersionId }> {
  const found = await model(session, text).catch(() => null)
  if (found !== null) return { name: found.name, modelId: found.id }
  const of = await version(session, text)
  return { name: `${of.modelName}@${of.number}`, modelId: of.modelId, versionId: of.id }
}

/** A data set: a stored one by id or name, or a file or folder, which is added first (the same content is found again). */
export async function dataset(session: CliSession, text: string, format: FormatOverride = {}): Promise<Dataset> {
  const id = DatasetId.safeParse(text)
  if (id.success) return session.client.call('dataset.get', { datasetId: id.data })
  const stored = isFileHere(text) ? [] : (await session.client.call('dataset.list', {})).filter((d) => d.name.toLowerCase() === text.toLowerCase())
  if (stored.length > 1) throw new SlipwayError('input.ambiguous', { what: 'data set', id: text, matches: stored.map((d) => d.id).join(', ') })
  if (stored[0] !== undefined) return stored[0]
  if (!existsSync(text)) throw nowhere('data set', text)
  return session.job('dataset.add', { file: await session.admit(text), format })
}

/** A run by id, or the newest finished run of a stored version. */
export async function run(session: CliSession, text: string): Promise<RunSummary> {
  const id = RunId.safeParse(text)
  if (id.success) return session.client.call('run.get', { runId: id.data })
  const stored = await storedVersion(session, text)
  if (stored === null) throw nowhere('run or version', text)
  const runs = await session.client.call('run.list', { versionId: stored.id, limit: 1000 })
  const done = runs.filter((r) => r.status === 'done').sort((a, b) => b.createdAt - a.createdAt)[0]
  if (done === undefined) throw new SlipwayError('input.unknownId', { what: 'finished run of', id: text })
  return done
}
