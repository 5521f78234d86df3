// `slipway logs`: bringing logs and labels home, looking at what came, and forgetting it.
import { Option, type Command } from 'commander'
import { LogMapping, type LogFormat } from '../../shared/domain/log-batch.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatPlural } from '../../shared/format.ts'
import { LabelFileId, LogBatchId, type FileToken } from '../../shared/ids.ts'
import { batchList, batchText, coverageText, labelsText, lookText } from './logs-text.ts'
import { withExample } from './example.ts'
import { addDatasetVerb } from './logs-dataset.ts'
import { momentOption } from './moment-option.ts'
import { decimalNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { model, modelOrVersion, version } from './references.ts'

const formats: readonly LogFormat[] = ['feedback', 'predlog', 'kserve', 'requests', 'table']

/** `label=predicted score.yes=p_yes feature.age=AGE` as a mapping. */
export function mappingOption(words: readonly string[]): LogMapping {
  const mapping: Record<string, unknown> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    const [key, value] = at < 1 ? ['', ''] : [word.slice(0, at), word.slice(at + 1)]
    const part = /^(score|feature)\.(.+)$/.exec(key)
    const known = part !== null || Object.hasOwn(LogMapping.shape, key)
    if (!known || value === '') throw new SlipwayError('input.invalid', { reason: `--map “${word}” is not of the form NAME=COLUMN; names are ${Object.keys(LogMapping.shape).filter((k) => k !== 'scores' && k !== 'features').join(', ')}, score.CLASS and feature.NAME` })
    if (part === null) mapping[key] = value
    else { const group = part[1] === 'score' ? 'scores' : 'features'; mapping[group] = { ...(mapping[group] as object | undefined), [part[2]!]: value } }
  }
  const read = LogMapping.safeParse(mapping)
  if (!read.success) throw new SlipwayError('input.invalid', { reason: `--map: ${read.error.issues[0]?.path.join('.') ?? ''} has no such value` })
  return read.data
}

const tokens = (session: CliSession, files: readonly string[]): Promise<FileToken[]> => Promise.all(files.map((file) => session.admit(file)))

interface ImportOptions { readonly of?: string; readonly model?: string; readonly format?: LogFormat; readonly map?: string[]; readonly environment: string; readonly target?: string; readonly level: string; readonly time?: string; readonly mostRejected?: string; readonly name?: string }

async function importLogs(session: CliSession, files: readonly string[], o: ImportOptions): Promise<void> {
  const [time, most] = [momentOption('--time', o.time), decimalNumber('--most-rejected', o.mostRejected, { least: 0, most: 1 })]
  const batch = await session.job('logs.import', {
    files: await tokens(session, files), environment: o.environment, level: Number(o.level) as 0 | 1 | 2, ...(o.format === undefined ? {} : { format: o.format }), ...(o.map === undefined ? {} : { mapping: mappingOption(o.map) }), ...(o.target === undefined ? {} : { target: o.target }),
    ...(o.of === undefined ? {} : { versionId: (await version(session, o.of)).id }), ...(o.model === undefined ? {} : { modelId: (await model(session, o.model)).id }), ...(time === null ? {} : { time }), ...(most === null ? {} : { mostRejected: most }), ...(o.name === undefined ? {} : { name: o.name }),
  })
  session.print(batch, () => batchText(batch))
}

function registerImport(group: Command): void {
  const format = (): Option => new Option('--format <name>', 'what the files are; absent: told by their beginnings').choices([...formats])
  withExample(group.command('look').description('Say what files of logs seem to be, and how their columns would be read. Takes nothing.').argument('<files...>', 'files, folders, or a feedback pack').addOption(format()).option('--of <version>', 'such as income@2'), 'slipway logs look log.csv --of income@2')
    .action(async (files: string[], o: { format?: LogFormat; of?: string }, command: Command) => withSession(command, async (session) => {
      const look = await session.job('logs.look', { files: await tokens(session, files), ...(o.format === undefined ? {} : { format: o.format }), ...(o.of === undefined ? {} : { versionId: (await version(session, o.of)).id }) })
      session.print(look, () => lookText(look))
    }))
  withExample(group.command('import').description('Bring logs home: feedback packs, predlog.v1, KServe events, request logs, any CSV, Parquet or JSON lines with mapped columns. Stopped, it goes on where it was when it is started again.')
    .argument('<files...>', 'files, folders, or one feedback pack').option('--of <version>', 'whose log it is, such as income@2; a pack says it itself').option('--model <model>', 'where a column holds the version').addOption(format())
    .option('--map <pairs...>', 'which column is what: label=predicted score.yes=p_yes feature.age=AGE requestId=id time=ts').option('--environment <name>', 'where it was served', 'production').option('--target <name>', 'the host, service or cluster')
    .addOption(new Option('--level <level>', '0 outcomes and answers, 1 and bins, 2 and raw values (never of personal columns)').choices(['0', '1', '2']).default('1')).option('--time <time>', 'for records without one; absent: the time of their file')
    .option('--most-rejected <share>', 'refuse as a whole where more is rejected, 0 to 1').option('--name <name>', 'name of the batch'), 'slipway logs import feedback.zip')
    .action(async (files: string[], o: ImportOptions, command: Command) => withSession(command, (session) => importLogs(session, files, o)))
}

interface LabelOptions { readonly model: string; readonly id?: string; readonly row?: string; readonly label?: string; readonly time?: string; readonly name?: string }

function registerLabels(group: Command): void {
  withExample(group.command('labels').description('Bring true answers home, by request and row; any number of files, at any time. The newest word on a row counts.').argument('<files...>', 'CSV, Parquet or JSON lines').requiredOption('--model <model>', 'whose answers they judge')
    .option('--id <column>', 'the request’s id; absent: request_id').option('--row <column>', 'place in the request; absent: row, else 0').option('--label <column>', 'the true answer; absent: label').option('--time <column>', 'when it was known; absent: label_ts').option('--name <name>', 'name of these labels'), 'slipway logs labels labels.csv --model income')
    .action(async (files: string[], o: LabelOptions, command: Command) => withSession(command, async (session) => {
      const mapping = { ...(o.id === undefined ? {} : { requestId: o.id }), ...(o.row === undefined ? {} : { row: o.row }), ...(o.label === undefined ? {} : { label: o.label }), ...(o.time === undefined ? {} : { time: o.time }) }
      const labels = await session.job('logs.labels', { files: await tokens(session, files), modelId: (await model(session, o.model)).id, mapping, ...(o.name === undefined ? {} : { name: o.name }) })
      session.print(labels, () => labelsText(labels))
    }))
  withExample(group.command('coverage').description('How many rows have a label, how late labels come, and whether they are selective.').argument('<model>', 'a model, or a version such as income@2').option('--from <time>', 'rows from then on').option('--to <time>', 'and before then'), 'slipway logs coverage income --from 30d')
    .action(async (text: string, o: { from?: string; to?: string }, command: Command) => withSession(command, async (session) => {
      const { name: _name, ...of } = await modelOrVersion(session, text)
      const [from, to] = [momentOption('--from', o.from), momentOption('--to', o.to)]
      const coverage = await session.client.call('logs.coverage', { ...of, ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) })
      session.print(coverage, () => coverageText(coverage))
    }))
}

interface ForgetOptions { readonly batch?: string; readonly labels?: string; readonly from?: string; readonly to?: string; readonly reason: string }

function registerForget(group: Command): void {
  withExample(group.command('forget').description('Remove the rows of a stretch of time, of a batch, or labels. Cannot be undone; who did it and why stays in the record.').argument('<model>', 'the model').option('--batch <id>', 'one batch').option('--labels <id>', 'one file of labels')
    .option('--from <time>', 'rows from then on').option('--to <time>', 'and before then').requiredOption('--reason <text>', 'why, for the record'), 'slipway logs forget income --to 365d --reason "kept for a year"')
    .action(async (text: string, o: ForgetOptions, command: Command) => withSession(command, async (session) => {
      const [from, to] = [momentOption('--from', o.from), momentOption('--to', o.to)]
      const [batch, labels] = [LogBatchId.safeParse(o.batch), LabelFileId.safeParse(o.labels)]
      if (o.batch !== undefined && !batch.success) throw new SlipwayError('input.unknownId', { what: 'batch of logs', id: o.batch })
      if (o.labels !== undefined && !labels.success) throw new SlipwayError('input.unknownId', { what: 'file of labels', id: o.labels })
      const done = await session.job('logs.forget', { modelId: (await model(session, text)).id, reason: o.reason, ...(batch.success ? { batchId: batch.data } : {}), ...(labels.success ? { labelFileId: labels.data } : {}), ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) })
      session.print(done, () => `Forgot ${formatCount(done.rows)} rows in ${formatPlural(done.batches, 'batch', 'batches')} and ${formatPlural(done.labels, 'file of labels', 'files of labels')}.`)
    }))
}

/** Registers the command group. */
export function registerLogs(program: Command): void {
  const group = withExample(program.command('logs').description('Bring prediction logs and labels home, see what came, and forget it.'), 'slipway logs import feedback.zip')
  registerImport(group)
  withExample(group.command('list').description('List the batches that came home.').argument('[model]', 'of a model, or a version such as income@2'), 'slipway logs list income')
    .action(async (text: string | undefined, _options: object, command: Command) => withSession(command, async (session) => {
      const of = text === undefined ? null : await modelOrVersion(session, text)
      const all = await session.client.call('logs.list', of === null ? {} : { modelId: of.modelId, ...(of.versionId === undefined ? {} : { versionId: of.versionId }) })
      session.print(all, () => batchList(all))
    }))
  withExample(group.command('show').description('Show where every record of a batch went.').argument('<batch>', 'its id'), 'slipway logs show logs_…')
    .action(async (text: string, _options: object, command: Command) => withSession(command, async (session) => {
      const id = LogBatchId.safeParse(text)
      if (!id.success) throw new SlipwayError('input.unknownId', { what: 'batch of logs', id: text })
      const batch = await session.client.call('logs.get', { batchId: id.data })
      session.print(batch, () => batchText(batch))
    }))
  registerLabels(group)
  registerForget(group)
  addDatasetVerb(group)
}
