// Errors of targets and of trying a bundle: part of the one error table, which spreads them.
import { entry, type None } from './error-entry.ts'

export const bundleErrors = {
  'bundle.targetRefused': entry<{ target: string; reason: string; repair?: string | undefined }>({
    title: 'The target would not load it', place: 'inline', exit: 1, retry: false,
    say: (d) => `Nothing was exported, because it would not work on ${d.target}: ${d.reason}`,
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
  'bundle.secretsFound': entry<{ /** file, line and what, one sentence each */ finds: readonly string[]; /** of what may be let pass */ ids: readonly string[] }>({
    title: 'Something in the bundle should not leave', place: 'inline', exit: 2, retry: false,
    say: (d) => `The bundle was not written, because of what is in it. ${d.finds.slice(0, 8).join('; ')}${d.finds.length > 8 ? `; and ${d.finds.length - 8} more` : ''}.`,
    next: 'Take each out where it comes from (a name, a note, a reason, a comment, or the model itself, which then has to be saved and imported again), then export again.',
    commandLine: (d) => (d.ids.length === 0 ? '' : `What is meant to be public can be let pass by its id, which is then told in the bundle: --accept ${d.ids.slice(0, 8).join(' --accept ')}`),
  }),
  'bundle.notIntact': entry<{ file: string; reason: string }>({
    title: 'The bundle is not intact', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” is no intact bundle, so nothing was made of it. ${d.reason}`, next: 'Verify it, and take the archive that was exported.',
  }),
} as const
