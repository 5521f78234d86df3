// Errors of the workspace as a whole: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'

/** What can be done about a damaged database. */
export function damagedNext({ backup, log }: { readonly backup?: string | null; readonly log?: true }): string {
  if (log === true) return 'Restore a backup into a new folder. Or, to go on without those changes, give the file slipway.db-wal another name.'
  if (backup === undefined || backup === null) return `${backup === null ? 'There is no backup copy beside it. ' : ''}Restore the workspace’s folder from a backup of your own, or choose another folder for a new workspace.`
  return `Put the backup copy “${backup}” beside it in its place.`
}

export const workspaceErrors = {
  'workspace.absent': entry<{ where: string }>({
    title: 'There is no workspace', place: 'inline', exit: 2, retry: false,
    say: (d) => `There is no workspace in ${d.where}: it has no file “slipway.db”.`, next: 'Name the folder of a workspace.', commandLine: 'Add --workspace FOLDER.',
  }),
  'workspace.notEmpty': entry<{ where: string }>({
    title: 'The folder is not empty', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.where} has something in it already. Nothing was put there.`, next: 'Choose an empty folder, or the name of a new one.',
  }),
  'backup.targetExists': entry<{ file: string }>({
    title: 'The file exists already', place: 'inline', exit: 3, retry: false,
    say: (d) => `“${d.file}” exists already and was left as it is.`, next: 'Choose another name for the new file.',
  }),
  'backup.notABackup': entry<{ file: string; reason: string }>({
    title: 'Not a backup, or a damaged one', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” is not a whole backup of a workspace: ${d.reason}. Nothing was put in place.`, next: 'Copy the file again from where it is kept, or choose another backup.',
  }),
  'backup.verifyFailed': entry<{ reason: string }>({
    title: 'The backup does not verify', place: 'inline', exit: 3, retry: true,
    say: (d) => `The backup was read again after it was written and is not what was written: ${d.reason}. It was not put in place.`, next: 'Choose another disk; this one may be failing.',
  }),
  'pack.notAPack': entry<{ reason: string }>({
    title: 'Not a packed model, or a damaged one', place: 'inline', exit: 2, retry: false,
    say: (d) => `The file is not a whole packed model: ${d.reason}. Nothing was brought in.`, next: 'Copy the file again from where it is kept, or pack the model again.',
  }),
  'pack.personal': entry<{ names: string }>({
    title: 'Personal data stays here', place: 'inline', exit: 2, retry: false,
    say: (d) => `The model’s history was made on data that is flagged personal: ${d.names}. Its values do not leave this workspace. Nothing was written.`, next: 'Leave what was made from it here: “slipway pack MODEL --without-personal --out FILE”, and “--preview” says before what that is. Or forget the data first, which keeps the results; or take the flag away if it does not hold.',
  }),
  'pack.conflict': entry<{ what: string; reason: string }>({
    title: 'The two histories contradict each other', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.what} cannot be brought in: ${d.reason}. Nothing was changed.`, next: 'Keep the two workspaces apart, or import the one model file that is missing here by itself.',
  }),
  'store.diskFault': entry<{ where: string }>({
    title: 'The disk answered with an error', place: 'window', exit: 3, retry: true,
    say: (d) => `The disk that holds ${d.where} answered with an error. Nothing half-done was kept.`, next: 'Look at the disk and its free space, then try again. A check of the workspace says whether anything was harmed.', commandLine: 'The command is slipway fsck.',
  }),
  'update.unreachable': entry<{ host: string; reason: string }>({
    title: 'No answer about updates', place: 'inline', exit: 3, retry: true,
    say: (d) => `${d.host} could not be asked about updates: ${d.reason}.`, next: 'Check the address and the network, then ask again.',
  }),
  'update.notSigned': entry<{ host: string }>({
    title: 'The announcement is not signed by your key', place: 'inline', exit: 2, retry: false,
    say: (d) => `What ${d.host} announces was not signed by the key that you gave, so it is not believed.`, next: 'Ask whoever runs that address for the key; install nothing from there until it fits.',
  }),
} as const
