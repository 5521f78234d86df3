// `slipway state`: where a version is in its life, how it came there, and what may follow.
import type { Command } from 'commander'
import { stateMeaning, stateName, stepWords, type VersionLife } from '../../shared/domain/life.ts'
import type { Version } from '../../shared/domain/model.ts'
import { formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

function describe(life: VersionLife, of: Version): string {
  const aliases = life.aliases.length === 0 ? '' : ` It is ${life.aliases.join(' and ')}.`
  return sections(
    paragraph(`${of.modelName}@${of.number}: ${stateName(life.state)}. ${stateMeaning[life.state]}${aliases}`),
    { title: 'What may follow', body: table(['Step', 'Leads to', 'Why not'], life.next.map((n) => [stepWords(n.action).verb, n.to === null ? 'not now' : stateName(n.to), n.why === null ? '' : `${n.why}. ${n.next ?? ''}`])) },
    { title: 'History', body: table(['When', 'State', 'Who', 'Why'], life.history.map((c) => [formatTime(c.at), stateName(c.state), c.who?.name ?? 'unknown', c.reason]), [], 'Nothing has happened to it since it was imported.') },
  )
}

/** Registers the command. */
export function registerState(program: Command): void {
  withExample(program.command('state').description('Show where a version is in its life, how it came there, and what may follow.').argument('<version>', 'name@number, name@alias or an id'), 'slipway state income@2')
    .action(async (text: string, _: unknown, command: Command) => withSession(command, async (session) => {
      const of = await version(session, text)
      const life = await session.client.call('version.life', { versionId: of.id })
      session.print(life, () => describe(life, of))
    }))
}
