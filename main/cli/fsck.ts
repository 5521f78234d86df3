// `slipway fsck`: whether a workspace is whole, and what takes room in it for nothing. Works where the workspace itself cannot be opened.
import type { Command } from 'commander'
import { formatBytes, formatPlural } from '../../shared/format.ts'
import type { WorkspaceCheck, WorkspaceFinding } from '../../shared/domain/workspace.ts'
import { checkFolder } from '../core/core.ts'
import { withExample } from './example.ts'
import { withFolder } from './open-folder.ts'
import { facts, sections, table, type Section } from './print.ts'

const faultsOf = (check: WorkspaceCheck): Section => ({
  title: 'Faults',
  body: check.findings.filter((f) => f.severity === 'fault').map((f) => facts([['What', f.about], ['Fault', f.sentence], ['Next', f.next]])).join('\n\n'),
})

const rest = (title: string, of: readonly WorkspaceFinding[]): Section =>
  ({ title, body: of.length === 0 ? '' : table(['What', 'Size', 'Why'], of.map((f) => [f.about, f.bytes === null ? '' : formatBytes(f.bytes), f.sentence]), [1]) })

function describe(check: WorkspaceCheck): string {
  const removable = check.findings.filter((f) => f.removable)
  return sections(
    check.sentence, faultsOf(check),
    rest('Leftovers that --sweep would remove', removable),
    rest('Notes', check.findings.filter((f) => f.severity !== 'fault' && !f.removable)),
    check.swept === null ? null : `Removed ${formatPlural(check.swept.count, 'leftover')} (${formatBytes(check.swept.bytes)}).`,
  )
}

/** Registers the command. */
export function registerFsck(program: Command): void {
  withExample(program.command('fsck').description('Check the whole workspace: database, references, every stored file by its hash. Exit 1 when something is wrong.')
    .option('--sweep', 'remove leftovers that harm nothing; without it they are listed'), 'slipway fsck --sweep')
    .action(async (options: { readonly sweep?: boolean }, command: Command) => withFolder(command, async (session) => {
      const check = await checkFolder(session.workspace, options.sweep === true, session.watch)
      session.print(check, () => describe(check))
      if (!check.healthy) session.answerNo()
    }))
}
