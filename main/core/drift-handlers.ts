// Answers to the questions of shared/contract-drift.ts: what logs say, alerts, decisions.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers, OutputOf } from '../../shared/contract-kit.ts'
import type { JobId, VersionId } from '../../shared/ids.ts'
import type { JobContext } from './jobs.ts'
import { decideAlert } from './operations/alert-decide.ts'
import { analyseVersionLogs } from './operations/monitor-analyse.ts'
import { alertsOf, columnOf, listAnalyses, overviewOf, qualityOfLogs } from './operations/monitor-overview.ts'
import type { Parts } from './parts.ts'
import { listDecisions } from './store/monitor.ts'
import { getVersion } from './store/versions.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const driftQueries = (parts: Parts): Answers<'monitor.list' | 'monitor.overview' | 'monitor.column' | 'monitor.quality' | 'monitor.alerts' | 'alert.decisions'> => ({
  'monitor.list': (of) => parts.store.read((db) => listAnalyses(db, of)),
  'monitor.overview': (of) => parts.store.read((db) => overviewOf(db, of)),
  'monitor.column': (of) => parts.store.read((db) => columnOf(db, of)),
  'monitor.quality': (of) => parts.store.read((db) => qualityOfLogs(db, of)),
  'monitor.alerts': (of) => parts.store.read((db) => alertsOf(db, of)),
  'alert.decisions': (of) => [...parts.store.read((db) => listDecisions(db, of))],
})

export const driftCommands = (parts: Parts): Answers<'alert.decide'> => ({ 'alert.decide': (request) => decideAlert(parts, request) })

/** Puts the analysis into its lane. */
export type StartAnalysis = (title: string, subject: VersionId, run: (context: JobContext) => Promise<OutputOf<SlipwayContract['monitor.analyse']>>) => JobId

export const driftJobs = (parts: Parts, start: StartAnalysis): Answers<'monitor.analyse'> => ({
  'monitor.analyse': (request) => {
    const version = parts.store.read((db) => getVersion(db, request.versionId))
    return start(`Analyse the logs of ${version.modelName} ${version.number}`, version.id, (context) => analyseVersionLogs(parts, request, context))
  },
})
