// Errors of targets and of trying a bundle: part of the one error table, which spreads them.
import { entry, type None } from './error-entry.ts'

export const bundleErrors = {
  'bundle.targetRefused': entry<{ target: string; reason: string; repair?: string | undefined }>({
    title: 'The target would not load it', place: 'inline', exit: 1, retry: false,
    say: (d) => `Nothing was exported, because the files for ${d.target} would be wrong: ${d.reason}`,
    next: (d) => `${d.repair === undefined ? '' : `${d.repair} `}Or leave the target out.`,
  }),
  'trial.notRunning': entry<None>({
    title: 'The bundle is not being tried', place: 'inline', exit: 2, retry: false,
    say: () => 'No server of this bundle is running.', next: 'Start it first.',
  }),
  'trial.notHere': entry<{ machine: string; platforms: string }>({
    title: 'The bundle is for other machines', place: 'inline', exit: 2, retry: false,
    say: (d) => `The bundle’s server runs on ${d.platforms}; this machine is ${d.machine}.`, next: 'Export it with this machine’s platform too.',
  }),
  'trial.noNode': entry<None>({
    title: 'There is no Node to run it with', place: 'inline', exit: 3, retry: false,
    say: () => 'The bundle’s server runs on Node, and none was found on this machine.', next: 'Install Node 20 or newer, as its receivers do, and try again.',
  }),
  'trial.failed': entry<{ reason: string }>({
    title: 'The bundle’s server does not run', place: 'inline', exit: 3, retry: true,
    say: (d) => `The bundle’s server does not run: ${d.reason}.`, next: 'Verify the bundle, then try again.',
  }),
} as const
