// A real core on a fresh workspace for one test: real SQLite, real engine process. And the main job in a few calls.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { nodeEngine, openCore, type Core } from '../../main/core/core.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Job, OutputOf, RequestOf } from '../../shared/contract-kit.ts'
import type { GateCheck } from '../../shared/domain/gate.ts'
import type { GateRule1 } from '../../shared/domain/gate-rules.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import { fromPlain } from '../../shared/errors.ts'
import type { RunId } from '../../shared/ids.ts'
import { runJob } from '../../shared/job-client.ts'

type JobKey = { [K in keyof SlipwayContract]: SlipwayContract[K] extends Job ? K : never }[keyof SlipwayContract]

export interface Workspace {
  readonly folder: string
  readonly core: Core
  readonly client: Core['client']
  job<K extends JobKey>(method: K, input: RequestOf<SlipwayContract[K]>): Promise<OutputOf<SlipwayContract[K]>>
  importModel(path: string, name: string, rewrite?: boolean): Promise<Version>
  addData(path: string): Promise<Dataset>
  evaluate(version: Version, data: Dataset, target?: string): Promise<RunId>
  pass(runId: RunId, rules?: GateRule1[]): Promise<GateCheck>
}

const resources = resolve(import.meta.dirname, '../../resources')

/** Opens a workspace in a temporary folder, hands it over, and removes everything afterwards. */
export async function inWorkspace<T>(use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  const core = await openCore({ workspace: join(folder, 'workspace'), resources, startEngine: nodeEngine, version: '0.1.0', electron: null })
  try {
    return await use(workspaceOver(folder, core))
  } finally {
    await core.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function workspaceOver(folder: string, core: Core): Workspace {
  const { client } = core
  const job: Workspace['job'] = (method, input) => runJob(client, method, input)
  const token = async (path: string): Promise<Awaited<ReturnType<Core['admit']>>['token']> => (await core.admit(path)).token
  return {
    folder, core, client, job,
    async importModel(path, name, rewrite = false) {
      const [outcome] = await job('version.import', { files: [await token(path)], modelName: name, rewrite })
      if (outcome?.version == null) throw fromPlain(outcome?.error)
      return outcome.version
    },
    async addData(path) { return job('dataset.add', { file: await token(path) }) },
    async evaluate(version, data, target) {
      const proposal = await job('binding.propose', { versionId: version.id, datasetId: data.id, ...(target === undefined ? {} : { target }) })
      return (await job('run.evaluate', { versionId: version.id, datasetId: data.id, binding: proposal.binding, guesses: proposal.guesses })).runId
    },
    pass: (runId, rules = [{ kind: 'rows', atLeast: 1 }]) => client.call('gate.check', { runId, policy: { schema: 'slipway.gate/1', rules } }),
  }
}
