// `slipway dataset`: add, list and show data sets.
import { Option, type Command } from 'commander'
import type { Dataset, FormatOverride } from '../../shared/domain/dataset.ts'
import { formatBytes, formatCount } from '../../shared/format.ts'
import { withSession } from './open-session.ts'
import { facts, heading, table } from './print.ts'
import { dataset } from './references.ts'

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
    .option('--label-file <name>', 'label file of a flat image folder')
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

function describeFormat(d: Dataset): string {
  const f = d.format
  switch (f.kind) {
    case 'csv': return `delimited text: delimiter ${JSON.stringify(f.delimiter)}, ${f.encoding}, ${f.header ? 'header' : 'no header'}, decimal ${f.decimal}`
    case 'images': return f.layout === 'class-folders' ? 'images in class folders' : `images with labels in ${f.labelFile ?? 'a label file'}`
    case 'json': case 'jsonl': case 'parquet': return f.kind
  }
}

function describe(d: Dataset): string {
  const number = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(6))))
  return [
    facts([['Data set', d.name], ['Id', d.id], ['Source', `${d.sourceName}, ${formatBytes(d.bytes)}`], ['Read as', describeFormat(d)], ['Rows', formatCount(d.rows)], ['SHA-256', d.sha256]]),
    heading('Columns'),
    table(['Column', 'Type', 'Missing', 'Invalid', 'Distinct', 'Smallest', 'Largest', 'Most frequent'], d.columns.map((c) => [
      c.name, c.type, String(c.missing), String(c.invalid), String(c.distinct), number(c.min), number(c.max), c.top[0] === undefined ? '' : `${c.top[0].value} (${c.top[0].count})`,
    ]), [2, 3, 4, 5, 6]),
    ...(d.classes.length === 0 ? [] : [heading('Classes'), table(['Class', 'Count'], d.classes.map((c) => [c.value, String(c.count)]), [1])]),
    ...(d.findings.length === 0 ? [] : [heading('Findings'), ...d.findings.map((f) => `${f.severity}: ${f.sentence}`)]),
  ].join('\n')
}

function registerAdd(group: Command): void {
  withFormatOptions(group.command('add').description('Add a table (CSV, TSV, JSON, JSON lines, Parquet) or a folder of images.')
    .argument('<path>', 'the file or folder').option('--name <name>', 'name in the workspace').option('--copy', 'copy the file into the workspace instead of linking it'))
    .addHelpText('after', '\nExample:\n  slipway dataset add test.csv --name test\n')
    .action(async (path: string, options: FormatOptions & { name?: string; copy?: boolean }, command: Command) => withSession(command, async (session) => {
      const added = await session.job('dataset.add', {
        file: await session.admit(path), format: formatOverride(options), copy: options.copy ?? false, ...(options.name === undefined ? {} : { name: options.name }),
      })
      session.print(added, () => describe(added))
    }))
}

/** Registers the command group. */
export function registerDataset(program: Command): void {
  const group = program.command('dataset').description('Add, list and show data sets.')
    .addHelpText('after', '\nExample:\n  slipway dataset add test.csv --name test\n')
  registerAdd(group)
  group.command('list').description('List the data sets of the workspace.').addHelpText('after', '\nExample:\n  slipway dataset list\n')
    .action(async (_options: object, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('dataset.list', {})
      session.print(all, () => table(['Name', 'Rows', 'Columns', 'Source', 'Id'], all.map((d) => [d.name, formatCount(d.rows), String(d.columns.length), d.sourceName, d.id]), [1, 2]))
    }))
  group.command('show').description('Show the columns and findings of a data set.').argument('<dataset>', 'a name, an id or a file')
    .addHelpText('after', '\nExample:\n  slipway dataset show test\n')
    .action(async (text: string, _options: object, command: Command) => withSession(command, async (session) => {
      const found = await dataset(session, text)
      session.print(found, () => describe(found))
    }))
}
