// `slipway updates`: whether a newer version is announced at an address. Asks only when it is called; fetches and installs nothing.
import type { Command } from 'commander'
import { formatBytes } from '../../shared/format.ts'
import { checkFeed } from '../core/core.ts'
import { withExample } from './example.ts'
import { withFolder } from './open-folder.ts'
import { slipwayVersion } from './open-session.ts'
import { facts, sections, table } from './print.ts'

/** Registers the command. */
export function registerUpdates(program: Command): void {
  withExample(program.command('updates').description('Ask an address of yours whether a newer Slipway is announced there. Nothing is asked without this command, nothing is fetched or installed by it. Exit 1 when there is none.')
    .requiredOption('--feed <address>', 'the description of the newest version, over https').requiredOption('--key <file>', 'the Ed25519 public key (PEM) that must have signed it'), 'slipway updates --feed https://downloads.example.com/slipway-update.json --key updates.pub.pem')
    .action(async (options: { readonly feed: string; readonly key: string }, command: Command) => withFolder(command, async (session) => {
      const answer = await checkFeed(options.feed, options.key, slipwayVersion)
      session.print(answer, () => sections(
        facts([['Here', answer.current], ['Newest', answer.newer ? answer.newest : `${answer.newest}, no newer one`], ['Signed', 'by the key that you gave']]),
        answer.newer && answer.notes !== '' ? { title: 'What is new', body: answer.notes } : null,
        answer.newer && answer.files.length > 0 ? { title: 'Packages for this machine', body: table(['File', 'Size', 'SHA-256'], answer.files.map((f) => [f.name, formatBytes(f.bytes), f.sha256]), [1]) } : null,
      ))
      if (!answer.newer) session.answerNo()
    }))
}
