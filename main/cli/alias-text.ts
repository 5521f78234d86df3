// What the verbs of aliases share: their options, a preview as one page, a move in a sentence. Registers no verb.
import type { Command } from 'commander'
import type { AliasMove } from '../../shared/domain/alias.ts'
import type { AliasPreview } from '../../shared/domain/alias-preview.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatTime } from '../../shared/format.ts'
import type { VersionId } from '../../shared/ids.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import type { CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

export interface MoveOptions { readonly alias: string; readonly reason?: string; readonly preview?: boolean; readonly expect?: string }

const bullets = (title: string, sentences: readonly string[]): { title: string; body: string } => ({ title, body: sentences.map((s) => `- ${paragraph(s, 2)}`).join('\n') })

/** What would change, as one page. */
export function describePreview(p: AliasPreview): string {
  const whole = p.onData?.metrics.filter((m) => m.slice === '' && m.verdict !== 'same') ?? []
  return sections(
    p.refusal === null ? null : paragraph(`Not possible: ${p.refusal.message} ${p.refusal.next}`),
    bullets('What it does', p.changes),
    bullets('What speaks against it', p.concerns),
    bullets('What is lost', p.losses),
    { title: 'Inputs and outputs', body: table(['', 'Name', 'Change', 'Breaking', 'Why'], p.signature.map((c) => [c.where, c.name, c.change, c.breaking ? 'yes' : 'no', c.why ?? '']), [], p.from === null || p.to === null ? 'Nothing to compare with.' : 'They are the same.') },
    p.onData === null ? null : { title: `Metrics on ${p.onData.datasetName} that differ`, body: table(['Metric', 'Now', 'Afterwards', 'Verdict by direction'], whole.map((m) => [metricName(m.metric), metricText(m.metric, m.before), metricText(m.metric, m.after), m.verdict]), [1, 2], 'None differs.') },
    bullets('Standing', [p.gate?.sentence, p.approval?.sentence].flatMap((s) => (s === undefined ? [] : [s]))),
  )
}

const place = (target: AliasMove['to']): string => (target === null ? 'nothing' : `version ${target.number}`)
/** Where an alias points now, in a sentence. */
export const moved = (move: AliasMove, name: string): string => paragraph(`${move.alias} of ${name} points to ${place(move.to)} now; before it was ${place(move.from)}.`)

/** Errors: `input.invalid` without one. */
export function reasonOf(options: Pick<MoveOptions, 'reason'>): string {
  if (options.reason === undefined) throw new SlipwayError('input.invalid', { reason: 'a move needs --reason with the reason in your words, or --preview to see what it would do' })
  return options.reason
}

/** Where the user expects the alias to point: what --expect says, else what it points to now. */
export async function expectedOf(session: CliSession, options: MoveOptions, preview: AliasPreview): Promise<VersionId | null> {
  if (options.expect === undefined) return preview.from?.versionId ?? null
  return options.expect === 'none' ? null : (await version(session, options.expect)).id
}

/** When, who and why of a move, as cells. */
export const whoWhy = (move: AliasMove): string[] => [formatTime(move.at), move.who?.name ?? 'unknown', move.reason]

/** The options of a move. */
export const withMoveOptions = (command: Command, alias: string): Command => command.requiredOption('--alias <name>', alias).option('--reason <text>', 'why, in your words, 3 to 2000 characters; stays in the record')
  .option('--preview', 'only say what would change').option('--expect <version>', 'refuse unless it points there now, such as income@2, or none')
