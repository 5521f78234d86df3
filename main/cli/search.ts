// `slipway search`: versions that fulfil conditions, in an order; the search can be kept as a view.
import type { Command } from 'commander'
import type { FoundModel, FoundVersion, SavedView, SearchAnswer } from '../../shared/domain/search.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatCount, formatPlural, formatTime } from '../../shared/format.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricTextWithInterval } from '../../shared/metrics/metric-text.ts'
import { dataWithPart } from '../../shared/row-words.ts'
import { searchFields } from '../../shared/search/fields.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

const metricText = (found: FoundVersion, metric: string): string => {
  const m = found.metrics.find((one) => one.metric === metric)
  return m === undefined ? '' : dataWithPart(metricTextWithInterval(m), m.part)
}

function line(model: FoundModel, version: FoundVersion, metrics: readonly string[]): string[] {
  return [`${model.modelName}@${version.number}`, version.state, version.aliases.join(', '), version.tags.join(', '), ...metrics.map((m) => metricText(version, m)), formatBytes(version.bytes), formatTime(version.createdAt)]
}

function describe(answer: SearchAnswer): string {
  const versions = answer.found.flatMap((m) => m.versions)
  const metrics = [...new Set(versions.flatMap((v) => v.metrics.map((m) => m.metric)))].slice(0, 3)
  const rows = answer.found.flatMap((m) => m.versions.map((v) => line(m, v, metrics)))
  const left = answer.versions - versions.length
  return sections(
    paragraph(answer.versions === 0 ? 'No version fulfils this search.' : `${formatPlural(answer.versions, 'version')} of ${formatPlural(answer.models, 'model')}.`),
    ...answer.notes.map((note) => paragraph(note)),
    rows.length === 0 ? null : table(['Version', 'State', 'Aliases', 'Tags', ...metrics.map((m) => metricName(m)), 'Size', 'Imported'], rows, metrics.map((_, i) => i + 4)),
    left > 0 ? paragraph(`${formatCount(left)} more; --limit and --versions show more models and more versions of each.`) : null,
  )
}

interface SearchOptions { readonly sort?: string; readonly archived?: boolean; readonly limit: string; readonly versions: string; readonly view?: string; readonly save?: string; readonly replace?: boolean }

async function viewNamed(session: CliSession, name: string): Promise<SavedView> {
  const views = await session.client.call('view.list', {})
  const found = views.find((v) => v.name.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw new SlipwayError('view.unknown', { name, known: views.map((v) => v.name) })
  return found
}

async function search(session: CliSession, words: readonly string[], options: SearchOptions): Promise<void> {
  const typed = words.join(' ')
  if (options.view !== undefined && typed !== '') throw new SlipwayError('input.invalid', { reason: 'a saved view and a search of its own do not go together' })
  const view = options.view === undefined ? null : await viewNamed(session, options.view)
  const query = view?.query ?? typed
  const sort = options.sort ?? view?.sort ?? ''
  if (options.save !== undefined) await session.client.call('view.save', { name: options.save, query, sort, replace: options.replace === true })
  const answer = await session.client.call('search.run', {
    query, sort, archived: options.archived === true, limit: wholeNumber('--limit', options.limit, { least: 1, most: 200 }) ?? 50, versions: wholeNumber('--versions', options.versions, { least: 1, most: 1000 }) ?? 5,
  })
  session.print(answer, () => describe(answer))
}

/** Every field with what it holds, for the help of the command. */
const fieldHelp = (): string => ['Fields:', ...searchFields.map((f) => `  ${f.name.padEnd(10)} ${f.meaning.padEnd(50)} ${f.example}`), '  a metric   of the newest finished run                         auc > 0.9 on "test.csv"', '', 'Conditions are joined by and, or, not and brackets; a word alone is looked for anywhere.'].join('\n')

/** Registers the command. */
export function registerSearch(program: Command): void {
  withExample(program.command('search').description('Find versions by names, tags, notes, states, aliases, dates and metrics.')
    .argument('[search...]', 'the conditions, best in quotes; absent: every version').option('--sort <by>', 'a field or a metric; a minus before it turns the order around', undefined)
    .option('--archived', 'archived models too').option('--limit <models>', 'how many models', '50').option('--versions <count>', 'how many versions of each model', '5')
    .option('--view <name>', 'the search of a saved view').option('--save <name>', 'keep this search as a view').option('--replace', 'let --save take the place of a view of that name')
    .addHelpText('after', `\n${fieldHelp()}`), 'slipway search "auc > 0.9 and tag = prod" --sort auc')
    .action(async (words: string[], options: SearchOptions, command: Command) => withSession(command, (session) => search(session, words, options)))
}
