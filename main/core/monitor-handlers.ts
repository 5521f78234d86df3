// Answers to the questions about what is deployed and the logs that come home.
import { basename } from 'node:path'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers, OutputOf } from '../../shared/contract-kit.ts'
import type { FileToken, JobId } from '../../shared/ids.ts'
import type { JobContext } from './jobs.ts'
import { askEndpoint, consentToHost } from './operations/deployment-ask.ts'
import { deploymentTimeline, endDeployment, listDeployments, noteIncident, recordDeployment, shareDeployment } from './operations/deployment-record.ts'
import { forgetLogs } from './operations/logs-forget.ts'
import { importLogs } from './operations/logs-import.ts'
import { coverageOfLabels, importLabels } from './operations/logs-labels.ts'
import { lookAtFiles } from './operations/logs-look.ts'
import type { Parts } from './parts.ts'
import { hostConsents } from './store/deployments.ts'
import { getBatch, storedBatches, storedLabels } from './store/log-batches.ts'
import { modelName } from './store/models.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const monitorQueries = (parts: Parts): Answers<'deployment.list' | 'deployment.timeline' | 'deployment.hosts' | 'logs.list' | 'logs.get' | 'logs.labelFiles' | 'logs.coverage'> => ({
  'deployment.list': (of) => [...parts.store.read((db) => listDeployments(db, of))],
  'deployment.timeline': (of) => parts.store.read((db) => deploymentTimeline(db, of)),
  'deployment.hosts': () => [...parts.store.read(hostConsents)],
  'logs.list': (of) => parts.store.read((db) => storedBatches(db, of)).map(({ batch }) => batch),
  'logs.get': ({ batchId }) => parts.store.read((db) => getBatch(db, batchId)).batch,
  'logs.labelFiles': ({ modelId }) => parts.store.read((db) => storedLabels(db, modelId)).map(({ labels }) => labels).reverse(),
  'logs.coverage': (of, { signal }) => coverageOfLabels(parts, of, signal),
})

export const monitorCommands = (parts: Parts): Answers<'deployment.record' | 'deployment.share' | 'deployment.end' | 'deployment.incident' | 'deployment.consent'> => ({
  'deployment.record': (request) => recordDeployment(parts, request),
  'deployment.share': (request) => shareDeployment(parts, request),
  'deployment.end': (request) => endDeployment(parts, request),
  'deployment.incident': (request) => noteIncident(parts, request),
  'deployment.consent': ({ host, allowed }) => consentToHost(parts, host, allowed),
})

type JobKeys = 'deployment.ask' | 'logs.look' | 'logs.import' | 'logs.labels' | 'logs.forget'
/** Puts one of these jobs into its lane. */
export type StartMonitorJob = <K extends JobKeys>(method: K, title: string, run: (context: JobContext) => Promise<OutputOf<SlipwayContract[K]>>) => JobId

export const monitorJobs = (parts: Parts, start: StartMonitorJob): Answers<JobKeys> => {
  const redeem = (files: readonly FileToken[]): string[] => files.map((file) => parts.admissions.redeem(file, 'read'))
  const named = (paths: readonly string[]): string => (paths.length === 1 ? basename(paths[0]!) : `${paths.length} files`)
  return {
    'deployment.ask': (request) => start('deployment.ask', `Ask ${request.url}`, (context) => askEndpoint(parts, request, context)),
    'logs.look': ({ files, ...request }) => { const paths = redeem(files); return start('logs.look', `Look at ${named(paths)}`, (context) => lookAtFiles(parts, { ...request, paths }, context)) },
    'logs.import': ({ files, ...request }) => { const paths = redeem(files); return start('logs.import', `Bring home ${named(paths)}`, (context) => importLogs(parts, { ...request, paths }, context)) },
    'logs.labels': ({ files, ...request }) => { const paths = redeem(files); return start('logs.labels', `Bring home labels from ${named(paths)}`, (context) => importLabels(parts, { ...request, paths }, context)) },
    'logs.forget': (request) => start('logs.forget', `Forget logs of ${parts.store.read((db) => modelName(db, request.modelId))}`, (context) => forgetLogs(parts, request, context)),
  }
}
