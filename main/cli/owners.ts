// `slipway owners`: who looks after a model or a version, and where more is written about it.
import type { Command } from 'commander'
import type { Care } from '../../shared/domain/care.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts } from './print.ts'
import { modelOrVersion } from './references.ts'

interface Options { readonly add?: readonly string[]; readonly remove?: readonly string[]; readonly link?: readonly string[]; readonly unlink?: readonly string[] }

/** `title=https://…` or an address alone. */
function linkOf(text: string): { title: string; url: string } {
  const at = text.search(/=https?:\/\//i)
  return at < 0 ? { title: '', url: text } : { title: text.slice(0, at), url: text.slice(at + 1) }
}

function describe(care: Care, name: string): string {
  return facts([
    ['of', name], ['owners', care.owners.length === 0 ? 'nobody is named' : care.owners.join(', ')],
    ...(care.links.length === 0 ? [['links', 'none'] as const] : care.links.map((l, i) => [i === 0 ? 'links' : '', l.title === '' ? l.url : `${l.title}: ${l.url}`] as const)),
    ...(care.at === null ? [] : [['changed', `${formatTime(care.at)} by ${care.who?.name ?? 'unknown'}`] as const]),
  ])
}

async function change(session: CliSession, text: string, options: Options): Promise<void> {
  const { name, ...of } = await modelOrVersion(session, text)
  const before = await session.client.call('care.get', of)
  for (const gone of options.remove ?? []) if (!before.owners.includes(gone)) throw new SlipwayError('input.unknownId', { what: 'owner', id: gone })
  for (const gone of options.unlink ?? []) if (!before.links.some((l) => l.url === gone)) throw new SlipwayError('input.unknownId', { what: 'link', id: gone })
  const owners = [...before.owners.filter((o) => options.remove?.includes(o) !== true), ...(options.add ?? [])]
  const added = (options.link ?? []).map(linkOf)
  const links = [...before.links.filter((l) => options.unlink?.includes(l.url) !== true && !added.some((a) => a.url === l.url)), ...added]
  const asked = Object.keys(options).length > 0
  const care = asked ? await session.client.call('care.save', { ...of, owners, links, revision: before.revision }) : before
  session.print(care, () => describe(care, name))
}

/** Registers the command. */
export function registerOwners(program: Command): void {
  withExample(program.command('owners').description('Show or change who looks after a model or a version, and its links. Links are kept, never opened.')
    .argument('<model>', 'a model, or a version such as income@2').option('--add <owner...>', 'name these owners').option('--remove <owner...>', 'name these no more')
    .option('--link <address...>', 'add an address that begins with http:// or https://, or title=address').option('--unlink <address...>', 'take these addresses off'), 'slipway owners income --add "Risk team" --link ticket=https://tracker.example/42')
    .action(async (text: string, options: Options, command: Command) => withSession(command, (session) => change(session, text, options)))
}
