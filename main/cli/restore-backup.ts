// `slipway restore-backup`: a backup as a workspace of its own. Works where no workspace can be opened.
import type { Command } from 'commander'
import { resolve } from 'node:path'
import { formatBytes, formatCount, formatTime } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { restoreBackup } from '../core/core.ts'
import { backupContents } from './backup.ts'
import { withExample } from './example.ts'
import { withFolder } from './open-folder.ts'
import { facts } from './print.ts'

/** Registers the command. */
export function registerRestoreBackup(program: Command): void {
  withExample(program.command('restore-backup').description('Restore a backup as a workspace of its own. Nothing is visible there before everything was compared.')
    .argument('<file>', 'a file that slipway backup wrote').requiredOption('--into <folder>', 'an empty or new folder'), 'slipway restore-backup slipway.backup.zip --into ./workspace')
    .action(async (file: string, options: { readonly into: string }, command: Command) => withFolder(command, async (session) => {
      const folder = resolve(options.into)
      const report = await restoreBackup(resolve(file), folder, session.watch)
      session.print(report, () => facts([
        ['Workspace', folder], ['Backup of', formatTime(report.createdAt)], ['Holds', `${backupContents(report.counts)}, ${formatCount(report.files)} files (${formatBytes(report.bytes)})`],
        ['Publisher key', report.withKey ? 'restored' : 'not in the backup: the next export makes a new one, unless you put the old folder keys there first'],
        ['Use it', `slipway --workspace ${shellWord(folder)} history`],
      ]))
    }))
}
