// `slipway timeline`: everything that happened to a model or a version, newest first.
import type { Command } from 'commander'
import { TimelineKind, type TimelineEntry } from '../../shared/domain/timeline.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { table } from './print.ts'
import { modelOrVersion } from './references.ts'

const line = (e: TimelineEntry): string[] => [formatTime(e.at), e.who ?? '', e.kind, e.reason === null ? e.sentence : `${e.sentence} ${e.reason}`]

async function timeline(session: CliSession, text: string, options: { readonly limit: string; readonly only?: readonly string[] }): Promise<void> {
  const limit = wholeNumber('--limit', options.limit, { least: 1, most: 500 }) ?? 50
  const kinds = options.only?.map((kind) => {
    const known = TimelineKind.safeParse(kind)
    if (!known.success) throw new SlipwayError('input.invalid', { reason: `--only knows ${TimelineKind.options.join(', ')}, not “${kind}”` })
    return known.data
  })
  const { name, ...of } = await modelOrVersion(session, text)
  const answer = await session.client.call('model.timeline', { ...of, limit, ...(kinds === undefined ? {} : { kinds }) })
  session.print(answer, () => `${table(['When', 'Who', 'What', 'Sentence'], answer.entries.map(line), [], `Nothing of this kind has happened to ${name}.`)}${answer.more ? '\n\nThere is more; ask for it with --limit.' : ''}`)
}

/** Registers the command. */
export function registerTimeline(program: Command): void {
  withExample(program.command('timeline').description('Show everything that happened to a model: versions, states, aliases, runs, gate checks and bundles, newest first.')
    .argument('<model>', 'a model, or a version such as income@2').option('--only <kind...>', `only these: ${TimelineKind.options.join(', ')}`).option('--limit <count>', 'how many lines', '50'), 'slipway timeline income --only alias state')
    .action(async (text: string, options: { limit: string; only?: string[] }, command: Command) => withSession(command, (session) => timeline(session, text, options)))
}
