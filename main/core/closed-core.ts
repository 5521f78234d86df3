// A core for a workspace that cannot be opened: every question is answered with the reason, but the workspace can be checked and a backup restored.
// Changes nothing in that workspace.
import { contract, events, type SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { Settings } from '../../shared/domain/history.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import { portPair } from '../../shared/port-pair.ts'
import { connect } from '../../shared/rpc-client.ts'
import { serve, type Port, type Server } from '../../shared/rpc.ts'
import { openAdmissions, type Admissions } from './admissions.ts'
import { Audience } from './audience.ts'
import type { Core, CoreOptions } from './core.ts'
import { Jobs } from './jobs.ts'
import { restoreIntoFolder } from './operations/workspace-restore.ts'
import { checkFolder } from './workspace/check-folder.ts'
import { folderWatch } from './workspace/job-watch.ts'

interface Rest { readonly jobs: Jobs; readonly admissions: Admissions; readonly options: CoreOptions }

/** What can be done without a store. */
function working({ jobs, admissions, options }: Rest): Partial<Handlers<SlipwayContract>> {
  return {
    'settings.get': () => Settings.parse({}),
    'job.list': () => [...jobs.list()],
    'job.cancel': ({ jobId, now }) => { jobs.cancel(jobId, now); return { ok: true } },
    'shell.openFiles': async ({ what }) => Promise.all((await options.shell?.openFiles(what) ?? []).map((path) => admissions.admit(path))),
    'workspace.restore': ({ file, folder }) => {
      const [from, to] = [admissions.redeem(file, 'read'), admissions.redeem(folder, 'read')]
      return jobs.start({ method: 'workspace.restore', title: 'Restore a backup', subject: null, run: (context) => restoreIntoFolder(from, to, context) })
    },
    'workspace.check': ({ sweep }) => jobs.start({
      method: 'workspace.check', title: 'Check the workspace', subject: null, run: (context) => checkFolder(options.workspace, sweep, folderWatch(context)),
    }),
  }
}

/** A core that answers `error`. It has no workspace open, so another program may repair it meanwhile. */
export function closedCore(options: CoreOptions, error: SlipwayError): Core {
  const audience = new Audience()
  const clock = options.clock ?? Date.now
  const admissions = openAdmissions(clock)
  const jobs = new Jobs({ clock, onChange: (list) => audience.tell('jobs', list), onBug: () => undefined })
  const refuse = (): never => { throw error }
  const handlers = { ...Object.fromEntries(Object.keys(contract).map((key) => [key, refuse])), ...working({ jobs, admissions, options }) } as Handlers<SlipwayContract>
  const answer = (port: Port): Server => {
    const server = serve(port, contract, handlers, { events })
    audience.add(server)
    port.onClose(() => audience.remove(server))
    return server
  }
  const [mine, theirs] = portPair()
  answer(mine)
  return {
    client: connect<SlipwayContract>(theirs, contract, events),
    serve: answer,
    admit: (path, use) => admissions.admit(path, use),
    opened: async () => undefined,
    notices: [],
    runningJobs: () => jobs.active(),
    async close() {
      await jobs.close()
      audience.close()
      mine.close('Slipway is closing')
    },
  }
}
