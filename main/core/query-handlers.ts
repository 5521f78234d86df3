// Answers to the queries of the contract: straight from the store, or a page from the reading engine. Writes nothing.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { checkBinding } from '../../shared/binding/check-binding.ts'
import { operatingScore } from '../../shared/binding/check-boxes.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers, Query } from '../../shared/contract-kit.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { EngineState } from './engine/engine.ts'
import { graphQueries } from './graph-handlers.ts'
import { decideQueries } from './decide-handlers.ts'
import { driftQueries } from './drift-handlers.ts'
import { monitorQueries } from './monitor-handlers.ts'
import { lifeQueries } from './life-handlers.ts'
import { bindingFromText, bindingToText } from './binding/binding-text.ts'
import { policyText, readPolicy } from './gate/policy-text.ts'
import { bundleQueries } from './bundle-handlers.ts'
import { knownProviders } from './operations/app-probe.ts'
import { versionsReadyFor } from './operations/binding-ready.ts'
import { datasetSource } from './operations/dataset-add.ts'
import { reviewQueries } from './review-handlers.ts'
import { diagnose } from './steps/diagnostics.ts'
import { onnxruntimeVersion } from './steps/runtime-version.ts'
import { storedPredictions } from './steps/stored-predictions.ts'
import { publisherKeyId } from './steps/publisher-key.ts'
import { previewRetention } from './operations/retention-preview.ts'
import { browseRun, neighboursInRun } from './operations/run-rows.ts'
import { commonData } from './operations/run-compare.ts'
import { disagreementRows } from './operations/run-disagreements.ts'
import { trivialOfRun } from './operations/run-baseline.ts'
import { previewGate } from './operations/gate-check.ts'
import { sampleAvailable } from './operations/sample-open.ts'
import { compare } from './operations/version-compare.ts'
import type { Parts } from './parts.ts'
import { previewPack } from './workspace/pack.ts'
import { searchQueries } from './search-handlers.ts'
import { newestBinding } from './store/bindings.ts'
import { getBundle, listBundles } from './store/bundles.ts'
import { listDeviceReports } from './store/device-reports.ts'
import { getDataset, listDatasets } from './store/datasets.ts'
import { listCustomMetrics } from './store/custom-metrics.ts'
import { currentGate, listChecks, listGates } from './store/gates.ts'
import { auditState } from './store/audit-state.ts'
import { listEvents, readSettings } from './store/history.ts'
import { countModels, getModel, listModels } from './store/models.ts'
import { getRun, listRuns } from './store/runs.ts'
import { listStressTests } from './store/stress-tests.ts'
import { getVersion, listVersions } from './store/versions.ts'

type QueryKey = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Query ? K : never }[keyof SlipwayContract]
type Answers<K extends QueryKey> = Pick<Handlers<SlipwayContract>, K>

const mostRuns = 1000

const worseOf = (a: EngineState, b: EngineState): EngineState => (a === 'unstable' || b === 'unstable' ? 'unstable' : a)

const appQueries = (parts: Parts): Answers<'app.about' | 'app.diagnostics' | 'app.providers' | 'settings.get' | 'job.list' | 'history.list' | 'audit.state' | 'retention.preview'> => ({
  'app.about': () => ({
    version: parts.version, workspace: parts.places.workspace, electron: parts.electron, node: process.versions.node,
    onnxruntime: onnxruntimeVersion(parts), platform: `${process.platform}-${process.arch}`,
    sampleAvailable: sampleAvailable(parts), empty: parts.store.read(countModels) === 0,
    engine: [parts.light.state, parts.reader.state].reduce(worseOf, parts.engine.state), publisherKeyId: publisherKeyId(parts),
    ...(parts.notices.length === 0 ? {} : { notices: [...parts.notices] }),
  }),
  'app.diagnostics': () => diagnose(parts),
  'app.providers': () => knownProviders(parts),
  'settings.get': () => parts.store.read(readSettings),
  'job.list': () => [...parts.jobs.list()],
  'history.list': (page) => [...parts.store.read((db) => listEvents(db, page))],
  'audit.state': () => parts.store.read(auditState),
  'retention.preview': (rule) => previewRetention(parts, rule),
})

const modelQueries = (parts: Parts): Answers<'model.list' | 'model.get' | 'model.packPreview' | 'version.get' | 'version.compare' | 'version.devices'> => ({
  'model.list': ({ archived, search }) => [...parts.store.read((db) => listModels(db, archived, search))],
  'model.packPreview': ({ modelId, withoutPersonal }) => previewPack(parts, modelId, withoutPersonal),
  'model.get': ({ modelId }) => parts.store.read((db) => ({
    model: getModel(db, modelId), versions: [...listVersions(db, modelId)], runs: [...listRuns(db, { modelId, offset: 0, limit: mostRuns })], bundles: [...listBundles(db, { modelId })],
  })),
  'version.get': ({ versionId }) => parts.store.read((db) => ({
    version: getVersion(db, versionId), binding: newestBinding(db, versionId), runs: [...listRuns(db, { versionId, offset: 0, limit: mostRuns })], bundles: [...listBundles(db, { versionId })],
  })),
  'version.compare': (request) => compare(parts, request),
  'version.devices': (request) => parts.store.read((db) => listDeviceReports(db, request)),
})

const dataQueries = (parts: Parts): Answers<'dataset.list' | 'dataset.get' | 'dataset.rows' | 'dataset.image' | 'binding.check' | 'binding.ready' | 'binding.text' | 'binding.parse'> => ({
  'dataset.list': () => [...parts.store.read(listDatasets)],
  'dataset.get': ({ datasetId }) => parts.store.read((db) => getDataset(db, datasetId)),
  'dataset.rows': ({ datasetId, ...page }, { signal }) => parts.reader.task('dataset.rows', { source: datasetSource(parts, datasetId).source, ...page }, { signal }),
  'dataset.image': ({ datasetId, record, side }, { signal }) => parts.reader.task('dataset.image', { source: datasetSource(parts, datasetId).source, record, side }, { signal }),
  'binding.check': ({ versionId, datasetId, binding }) => parts.store.read((db) => {
    const version = getVersion(db, versionId)
    const columns = datasetId === undefined ? null : getDataset(db, datasetId).columns
    return checkBinding(binding, version.derivation?.signature ?? version.signature, columns)
  }),
  'binding.ready': ({ datasetId }) => versionsReadyFor(parts, datasetId),
  'binding.text': ({ binding, format }) => ({ text: bindingToText(binding, format) }),
  'binding.parse': ({ text }) => bindingFromText(text),
})

const runQueries = (parts: Parts): Answers<'run.list' | 'run.get' | 'run.predictions' | 'run.stressTests' | 'run.masks' | 'run.boxes' | 'metric.list' | 'bundle.list' | 'bundle.get' | 'shell.readText'> => ({
  'run.list': (filter) => [...parts.store.read((db) => listRuns(db, filter))],
  'run.get': ({ runId }) => ({ ...parts.store.read((db) => getRun(db, runId)), kept: parts.journals.has(runId) }),
  'run.predictions': async ({ runId, ...page }, { signal }) => parts.reader.task('predictions.page', { path: storedPredictions(parts, parts.store.read((db) => getRun(db, runId))), ...page }, { signal }),
  'run.masks': async ({ runId, record: wanted }, { signal }) => {
    const run = parts.store.read((db) => getRun(db, runId))
    return parts.reader.task('predictions.masks', { path: storedPredictions(parts, run), source: datasetSource(parts, run.datasetId).source, labels: run.binding.classes.map((c) => c.label), record: wanted }, { signal })
  },
  'run.boxes': async ({ runId, record: wanted, score }, { signal }) => {
    const run = parts.store.read((db) => getRun(db, runId))
    return parts.reader.task('predictions.boxes', { path: storedPredictions(parts, run), labels: run.binding.classes.map((c) => c.label), record: wanted, score: score ?? operatingScore(run.binding) }, { signal })
  },
  'run.stressTests': ({ runId }) => [...parts.store.read((db) => listStressTests(db, runId))],
  'metric.list': ({ modelId }) => [...parts.store.read((db) => listCustomMetrics(db, modelId))],
  'bundle.list': (of) => [...parts.store.read((db) => listBundles(db, of))],
  'bundle.get': ({ bundleId }) => parts.store.read((db) => getBundle(db, bundleId)),
  'shell.readText': async ({ file }) => {
    const path = parts.admissions.redeem(file, 'read')
    try { return { text: await readFile(path, 'utf8') } } catch (thrown) {
      throw new SlipwayError('file.unreadable', { file: basename(path), reason: thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown reason' })
    }
  },
})

const gateQueries = (parts: Parts): Answers<'gate.get' | 'gate.checks' | 'gate.preview' | 'gate.revisions' | 'gate.text' | 'gate.read'> => ({
  'gate.get': ({ modelId }) => parts.store.read((db) => currentGate(db, modelId)),
  'gate.checks': ({ runId }) => [...parts.store.read((db) => listChecks(db, runId))],
  'gate.preview': (request) => previewGate(parts, request),
  'gate.revisions': ({ modelId }) => [...parts.store.read((db) => listGates(db, modelId))],
  'gate.text': ({ policy, format }) => ({ text: policyText(policy, format) }),
  'gate.read': ({ text }) => readPolicy(text),
})

const readingQueries = (parts: Parts): Answers<'run.trivial' | 'run.rows' | 'run.neighbours' | 'run.common' | 'run.disagreements'> => ({
  'run.common': (request) => commonData(parts, request),
  'run.disagreements': (request, { signal }) => disagreementRows(parts, request, signal),
  'run.rows': (request, { signal }) => browseRun(parts, request, signal),
  'run.neighbours': (request, { signal }) => neighboursInRun(parts, request, signal),
  'run.trivial': ({ runId }, { signal }) => trivialOfRun(parts, runId, signal),
})

/** All queries of the contract. */
export const queryHandlers = (parts: Parts): Answers<QueryKey> => ({ ...appQueries(parts), ...modelQueries(parts), ...dataQueries(parts), ...runQueries(parts), ...readingQueries(parts), ...gateQueries(parts), ...lifeQueries(parts), ...graphQueries(parts), ...monitorQueries(parts), ...driftQueries(parts), ...decideQueries(parts), ...searchQueries(parts), ...reviewQueries(parts), ...bundleQueries(parts) })
