// `slipway backup`: everything of a workspace in one file, while others work in it.
import type { Command } from 'commander'
import { formatBytes, formatCount, formatPlural } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

/** What a backup holds, in a line. */
export const backupContents = (counts: { readonly models: number; readonly versions: number; readonly runs: number }): string =>
  `${formatPlural(counts.models, 'model')}, ${formatPlural(counts.versions, 'version')}, ${formatPlural(counts.runs, 'run')}`

/** Registers the command. */
export function registerBackup(program: Command): void {
  withExample(program.command('backup').description('Write everything of the workspace into one file, consistent while others work in it, and read it again before it gets its name.')
    .requiredOption('--out <file>', 'the file to write, or a folder').option('--with-key', 'the publisher’s private key too: keep the file as safe as the key'), 'slipway backup --out ./slipway.backup.zip')
    .action(async (options: { readonly out: string; readonly withKey?: boolean }, command: Command) => withSession(command, async (session) => {
      const made = await session.job('workspace.backup', { file: await session.admit(options.out, 'write'), withKey: options.withKey === true })
      session.print(made, () => facts([
        ['Backup', made.fileName], ['Size', formatBytes(made.bytes)], ['SHA-256', made.sha256], ['Holds', `${backupContents(made.counts)}, ${formatCount(made.files)} files`],
        ['Publisher key', made.withKey ? 'in it' : 'not in it; add --with-key, or keep the folder keys yourself'], ...made.lacks.map((sentence) => ['Lacks', sentence] as const),
        ['Restore', `slipway restore-backup ${shellWord(made.fileName)} --into FOLDER`],
      ]))
    }))
}
