// Errors of deployments and logs: part of the one error table, which spreads them.
import { entry, type None } from './error-entry.ts'

export const monitorErrors = {
  'logs.noBinding': entry<None>({
    title: 'Payloads cannot be read', place: 'inline', exit: 2, retry: false,
    say: () => 'Requests and answers are read by the version’s binding, and this version has none.', next: 'Save a binding for the version, or evaluate it once.',
    commandLine: 'The command is slipway evaluate.',
  }),
  'logs.unknownBundle': entry<{ rootDigest: string; model: string; version: string }>({
    title: 'The bundle is not known here', place: 'inline', exit: 2, retry: false,
    say: (d) => `These records are of ${d.model} ${d.version} (digest ${d.rootDigest.slice(0, 12)}…), a bundle that this workspace did not export.`,
    next: 'Import them in the workspace that exported it, or say which version they are of.', commandLine: 'Say it with --version MODEL@2.',
  }),
  'logs.whichVersion': entry<{ reason: string }>({
    title: 'Which version?', place: 'field', exit: 2, retry: false,
    say: (d) => `It is not clear which version the log is of: ${d.reason}.`, next: 'Name the version, or a model and the column with version numbers.', commandLine: 'Say it with --version MODEL@2.',
  }),
  'logs.mapping': entry<{ missing: string; columns: string }>({
    title: 'Columns are not mapped', place: 'field', exit: 2, retry: false,
    say: (d) => `It cannot be guessed which column holds ${d.missing}. There are: ${d.columns}.`, next: 'Say which column is what.', commandLine: 'For example: --map label=predicted requestId=id time=ts.',
  }),
  'logs.packDamaged': entry<{ file: string; reason: string }>({
    title: 'The feedback pack is damaged', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” is no whole feedback pack: ${d.reason}. Nothing was taken from it.`, next: 'Copy it again, or pack the log again with bin/feedback.mjs.',
  }),
  'logs.mostRejected': entry<{ share: number; limit: number; first: string }>({
    title: 'Too much was rejected', place: 'inline', exit: 1, retry: false,
    say: (d) => `${(d.share * 100).toFixed(1)} % of the records were rejected, more than the ${(d.limit * 100).toFixed(1)} % that you allow: ${d.first} Nothing was imported.`, next: 'Look at what is wrong, or allow more.',
  }),
  'logs.nothing': entry<{ what: string }>({
    title: 'Nothing in it', place: 'inline', exit: 2, retry: false,
    say: (d) => `There is nothing in ${d.what}.`, next: 'Choose other files.',
  }),
  'deployment.notServing': entry<{ name: string }>({
    title: 'It does not serve any more', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.name} has ended already. Nothing was changed.`, next: 'Look at the timeline of deployments.',
  }),
  'deployment.order': entry<{ what: string }>({
    title: 'The order of time is broken', place: 'field', exit: 2, retry: false,
    say: (d) => `${d.what}. Nothing was changed.`, next: 'Give another time.',
  }),
  'endpoint.notConfirmed': entry<{ host: string }>({
    title: 'This host may not be asked yet', place: 'inline', exit: 2, retry: false,
    say: (d) => `Slipway asks no host of its own accord, and nobody has confirmed ${d.host}.`, next: 'Confirm the host once, then ask again.', commandLine: 'Confirm it with slipway deployments allow HOST.',
  }),
  'endpoint.url': entry<{ reason: string }>({
    title: 'This is no address', place: 'field', exit: 2, retry: false,
    say: (d) => `The address cannot be used: ${d.reason}.`, next: 'Give an address such as http://10.0.0.5:8080.',
  }),
  'monitor.none': entry<None>({
    title: 'Nothing was analysed yet', place: 'inline', exit: 2, retry: false,
    say: () => 'The logs of this version were not analysed yet.', next: 'Analyse them.', commandLine: 'The command is slipway monitor MODEL@2.',
  }),
  'monitor.noLogs': entry<{ name: string }>({
    title: 'There are no logs', place: 'inline', exit: 2, retry: false,
    say: (d) => `No rows of ${d.name} came home for this stretch of time.`, next: 'Import its prediction log, or choose another time.', commandLine: 'The command is slipway logs import FILES.',
  }),
  'logs.noValues': entry<{ name: string }>({
    title: 'The logs hold no values', place: 'inline', exit: 2, retry: false,
    say: (d) => `The logs of ${d.name} hold no such rows with raw values: by default a log carries answers and the numbers of bins.`, next: 'Let the bundle log columns (level 2), import with raw values, or choose other rows.', commandLine: 'The command is slipway logs import FILES --level 2.',
  }),
  'monitor.noLimits': entry<{ name: string }>({
    title: 'There are no limits', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.name} was never evaluated, so no limits are known that a rollout could be held against.`, next: 'Evaluate it, or export its bundle.', commandLine: 'The command is slipway evaluate.',
  }),
  'endpoint.silent': entry<{ host: string; reason: string }>({
    title: 'No answer', place: 'inline', exit: 3, retry: true,
    say: (d) => `${d.host} does not answer: ${d.reason}.`, next: 'Check that the server runs and can be reached from here.',
  }),
} as const
