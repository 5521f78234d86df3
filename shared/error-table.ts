// The closed table of everything that can go wrong in the user's world: code, words, next step, exit code.
// Owns all error sentences; refuses free-text errors. Anything not in this table is a bug (`internal.bug`).

import { entry, type None } from './error-entry.ts'
import { auditErrors } from './audit-errors.ts'
import { bundleErrors } from './bundle-errors.ts'
import { lifeErrors } from './life-errors.ts'
import { monitorErrors } from './monitor-errors.ts'
import { reviewErrors } from './review-errors.ts'
import { damagedNext, workspaceErrors } from './workspace-errors.ts'
import { searchErrors } from './search-errors.ts'

export const errorTable = {
  'input.invalid': entry<{ reason: string }>({
    title: 'The request is not valid', place: 'field', exit: 2, retry: false,
    say: (d) => `The request is not valid: ${d.reason}.`, next: 'Correct the value and try again.',
  }),
  'input.unknownId': entry<{ what: string; id: string }>({
    title: 'Not found', place: 'inline', exit: 2, retry: false,
    say: (d) => `There is no ${d.what} “${d.id}” in this workspace.`, next: (d) => `Choose an existing ${d.what}. On the command line “slipway history” lists models and what was done${d.what === 'data set' ? ', “slipway dataset list” the data sets' : d.what === 'model' ? '' : ', and “slipway history MODEL” its versions, runs and bundles'}.`,
  }),
  'input.ambiguous': entry<{ what: string; id: string; matches: string }>({
    title: 'More than one match', place: 'field', exit: 2, retry: false,
    say: (d) => `“${d.id}” fits more than one ${d.what}: ${d.matches}.`, next: 'Give the full name or the id.',
  }),
  'input.tokenUnknown': entry<None>({
    title: 'The file is no longer at hand', place: 'inline', exit: 2, retry: false,
    say: () => 'The permission to read this file has expired or was never given.', next: 'Choose or drop the file again.',
  }),
  'input.nameTaken': entry<{ what: string; name: string }>({
    title: 'The name is taken', place: 'field', exit: 2, retry: false,
    say: (d) => `Another ${d.what} is already called “${d.name}”.`, next: 'Choose another name.',
  }),
  'file.missing': entry<{ /** as the user wrote it, where the user wrote it */ file: string }>({
    title: 'The file is not there', place: 'inline', exit: 2, retry: true,
    say: (d) => `“${d.file}” does not exist.`, next: 'Check how the name is written, or choose another file.',
  }),
  'file.vanished': entry<{ file: string }>({
    title: 'The file is gone', place: 'inline', exit: 3, retry: true,
    say: (d) => `“${d.file}” does not exist any more.`, next: 'Put the file back where it was, or choose another one.',
  }),
  'file.unreadable': entry<{ file: string; reason: string }>({
    title: 'The file cannot be read', place: 'inline', exit: 3, retry: true,
    say: (d) => `“${d.file}” cannot be read: ${d.reason}.`, next: 'Check the permissions of the file, then try again.',
  }),
  'file.notRegular': entry<{ file: string; what: string }>({
    title: 'Not an ordinary file', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” is ${d.what}, not an ordinary file, and is not followed.`, next: 'Choose the file itself.',
  }),
  'file.changed': entry<{ file: string }>({
    title: 'The file changed', place: 'inline', exit: 3, retry: true,
    say: (d) => `“${d.file}” changed while it was being read.`, next: 'Wait until nothing writes to it, then try again.',
  }),
  'file.diskFull': entry<{ where: string }>({
    title: 'The disk is full', place: 'inline', exit: 3, retry: true,
    say: (d) => `There is no space left on the disk that holds ${d.where}. Nothing was changed.`, next: 'Free some space and try again.',
  }),
  'file.notWritable': entry<{ where: string; reason: string }>({
    title: 'The place cannot be written to', place: 'inline', exit: 3, retry: true,
    say: (d) => `${d.where} cannot be written to: ${d.reason}.`, next: 'Choose another place or change its permissions.',
  }),
  'model.folderTooLarge': entry<{ folder: string; most: number }>({
    title: 'Too many files to look through', place: 'inline', exit: 2, retry: false, say: (d) => `The folder “${d.folder}” and the folders in it hold more than ${d.most.toLocaleString('en')} files, too many to look for models in.`, next: 'Choose the model file itself, or the folder that it lies in.',
  }),
  'model.notAModel': entry<{ file: string; what: string; how: string }>({
    title: 'This is not an ONNX model', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” is ${d.what}.`, next: (d) => d.how,
  }),
  'model.truncated': entry<{ file: string; reason: string }>({
    title: 'The model file is damaged', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” ends too early or is damaged: ${d.reason}.`, next: 'Copy or download the file again.',
  }),
  'model.unsupportedOp': entry<{ file: string; operator: string; domain: string; opset: string }>({
    title: 'The model uses an unknown operator', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” uses the operator “${d.operator}” of domain “${d.domain}”${d.opset ? ` (opset ${d.opset})` : ''}, which ONNX Runtime does not have.`,
    next: 'Export the model again with standard operators, or with an opset that has this one.',
  }),
  'model.opsetTooNew': entry<{ file: string; found: string; supported: string }>({
    title: 'The model is newer than the runtime', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” needs ${d.found}, but this runtime supports up to ${d.supported}.`, next: 'Export the model again for an older version.',
  }),
  'model.invalid': entry<{ file: string; reason: string }>({
    title: 'ONNX Runtime refuses the model', place: 'inline', exit: 2, retry: false,
    say: (d) => `ONNX Runtime cannot load “${d.file}”: ${d.reason}.`, next: 'Check the model with the tool that exported it and export it again.',
  }),
  'model.externalDataMissing': entry<{ file: string; location: string }>({
    title: 'A weight file is missing', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” keeps weights in “${d.location}”, which is not beside it.`, next: (d) => `Put “${d.location}” into the same folder and import both.`,
  }),
  'model.externalDataOutside': entry<{ file: string; location: string }>({
    title: 'A weight file lies outside the model’s folder', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” asks for weights at “${d.location}”, outside its own folder. Nothing there was opened.`,
    next: 'Save the model with its external data beside it.',
  }),
  'model.externalDataInvalid': entry<{ file: string; location: string; reason: string }>({
    title: 'A weight file does not fit', place: 'inline', exit: 2, retry: false,
    say: (d) => `The weight file “${d.location}” of “${d.file}” does not fit: ${d.reason}.`, next: 'Export or copy the model and its weight files again.',
  }),
  'model.notRewritable': entry<{ reason: string }>({
    title: 'The outputs cannot be rewritten', place: 'inline', exit: 2, retry: false,
    say: (d) => `The outputs cannot be turned into plain tensors: ${d.reason}.`, next: 'Export the model again with tensor outputs (for scikit-learn: option zipmap=False).',
  }),
  'archive.unsafe': entry<{ file: string; entry: string; reason: string }>({
    title: 'The archive is not safe to open', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” was refused because of its entry “${d.entry}”: ${d.reason}. Nothing was unpacked.`, next: 'Ask the sender for a clean archive.',
  }),
  'archive.damaged': entry<{ file: string; reason: string }>({
    title: 'The archive is damaged', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” cannot be opened: ${d.reason}.`, next: 'Copy or download the archive again.',
  }),
  'dataset.notReadable': entry<{ file: string; reason: string }>({
    title: 'The data cannot be read', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” cannot be read as data: ${d.reason}.`, next: 'Check the file, or set its delimiter, encoding and types by hand.',
  }),
  'dataset.empty': entry<{ file: string; noBytes?: true }>({
    title: 'There are no rows', place: 'inline', exit: 2, retry: false,
    say: (d) => d.noBytes === true ? `“${d.file}” is empty: it has no bytes.` : `“${d.file}” has no data rows.`, next: 'Choose a file with at least one row.',
  }),
  'dataset.folderWithoutData': entry<{ folder: string; holds: string; next: string }>({
    title: 'There are no pictures in the folder', place: 'inline', exit: 2, retry: false,
    say: (d) => `The folder “${d.folder}” ${d.holds}.`, next: (d) => d.next,
  }),
  'dataset.headerUnclear': entry<{ file: string; first: string }>({
    title: 'Is the first line a header?', place: 'inline', exit: 2, retry: false,
    say: (d) => `The first line of “${d.file}” looks like data, not like column names: ${d.first}.`,
    next: 'Say whether the file has a header line.', commandLine: 'Add --header yes or --header no.',
  }),
  'dataset.changed': entry<{ name: string }>({
    title: 'The data set changed', place: 'inline', exit: 2, retry: false,
    say: (d) => `The file behind the data set “${d.name}” is not the one that was added: its content changed.`,
    next: 'Add the file again as a new data set, so that old results keep their meaning.',
  }),
  'dataset.columnMissing': entry<{ input: string; columns: string }>({
    title: 'A column is missing', place: 'inline', exit: 2, retry: false,
    say: (d) => `The model needs ${d.columns} for its input “${d.input}”, but the data set has no such column.`, next: 'Bind the input to another column or choose another data set.',
  }),
  'dataset.labelMissing': entry<{ column: string; columns: string }>({
    title: 'The label column is missing', place: 'inline', exit: 2, retry: false,
    say: (d) => `The data set has no label column “${d.column}”. It has: ${d.columns}.`, next: 'Name the column that holds the true answers.',
  }),
  'dataset.typeMismatch': entry<{ column: string; input: string; expected: string; found: string }>({
    title: 'A column has the wrong type', place: 'inline', exit: 2, retry: false,
    say: (d) => `The input “${d.input}” needs ${d.expected}, but the column “${d.column}” holds ${d.found}.`, next: 'Bind another column or correct the type.',
  }),
  'binding.missing': entry<{ version: string }>({
    title: 'No binding yet', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} has no binding that says how columns become inputs.`, next: 'Propose a binding from a data set, check it and save it.',
  }),
  'binding.invalid': entry<{ reason: string }>({
    title: 'The binding does not fit', place: 'inline', exit: 2, retry: false,
    say: (d) => `The binding does not fit: ${d.reason}.`, next: 'Choose data that has what the model needs, or correct the binding and check it again.',
  }),
  'run.noRows': entry<{ reason: string }>({
    title: 'No row could be scored', place: 'inline', exit: 2, retry: false,
    say: (d) => `Not one row could be scored: ${d.reason}.`, next: 'Look at the rejected rows and correct the data or the binding.',
  }),
  'run.shapeMismatch': entry<{ reason: string }>({
    title: 'The model refuses its input', place: 'job', exit: 2, retry: false,
    say: (d) => `The model refused the prepared input: ${d.reason}.`, next: 'Check the shapes and types in the binding.',
  }),
  'run.tooLarge': entry<{ input: string; elements: string }>({
    title: 'The input is too large', place: 'job', exit: 2, retry: false,
    say: (d) => `The input “${d.input}” declares ${d.elements} elements for a single row. It was not allocated.`, next: 'Export the model with a realistic input shape.',
  }),
  'run.notFinished': entry<{ status: string }>({
    title: 'The run has no result', place: 'inline', exit: 2, retry: false,
    say: (d) => `This run is ${d.status} and has no result to use.`, next: 'Choose a finished run or evaluate again.',
  }),
  'run.crashedBefore': entry<{ version: string; dataset: string; times: number }>({
    title: 'This ended in a crash before', place: 'inline', exit: 4, retry: false,
    say: (d) => `The last ${d.times} evaluations of ${d.version} on “${d.dataset}” ended with the engine: it crashed or ran out of memory. Nothing was started.`,
    next: 'Choose smaller batches or fewer rows and evaluate all the same.', commandLine: 'Add --again.',
  }),
  'run.notResumable': entry<{ reason: string }>({
    title: 'The run cannot go on', place: 'inline', exit: 2, retry: false,
    say: (d) => `This run cannot go on: ${d.reason}.`, next: 'Evaluate again.',
  }),
  'engine.startFailed': entry<{ reason: string }>({
    title: 'The engine did not start', place: 'job', exit: 4, retry: true,
    say: (d) => `The engine process did not start: ${d.reason}.`, next: 'Try again; if it stays, save the diagnostics and report them.',
  }),
  'engine.crashed': entry<{ reason: string; phase: string; /** the last lines of its standard error */ stderr?: string; /** it was an evaluation, whose answers are kept */ resumable?: boolean }>({
    title: 'The engine crashed', place: 'job', exit: 4, retry: true,
    say: (d) => `The engine process ended unexpectedly (${d.reason}) while ${d.phase}. No half-done result was stored.`, next: (d) => `Try again, with smaller batches if it happens twice.${d.resumable === true ? ' An evaluation that ran for more than three seconds goes on from what its model has answered.' : ''}`,
    commandLine: (d) => (d.resumable === true ? 'The command is slipway resume RUN; slipway runs lists the runs.' : ''),
  }),
  'engine.outOfMemory': entry<{ phase: string }>({
    title: 'Out of memory', place: 'job', exit: 4, retry: true,
    say: (d) => `The engine process ran out of memory while ${d.phase}.`, next: 'Try again with smaller batches or close other programs.',
  }),
  'engine.unstable': entry<None>({
    title: 'The engine keeps crashing', place: 'job', exit: 4, retry: false,
    say: () => 'The engine crashed three times within five minutes and was stopped.', next: 'Restart the engine in the settings, then try again.',
  }),
  'engine.providerUnavailable': entry<{ provider: string; reason: string }>({
    title: 'The device does not work here', place: 'inline', exit: 2, retry: false,
    say: (d) => `The execution provider “${d.provider}” does not work on this machine: ${d.reason.replace(/\.$/, '')}.`, next: 'Choose a device that the probe shows as working, for example the CPU.',
  }),
  'gate.notEstablished': entry<{ rule: string; reason: string }>({
    title: 'A rule cannot be decided', place: 'inline', exit: 1, retry: false,
    say: (d) => `The rule “${d.rule}” cannot be decided: ${d.reason}.`, next: 'Evaluate what the rule asks for, or change the rule.',
  }),
  'gate.policyMissing': entry<{ model: string }>({
    title: 'There is no policy yet', place: 'inline', exit: 2, retry: false,
    say: (d) => `There is no policy yet for the model “${d.model}”: nothing says what its runs must reach.`,
    next: 'Write the rules in a file, for example gate.yaml with the lines “schema: slipway.gate/1” and “rules: [{kind: metric, metric: accuracy, op: ">=", limit: 0.9}]”, and name it with --policy gate.yaml (--save keeps it for the model). In the application, the gate of a run proposes rules.',
  }),
  'metric.invalid': entry<{ reason: string; columns: string }>({
    title: 'The metric cannot be computed', place: 'field', exit: 2, retry: false,
    say: (d) => `The metric cannot be computed: ${d.reason}.${d.columns === '' ? '' : ` The columns are ${d.columns}.`}`, next: 'Write one aggregate over these columns, such as avg(loss).',
  }),
  'gate.policyInvalid': entry<{ reason: string }>({
    title: 'The policy is not valid', place: 'field', exit: 2, retry: false,
    say: (d) => `The gate policy is not valid: ${d.reason}.`, next: 'Correct the policy and try again.',
  }),
  'bundle.gateNotPassed': entry<{ version: string; /** false: no gate has looked at it yet */ judged?: boolean; /** the run that was meant */ run?: string; /** another run of the version that was judged, in words */ older?: string }>({
    title: 'The gate has not been passed', place: 'inline', exit: 1, retry: false,
    say: (d) => (d.judged === false ? `${d.run === undefined ? d.version : `The run ${d.run} of ${d.version}`} has not been judged by a gate yet, so it is not exported.${d.older === undefined ? '' : ` Another one was judged: ${d.older}.`}` : `${d.version} has not passed its gate, so it is not exported.`),
    next: (d) => (d.judged === false ? `Judge ${d.older === undefined ? 'its run' : 'this run'} by a policy first, then export${d.older === undefined ? '' : '; or export the other run by its id'}.` : 'Meet the rules, or override them with your name and a reason.'),
    commandLine: (d) => (d.judged === false ? 'The command is slipway gate.' : ''),
  }),
  'bundle.targetExists': entry<{ file: string }>({
    title: 'The bundle exists already', place: 'inline', exit: 3, retry: false,
    say: (d) => `“${d.file}” exists already and was left as it is.`, next: 'Choose another place or remove the old bundle.',
  }),
  'bundle.notPackable': entry<{ reason: string }>({
    title: 'The model cannot be packed', place: 'inline', exit: 2, retry: false,
    say: (d) => `The model’s files cannot go into a bundle: ${d.reason}.`, next: 'Save the model again with plain, distinct names for its weight files, import and evaluate it.',
  }),
  'bundle.verifyFailed': entry<{ reason: string }>({
    title: 'The bundle does not verify', place: 'inline', exit: 3, retry: false,
    say: (d) => `The bundle did not pass its own check and was not put in place: ${d.reason}.`, next: 'Export again; if it stays, check the disk.',
  }),
  'key.notPublic': entry<{ file: string; reason: string }>({
    title: 'Not a publisher’s public key', place: 'field', exit: 2, retry: false,
    say: (d) => `“${d.file}” is not the public key of a publisher: ${d.reason}.`, next: 'Give the file publisher.pub.pem that the publisher handed over; it begins with “-----BEGIN PUBLIC KEY-----”.',
  }),
  'key.locked': entry<{ reason: string }>({
    title: 'The publisher’s key does not open', place: 'inline', exit: 3, retry: true,
    say: (d) => `The publisher’s key of this workspace does not open: ${d.reason}.`, next: 'Start Slipway with the right passphrase in the environment variable SLIPWAY_PASSPHRASE.',
  }),
  // What can go wrong in one part of the registry has a file of its own beside this one.
  ...auditErrors,
  ...lifeErrors, ...reviewErrors, ...bundleErrors,
  ...workspaceErrors, ...searchErrors, ...monitorErrors,
  'shell.unavailable': entry<{ action: string }>({
    title: 'Only in the desktop application', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.action} needs the desktop application.`, next: 'Use the matching command of the command line.',
  }),
  'sample.missing': entry<None>({
    title: 'The sample is missing', place: 'inline', exit: 3, retry: false,
    say: () => 'The sample files were not found beside the application.', next: 'Install Slipway again.',
  }),
  'store.newer': entry<{ found: string; supported: string }>({
    title: 'The workspace is newer than this Slipway', place: 'window', exit: 3, retry: false,
    say: (d) => `This workspace was written by a newer Slipway (schema ${d.found}; this one knows up to ${d.supported}). Nothing was changed.`,
    next: 'Open it with the newer version, or choose another workspace.',
  }),
  'store.locked': entry<None>({
    title: 'The workspace is busy', place: 'window', exit: 3, retry: true, say: () => 'Another program is writing to this workspace and did not finish in time.', next: 'Wait a moment and try again.',
  }),
  'store.corrupt': entry<{ reason: string; /** null: none was found */ backup?: string | null; /** only the newest changes are harmed */ log?: true }>({
    title: 'The workspace database is damaged', place: 'window', exit: 3, retry: false,
    say: (d) => `The database of this workspace is damaged: ${d.reason}. Nothing was changed.`, next: damagedNext, commandLine: 'slipway fsck says what is harmed.',
  }),
  'store.readOnly': entry<{ where: string }>({
    title: 'The workspace is read-only', place: 'window', exit: 3, retry: true, say: (d) => `The workspace in ${d.where} cannot be written to.`, next: 'Nothing was changed. What is stored can be read all the same. To change something, give the folder its permissions back or choose another workspace.',
  }),
  'store.unprepared': entry<{ node: string }>({
    title: 'The database program was not built', place: 'window', exit: 3, retry: false, say: (d) => `The database program that comes with Slipway does not run in Node ${d.node}, and none was compiled for it.`, next: 'Run “npm run build”, which compiles it once, or use Node 22.14 or newer.',
  }),
  'store.blobMissing': entry<{ sha256: string; what: string }>({
    title: 'A stored file is missing or damaged', place: 'inline', exit: 3, retry: false,
    say: (d) => `The stored ${d.what} (${d.sha256.slice(0, 12)}…) is missing or its content changed.`, next: 'Import the original file again.',
  }),
  'transport.closed': entry<{ reason: string }>({
    title: 'The connection closed', place: 'window', exit: 5, retry: true, say: (d) => `The connection closed before the answer came (${d.reason}).`, next: 'Reload the window; running jobs go on.',
  }),
  'transport.badMessage': entry<{ reason: string }>({
    title: 'A message was not understood', place: 'window', exit: 5, retry: false,
    say: (d) => `A message did not follow the contract: ${d.reason}.`, next: 'Reload the window; if it stays, report it.',
  }),
  'job.cancelled': entry<{ /** it was an evaluation, whose answers are kept */ resumable?: boolean }>({
    title: 'Cancelled', place: 'job', exit: 2, retry: true,
    say: () => 'The job was cancelled. No half-done result was stored.', next: (d) => `Start it again when you like.${d.resumable === true ? ' An evaluation that ran for more than three seconds keeps the answers of its model and goes on from there.' : ''}`,
    commandLine: (d) => (d.resumable === true ? 'The command is slipway resume RUN; slipway runs lists the runs.' : ''),
  }),
  'job.paused': entry<None>({
    title: 'Paused', place: 'job', exit: 2, retry: true,
    say: () => 'The evaluation was paused.', next: 'Go on when you like: the answers of a model that ran for more than three seconds are kept for two weeks.',
  }),
  'job.notPausable': entry<{ title: string }>({
    title: 'It cannot be paused', place: 'job', exit: 2, retry: false,
    say: (d) => `“${d.title}” cannot be paused: only an evaluation that runs keeps what it has done.`, next: 'Let it run, or cancel it.',
  }),
  'internal.bug': entry<{ reason: string }>({
    title: 'A mistake in Slipway', place: 'inline', exit: 5, retry: false,
    say: (d) => `Something went wrong inside Slipway: ${d.reason}.`, next: 'Copy the details and report them; your data is untouched.',
  }),
} as const
