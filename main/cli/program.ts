// The table of commands and the global options. Owns no verb's words; refuses to run anything when it is imported.
import { Command } from 'commander'
import { registerAudit } from './audit.ts'
import { registerBaseline } from './baseline.ts'
import { registerFairness } from './fairness.ts'
import { registerDrift } from './drift.ts'
import { registerMonitor } from './monitor.ts'
import { registerLogs } from './logs.ts'
import { registerMetric } from './metric.ts'
import { registerQuality } from './quality.ts'
import { registerNeighbours } from './neighbours.ts'
import { registerRows } from './rows.ts'
import { registerBinding } from './binding.ts'
import { registerBundleDiff } from './bundle-diff.ts'
import { registerBundleEncrypt } from './bundle-encrypt.ts'
import { registerBundleLayout } from './bundle-layout.ts'
import { registerBundles } from './bundles.ts'
import { registerCalibrate } from './calibrate.ts'
import { registerCompare } from './compare.ts'
import { registerDataset } from './dataset.ts'
import { registerDeployments } from './deployments.ts'
import { registerDevices } from './devices.ts'
import { registerDiff } from './diff.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerExplain } from './explain.ts'
import { registerExport } from './export.ts'
import { registerBackup } from './backup.ts'
import { registerFsck } from './fsck.ts'
import { registerGate } from './gate.ts'
import { registerGraph } from './graph.ts'
import { registerHistory } from './history.ts'
import { registerLeaderboard } from './leaderboard.ts'
import { registerSearch } from './search.ts'
import { registerTrend } from './trend.ts'
import { registerViews } from './views.ts'
import { registerImport } from './import.ts'
import { registerInspect } from './inspect.ts'
import { slipwayVersion } from './open-session.ts'
import { registerOwners } from './owners.ts'
import { registerPack } from './pack.ts'
import { registerParity } from './parity.ts'
import { registerPolicy } from './policy.ts'
import { registerPreflight } from './preflight.ts'
import { registerPromote } from './promote.ts'
import { registerAliases } from './aliases.ts'
import { registerArchive } from './archive.ts'
import { registerRestore } from './restore.ts'
import { registerRetention } from './retention.ts'
import { registerRetire } from './retire.ts'
import { registerRollback } from './rollback.ts'
import { registerState } from './state.ts'
import { registerSubmit } from './submit.ts'
import { registerTimeline } from './timeline.ts'
import { registerWithdraw } from './withdraw.ts'
import { registerRestoreBackup } from './restore-backup.ts'
import { registerReport } from './report.ts'
import { registerResume } from './resume.ts'
import { registerRuns } from './runs.ts'
import { registerSlices } from './slices.ts'
import { registerStress } from './stress.ts'
import { registerThresholds } from './threshold.ts'
import { registerSpeed } from './speed.ts'
import { registerIdentity } from './identity.ts'
import { registerReview } from './review.ts'
import { registerReviewer } from './reviewer.ts'
import { registerUnpack } from './unpack.ts'
import { registerUpdates } from './updates.ts'
import { registerVerify } from './verify.ts'

const registrations = [
  registerImport, registerInspect, registerGraph, registerDataset, registerBinding, registerEvaluate, registerRuns, registerResume, registerSlices, registerThresholds, registerCalibrate, registerMetric, registerExplain, registerStress, registerCompare, registerReport, registerDiff, registerGate, registerPolicy, registerPreflight, registerExport, registerVerify, registerHistory, registerDevices,
  registerAudit, registerBaseline, registerQuality, registerFairness, registerRows, registerNeighbours,
  registerParity, registerSpeed, registerBundles, registerBundleDiff, registerBundleEncrypt, registerBundleLayout,
  registerFsck, registerRetention, registerBackup, registerRestoreBackup, registerPack, registerUnpack,
  registerPromote, registerRollback, registerAliases, registerState, registerSubmit, registerWithdraw, registerRetire, registerArchive, registerRestore, registerOwners, registerTimeline,
  registerSearch, registerViews, registerLeaderboard, registerTrend,
  registerIdentity, registerReview, registerReviewer, registerUpdates, registerDeployments, registerLogs, registerDrift, registerMonitor,
]

/** What the exit code of every verb but `verify` means: in a word, and in a sentence. */
export const exitCodes = [
  [0, 'yes', 'It was done, and where something was asked the answer is yes.'],
  [1, 'the check said no', 'Everything worked, and the answer is no: the gate is not passed, the binding does not fit.'],
  [2, 'your input', 'What was typed, or the model, archive, data, binding or policy that was given, cannot be used as it is.'],
  [3, 'your machine', 'A disk, a permission, a file that changed meanwhile, or the workspace itself is in the way.'],
  [4, 'the engine', 'The process that runs models did not start, crashed or ran out of memory; the run is marked failed.'],
  [5, 'Slipway', 'A mistake in Slipway; your data is untouched.'],
  [130, 'interrupted', 'Ctrl-C; the run is marked cancelled and no half-done result is stored.'],
] as const

/** The whole program, ready to parse. */
export function buildProgram(): Command {
  const program = new Command('slipway')
    .description('From a model file on your disk to a verified, signed deployment bundle.')
    .version(slipwayVersion, '-V, --version', 'print the version number')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--workspace <folder>', 'the workspace to use (or SLIPWAY_WORKSPACE); absent: the same one as the application’s')
    .option('--json', 'print the answer as JSON, exactly as docs/json says')
    .option('--as <name>', 'who does this, for the record (or SLIPWAY_AS); absent: the publisher’s name, or the system’s user name')
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', `
Start here:
  slipway import model.onnx
  slipway evaluate model --data test.csv --target label
  slipway <command> --help

A name that begins with a dash goes after “--”: slipway import -- -odd.onnx
Exit codes: ${exitCodes.map(([code, words]) => `${code} ${words}`).join(' · ')}
`)
  for (const register of registrations) register(program)
  return program
}
