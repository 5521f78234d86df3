// `slipway backup` and `slipway restore-backup`: everything of a workspace in one file, while others work, and back into a folder of its own.
import type { Command } from 'commander'
import { resolve } from 'node:path'
import { formatBytes, formatCount, formatTime } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { restoreBackup } from '../core/core.ts'
import { withExample } from './example.ts'
import { withFolder } from './open-folder.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

const contents = (counts: { readonly models: number; readonly versions: number; readonly runs: number }): string =>
  `${formatCount(counts.models)} models, ${formatCount(counts.versions)} versions, ${formatCount(counts.runs)} runs`

/** Registers both commands. */
export function registerBackup(program: Command): void {
  withExample(program.command('backup').description('Write everything of the workspace into one file, consistent while others work in it, and read it again before it gets its name.')
    .requiredOption('--out <file>', 'the file to write, or a folder').option('--with-key', 'the publisher’s private key too: keep the file as safe as the key'), 'slipway backup --out ./slipway.backup.zip')
    .action(async (options: { readonly out: string; readonly withKey?: boolean }, command: Command) => withSession(command, async (session) => {
      const made = await session.job('workspace.backup', { file: await session.admit(options.out, 'write'), withKey: options.withKey === true })
      session.print(made, () => facts([
        ['Backup', made.fileName], ['Size', formatBytes(made.bytes)], ['SHA-256', made.sha256], ['Holds', `${contents(made.counts)}, ${formatCount(made.files)} files`],
        ['Publisher key', made.withKey ? 'in it' : 'not in it; add --with-key, or keep the folder keys yourself'], ...made.lacks.map((sentence) => ['Lacks', sentence] as const),
        ['Restore', `slipway restore-backup ${shellWord(made.fileName)} --into FOLDER`],
      ]))
    }))
  withExample(program.command('restore-backup').description('Restore a backup as a workspace of its own. Nothing is visible there before everything was compared.')
    .argument('<file>', 'a file that slipway backup wrote').requiredOption('--into <folder>', 'an empty or new folder'), 'slipway restore-backup slipway.backup.zip --into ./workspace')
    .action(async (file: string, options: { readonly into: string }, command: Command) => withFolder(command, async (session) => {
      const folder = resolve(options.into)
      const report = await restoreBackup(resolve(file), folder, session.watch)
      session.print(report, () => facts([
        ['Workspace', folder], ['Backup of', formatTime(report.createdAt)], ['Holds', `${contents(report.counts)}, ${formatCount(report.files)} files (${formatBytes(report.bytes)})`],
        ['Publisher key', report.withKey ? 'restored' : 'not in the backup: the next export makes a new one, unless you put the old folder keys there first'],
        ['Use it', `slipway --workspace ${shellWord(folder)} history`],
      ]))
    }))
}
