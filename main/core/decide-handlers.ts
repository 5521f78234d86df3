// Answers to the questions of shared/contract-decide.ts: what is decided by logs that came home.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers, OutputOf } from '../../shared/contract-kit.ts'
import type { JobId, VersionId } from '../../shared/ids.ts'
import { abSize } from '../../shared/monitor/ab-size.ts'
import type { JobContext } from './jobs.ts'
import { compareSides } from './operations/monitor-ab.ts'
import { datasetOfLogs } from './operations/logs-dataset.ts'
import { simulateRollout } from './operations/monitor-rollout.ts'
import type { Parts } from './parts.ts'
import { getStudy, listStudies } from './store/studies.ts'
import { getVersion } from './store/versions.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const decideQueries = (parts: Parts): Answers<'monitor.abSize' | 'monitor.studies' | 'monitor.study'> => ({
  'monitor.abSize': ({ measure, smallest, ...design }) => abSize(measure, smallest, design),
  'monitor.studies': (of) => [...parts.store.read((db) => listStudies(db, of))],
  'monitor.study': ({ studyId }) => parts.store.read((db) => getStudy(db, studyId)),
})

type JobKeys = 'monitor.ab' | 'monitor.rollout' | 'logs.dataset'
/** Puts one of these jobs into its lane. */
export type StartDeciding = <K extends JobKeys>(method: K, title: string, subject: VersionId, run: (context: JobContext) => Promise<OutputOf<SlipwayContract[K]>>) => JobId

export const decideJobs = (parts: Parts, start: StartDeciding): Answers<JobKeys> => {
  const named = (id: VersionId): string => { const v = parts.store.read((db) => getVersion(db, id)); return `${v.modelName} ${v.number}` }
  return {
    'monitor.ab': (request) => start('monitor.ab', `Compare the logs of ${named(request.treatment.versionId)}`, request.treatment.versionId, (context) => compareSides(parts, request, context)),
    'monitor.rollout': (request) => start('monitor.rollout', `Play the rollout of ${named(request.canary.versionId)}`, request.canary.versionId, (context) => simulateRollout(parts, request, context)),
    'logs.dataset': (request) => start('logs.dataset', `Make a data set of the logs of ${named(request.versionId)}`, request.versionId, (context) => datasetOfLogs(parts, request, context)),
  }
}
