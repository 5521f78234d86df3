// `slipway dataset`: add, list and show data sets.
import { Option, type Command } from 'commander'
import type { Dataset, FormatOverride } from '../../shared/domain/dataset.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatCount, formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { dataset } from './references.ts'
import { truncate } from './text.ts'

export interface FormatOptions {
  readonly delimiter?: string; readonly encoding?: FormatOverride['encoding']; readonly quote?: string; readonly decimal?: '.' | ','
  readonly header?: 'yes' | 'no'; readonly labelFile?: string; readonly fileColumn?: string; readonly labelColumn?: string
}

/** Adds the options that override what is detected about a file. */
export function withFormatOptions(command: Command): Command {
  return command
    .option('--delimiter <character>', 'field delimiter of a text file (\\t for a tab)')
    .addOption(new Option('--encoding <name>', 'character encoding').choices(['utf-8', 'utf-16le', 'utf-16be', 'latin-1']))
    .option('--quote <character>', 'quote character; empty for none')
    .addOption(new Option('--decimal <mark>', 'decimal mark').choices(['.', ',']))
    .addOption(new Option('--header <answer>', 'whether the first line holds the column names').choices(['yes', 'no']))
    .option('--label-file <name>', 'label file of a flat image folder, or its COCO file')
    .option('--file-column <name>', 'column of the label file with the picture’s name')
    .option('--label-column <name>', 'column of the label file with the class')
}

/** The override that the options ask for. */
export function formatOverride(o: FormatOptions): FormatOverride {
  return {
    ...(o.delimiter === undefined ? {} : { delimiter: o.delimiter === '\\t' ? '\t' : o.delimiter }),
    ...(o.encoding === undefined ? {} : { encoding: o.encoding }), ...(o.quote === undefined ? {} : { quote: o.quote }),
    ...(o.decimal === undefined ? {} : { decimal: o.decimal }), ...(o.header === undefined ? {} : { header: o.header === 'yes' }),
    ...(o.labelFile === undefined ? {} : { labelFile: o.labelFile }), ...(o.fileColumn === undefined ? {} : { fileColumn: o.fileColumn }),
    ...(o.labelColumn === undefined ? {} : { labelColumn: o.labelColumn }),
  }
}

function describeImages(f: Extract<Dataset['format'], { kind: 'images' }>): string {
  switch (f.layout) {
    case 'class-folders': return 'images in class folders'
    case 'label-file': return `images with labels in ${f.labelFile ?? 'a label file'}`
    case 'masks': return `images with masks in ${f.annotations ?? 'a folder'}`
    case 'coco': return `images with boxes in ${f.annotations ?? 'a file'} (COCO)`
    case 'yolo': return `images with boxes in text files ${f.annotations === '.' ? 'beside them' : `in ${f.annotations ?? 'a folder'}`} (YOLO)`
  }
}

function describeFormat(d: Dataset): string {
  const f = d.format
  switch (f.kind) {
    case 'csv': return `delimited text: delimiter ${JSON.stringify(f.delimiter)}, ${f.encoding}, ${f.header ? 'header' : 'no header'}, decimal ${f.decimal}`
    case 'images': return describeImages(f)
    case 'json': case 'jsonl': case 'parquet': return f.kind
  }
}

const mostColumns = 60

function columnTable(d: Dataset, all: boolean): string {
  const number = (value: number | null): string => (value === null ? '' : String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(6))))
  const shown = all ? d.columns : d.columns.slice(0, mostColumns)
  const text = table(['Column', 'Type', 'Missing', 'Invalid', 'Distinct', 'Smallest', 'Largest', 'Most frequent'], shown.map((c) => [
    c.name, c.type, formatCount(c.missing), formatCount(c.invalid), formatCount(c.distinct), c.exactMin ?? number(c.min), c.exactMax ?? number(c.max), c.top[0] === undefined ? '' : `${truncate(c.top[0].value, 40)} (${formatCount(c.top[0].count)})`,
  ]), [2, 3, 4, 5, 6])
  return shown.length === d.columns.length ? text : `${text}\n\n${paragraph(`These are the first ${mostColumns} of ${formatCount(d.columns.length)} columns; slipway dataset show --all has every one.`)}`
}

/** What the classes' counts are counts of. */
function counted(d: Dataset): string {
  const layout = d.format.kind === 'images' ? d.format.layout : null
  return layout === 'masks' ? 'Pixels' : layout === 'coco' || layout === 'yolo' ? 'Boxes' : 'Rows'
}

function personalFacts({ personal, forgotten }: Dataset): (readonly [string, string])[] {
  return [
    ...(personal === undefined ? [] : [['Personal data', personal.whole ? 'all of it' : personal.columns.join(', ')] as const]),
    ...(forgotten === undefined ? [] : [['Forgotten', `${formatTime(forgotten.at)}${forgotten.who === null ? '' : ` by ${forgotten.who}`}${forgotten.reason === null ? '' : `: ${forgotten.reason}`}`] as const]),
  ]
}

/** Everything known of a data set, as text. */
export function describeDataset(d: Dataset, all = false): string {
  return sections(
    facts([['Data set', d.name], ['Id', d.id], ['Source', `${d.sourceName}, ${formatBytes(d.bytes)}${d.copied ? ', copied into the workspace' : ''}`], ['Read as', describeFormat(d)], ['Rows', formatCount(d.rows)], ['SHA-256', d.sha256], ...personalFacts(d)]),
    d.columns.length === 0 ? null : { title: 'Columns', body: columnTable(d, all) },
    d.classes.length === 0 ? null : { title: 'Classes', body: table(['Class', counted(d)], d.classes.map((c) => [c.value, formatCount(c.count)]), [1]) },
    { title: 'Findings', body: d.findings.map((f) => paragraph(`${f.severity}: ${f.sentence}`, 2)).join('\n') },
  )
}

function registerAdd(group: Command): void {
  withExample(withFormatOptions(group.command('add').description('Add a table (CSV, TSV, JSON, JSON lines, Parquet) or a folder of images.')
    .argument('<path>', 'the file or folder').option('--name <name>', 'name in the workspace').option('--copy', 'copy the file into the workspace instead of linking it')), 'slipway dataset add test.csv --name test')
    .action(async (path: string, options: FormatOptions & { name?: string; copy?: boolean }, command: Command) => withSession(command, async (session) => {
      const added = await session.job('dataset.add', {
        file: await session.admit(path), format: formatOverride(options), copy: options.copy ?? false, ...(options.name === undefined ? {} : { name: options.name }),
      })
      session.print(added, () => describeDataset(added))
    }))
}

function registerPersonal(group: Command): void {
  withExample(group.command('personal').description('Flag personal data: its values then enter no bundle and no export. Replaces what was flagged before.')
    .argument('<dataset>', 'a name or an id').option('--column <names...>', 'columns that hold personal data').option('--all', 'all of it is personal').option('--none', 'nothing of it is personal any more').option('--reason <text>', 'why, for the record'), 'slipway dataset personal test --column age income')
    .action(async (text: string, options: { column?: string[]; all?: boolean; none?: boolean; reason?: string }, command: Command) => withSession(command, async (session) => {
      const ways = [options.column !== undefined, options.all === true, options.none === true].filter(Boolean).length
      if (ways !== 1) throw new SlipwayError('input.invalid', { reason: 'give one of --column, --all and --none' })
      const { id } = await dataset(session, text)
      const flagged = await session.client.call('dataset.flag', { datasetId: id, whole: options.all === true, columns: options.column ?? [], ...(options.reason === undefined ? {} : { reason: options.reason }) })
      session.print(flagged, () => describeDataset(flagged))
    }))
  withExample(group.command('forget').description('Remove every value that was derived from a data set: profiles, predictions, its copy. Cannot be undone; who did it and why stays in the record.')
    .argument('<dataset>', 'a name or an id').requiredOption('--reason <text>', 'why, for the record'), 'slipway dataset forget test --reason "asked to erase"')
    .action(async (text: string, options: { reason: string }, command: Command) => withSession(command, async (session) => {
      const { id } = await dataset(session, text)
      const forgotten = await session.client.call('dataset.forget', { datasetId: id, reason: options.reason })
      session.print(forgotten, () => describeDataset(forgotten))
    }))
}

/** Registers the command group. */
export function registerDataset(program: Command): void {
  const group = withExample(program.command('dataset').description('Add, list and show data sets.'), 'slipway dataset add test.csv --name test')
  registerAdd(group)
  registerPersonal(group)
  withExample(group.command('list').description('List the data sets of the workspace.'), 'slipway dataset list')
    .action(async (_options: object, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('dataset.list', {})
      session.print(all, () => table(['Name', 'Rows', 'Columns', 'Source', 'Id'], all.map((d) => [d.name, formatCount(d.rows), formatCount(d.columns.length), d.sourceName, d.id]), [1, 2], 'There is no data set in this workspace yet. Add one: slipway dataset add test.csv'))
    }))
  withExample(group.command('show').description('Show the columns and findings of a data set.').argument('<dataset>', 'a name, an id or a file').option('--all', 'every column, also of a very wide table'), 'slipway dataset show test')
    .action(async (text: string, options: { all?: boolean }, command: Command) => withSession(command, async (session) => {
      const found = await dataset(session, text)
      session.print(found, () => describeDataset(found, options.all === true))
    }))
}
