// Answers to the commands of the contract: what writes at once, and what only the desktop can do.
import { bundleCommands } from './bundle-handlers.ts'
import { checkBinding } from '../../shared/binding/check-binding.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Command, Handlers, InputOf } from '../../shared/contract-kit.ts'
import type { StoredBinding } from '../../shared/contract.ts'
import type { Version } from '../../shared/domain/model.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { writeText } from './files/write-text.ts'
import { lifeCommands } from './life-handlers.ts'
import { admitDatasetFile } from './operations/dataset-add.ts'
import { flagDataset } from './operations/dataset-flag.ts'
import { forgetDataset } from './operations/dataset-forget.ts'
import { runRetention } from './operations/retention-run.ts'
import { checkGate, saveGate } from './operations/gate-check.ts'
import { driftCommands } from './drift-handlers.ts'
import { monitorCommands } from './monitor-handlers.ts'
import type { Parts, Shell } from './parts.ts'
import { viewCommands } from './search-handlers.ts'
import { reviewCommands } from './review-handlers.ts'
import { folderContents } from './steps/folder-contents.ts'
import { insertBinding } from './store/bindings.ts'
import { bundlePath } from './store/bundles.ts'
import { readSettings, record, writeSetting } from './store/history.ts'
import { archiveModel, modelName, renameModel } from './store/models.ts'
import { annotateVersion, getVersion } from './store/versions.ts'

type CommandKey = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Command ? K : never }[keyof SlipwayContract]
type Answers<K extends CommandKey> = Pick<Handlers<SlipwayContract>, K>

const ok = { ok: true as const }

const modelCommands = (parts: Parts): Answers<'model.rename' | 'model.archive'> => ({
  'model.rename': ({ modelId, name }) => parts.store.write((db) => {
    const before = modelName(db, modelId)
    renameModel(db, modelId, name)
    record(db, { verb: 'model.rename', subject: modelId, sentence: `Renamed ${before} to ${name}.`, facts: { before, after: name } }, parts.clock())
    return ok
  }),
  'model.archive': ({ modelId, archived }) => parts.store.write((db) => {
    archiveModel(db, modelId, archived ? parts.clock() : null)
    record(db, { verb: 'model.archive', subject: modelId, sentence: `${archived ? 'Archived' : 'Brought back'} ${modelName(db, modelId)}.`, facts: { archived } }, parts.clock())
    return ok
  }),
})

function annotate(parts: Parts, { versionId, note, tags }: InputOf<SlipwayContract['version.annotate']>): Version {
  return parts.store.write((db) => {
    const before = getVersion(db, versionId)
    const after = { note: note ?? before.note, tags: tags ?? before.tags }
    if (after.note === before.note && JSON.stringify(after.tags) === JSON.stringify(before.tags)) return before
    annotateVersion(db, versionId, after.note, after.tags, parts.clock())
    record(db, { verb: 'version.annotate', subject: versionId, sentence: `Changed the notes of ${before.modelName} ${before.number}.`, facts: after }, parts.clock())
    return getVersion(db, versionId)
  })
}

function saveBinding(parts: Parts, { versionId, binding, guesses }: InputOf<SlipwayContract['binding.save']>): StoredBinding {
  return parts.store.write((db) => {
    const version = getVersion(db, versionId)
    const wrong = checkBinding(binding, version.derivation?.signature ?? version.signature, null).find((p) => p.severity === 'error')
    if (wrong !== undefined) throw new SlipwayError('binding.invalid', { reason: wrong.sentence.replace(/\.$/, '') })
    const createdAt = parts.clock()
    const revision = insertBinding(db, versionId, binding, guesses, createdAt)
    record(db, { verb: 'binding.save', subject: versionId, sentence: `Saved revision ${revision} of the binding of ${version.modelName} ${version.number}.`, facts: { revision } }, createdAt)
    return { versionId, revision, binding, guesses, createdAt }
  })
}

const versionCommands = (parts: Parts): Answers<'version.annotate' | 'binding.save' | 'gate.save' | 'gate.check'> => ({
  'version.annotate': (input) => annotate(parts, input),
  'binding.save': (input) => saveBinding(parts, input),
  'gate.save': ({ modelId, policy }) => saveGate(parts, modelId, policy, parts.store.read((db) => modelName(db, modelId))),
  'gate.check': (input) => checkGate(parts, input),
})

const appCommands = (parts: Parts): Answers<'engine.restart' | 'settings.save' | 'job.cancel' | 'job.pause'> => ({
  'engine.restart': async () => {
    await Promise.all([...new Set([parts.engine, parts.light, parts.reader])].map((engine) => engine.restart()))
    return ok
  },
  'settings.save': (change) => parts.store.write((db) => {
    const settings = { ...readSettings(db), ...change }
    writeSetting(db, 'settings', settings)
    return settings
  }),
  'job.cancel': ({ jobId, now }) => {
    parts.jobs.cancel(jobId, now)
    return ok
  },
  'job.pause': ({ jobId }) => {
    parts.jobs.pause(jobId)
    return ok
  },
})

function shellOf(parts: Parts, action: string): Shell {
  if (parts.shell === null) throw new SlipwayError('shell.unavailable', { action })
  return parts.shell
}

const personalCommands = (parts: Parts): Answers<'dataset.flag' | 'dataset.forget' | 'retention.run'> => ({
  'dataset.flag': (input) => flagDataset(parts, input),
  'dataset.forget': (input) => forgetDataset(parts, input),
  'retention.run': (input) => runRetention(parts, input),
})

const shellCommands = (parts: Parts): Answers<'dataset.file' | 'shell.lookInto' | 'shell.openFiles' | 'shell.saveFile' | 'shell.reveal' | 'shell.writeText'> => ({
  'dataset.file': ({ datasetId }) => admitDatasetFile(parts, datasetId),
  'shell.lookInto': ({ folder, endings }) => folderContents(parts.admissions, parts.admissions.redeem(folder, 'read'), endings),
  'shell.openFiles': async ({ what }) => {
    const paths = await shellOf(parts, 'Choosing files in a dialog').openFiles(what)
    return Promise.all(paths.map((path) => parts.admissions.admit(path)))
  },
  'shell.saveFile': async ({ what, suggestedName }) => {
    const path = await shellOf(parts, 'Choosing a place in a dialog').saveFile(what, suggestedName)
    return path === null ? null : parts.admissions.admit(path, 'write')
  },
  'shell.reveal': ({ bundleId }) => {
    shellOf(parts, 'Showing a file in its folder').reveal(parts.store.read((db) => bundlePath(db, bundleId)))
    return ok
  },
  'shell.writeText': async ({ file, text, encoding }) => {
    await writeText(parts.admissions.redeem(file, 'write'), text, encoding)
    return ok
  },
})

/** All commands of the contract. */
export const commandHandlers = (parts: Parts): Answers<CommandKey> => ({ ...modelCommands(parts), ...versionCommands(parts), ...appCommands(parts), ...personalCommands(parts), ...shellCommands(parts), ...lifeCommands(parts), ...viewCommands(parts), ...reviewCommands(parts), ...bundleCommands(parts), ...monitorCommands(parts), ...driftCommands(parts) })
