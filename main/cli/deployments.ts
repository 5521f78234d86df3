// `slipway deployments`: where versions serve, step by step, and asking an endpoint what it serves.
import { Option, type Command } from 'commander'
import type { Deployment, EndpointAnswer } from '../../shared/domain/deployment.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatCount, formatShare, formatTime } from '../../shared/format.ts'
import { DeploymentId } from '../../shared/ids.ts'
import { withExample } from './example.ts'
import { momentOption } from './moment-option.ts'
import { decimalNumber, wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { model, version } from './references.ts'

interface Common { readonly environment?: string; readonly at?: string; readonly reason: string }

const shareText = (share: number | null): string => (share === null ? '' : formatShare(share))
const line = (d: Deployment): string[] => [`${d.modelName}@${d.versionNumber}`, d.environment, d.target, formatTime(d.since), d.until === null ? 'serves' : `${d.end ?? 'ended'} ${formatTime(d.until)}`, shareText(d.share), d.who ?? '', formatCount(d.logRows), d.id]
const listing = (all: readonly Deployment[]): string => table(['Version', 'Environment', 'Target', 'Since', 'Until', 'Share', 'Who', 'Log rows', 'Id'], all.map(line), [5, 7], 'Nothing is deployed, as far as is known. Say so: slipway deployments record MODEL@2 --environment production --reason "why".')

function describe(d: Deployment): string {
  return facts([['Version', `${d.modelName}@${d.versionNumber}`], ['Where', `${d.environment}, ${d.target}`], ['Since', formatTime(d.since)], ['Until', d.until === null ? 'it serves still' : `${formatTime(d.until)} (${d.end ?? 'ended'})`], ['Share', d.share === null ? 'not said' : formatShare(d.share)],
    ['Known from', { hand: 'whoever recorded it', feedback: 'its log', endpoint: 'the endpoint itself' }[d.source]], ...(d.reason === null ? [] : [['Why', d.reason] as const]), ['Incidents', String(d.incidents)], ['Id', d.id]])
}

/** A deployment by id, or the one that goes on of a version. Errors: `input.unknownId`, `input.ambiguous`. */
async function deployment(session: CliSession, text: string, environment: string | undefined): Promise<Deployment> {
  const id = DeploymentId.safeParse(text)
  const all = await session.client.call('deployment.list', { ...(environment === undefined ? {} : { environment }) })
  if (id.success) {
    const found = all.find((d) => d.id === id.data)
    if (found === undefined) throw new SlipwayError('input.unknownId', { what: 'deployment', id: text })
    return found
  }
  const of = await version(session, text)
  const going = all.filter((d) => d.versionId === of.id && d.until === null)
  if (going.length > 1) throw new SlipwayError('input.ambiguous', { what: 'deployment', id: text, matches: going.map((d) => `${d.environment}/${d.target} ${d.id}`).join(', ') })
  if (going[0] === undefined) throw new SlipwayError('input.unknownId', { what: 'deployment that goes on of', id: text })
  return going[0]
}

const momentOf = (at: string | undefined): { at?: number } => { const moment = momentOption('--at', at); return moment === null ? {} : { at: moment } }

interface RecordOptions extends Common { readonly target: string; readonly share?: string; readonly how: 'deployed' | 'promoted' | 'rolled-back-to' | 'seen'; readonly replace?: boolean }

function registerRecord(group: Command): void {
  withExample(group.command('record').description('Record that a version serves somewhere.').argument('<version>', 'such as income@2').requiredOption('--environment <name>', 'production, staging …').option('--target <name>', 'the host, service or cluster', 'default')
    .option('--share <number>', 'of the traffic, 0 to 1').option('--at <time>', 'since when; absent: now').addOption(new Option('--how <word>', 'how it came there').choices(['deployed', 'promoted', 'rolled-back-to', 'seen']).default('deployed'))
    .option('--replace', 'what served there ends with it').requiredOption('--reason <text>', 'why, for the record'), 'slipway deployments record income@2 --environment production --share 0.05 --reason "canary"')
    .action(async (text: string, o: RecordOptions, command: Command) => withSession(command, async (session) => {
      const share = decimalNumber('--share', o.share, { least: 0, most: 1 })
      const made = await session.client.call('deployment.record', { versionId: (await version(session, text)).id, environment: o.environment ?? 'production', target: o.target, start: o.how, replace: o.replace ?? false, reason: o.reason, ...(share === null ? {} : { share }), ...momentOf(o.at) })
      session.print(made, () => describe(made))
    }))
}

function registerSteps(group: Command): void {
  const step = (name: string, words: string): Command => group.command(name).description(words).argument('<deployment>', 'an id, or a version that serves, such as income@2').option('--environment <name>', 'where the version serves').option('--at <time>', 'when; absent: now').requiredOption('--reason <text>', 'why, for the record')
  withExample(step('share', 'Record another share of the traffic.').requiredOption('--share <number>', 'of the traffic, 0 to 1'), 'slipway deployments share income@2 --share 0.25 --reason "the canary is well"')
    .action(async (text: string, o: Common & { share: string }, command: Command) => withSession(command, async (session) => {
      const done = await session.client.call('deployment.share', { deploymentId: (await deployment(session, text, o.environment)).id, share: decimalNumber('--share', o.share, { least: 0, most: 1 }) ?? 0, reason: o.reason, ...momentOf(o.at) })
      session.print(done, () => describe(done))
    }))
  withExample(step('end', 'Record that a version serves no longer.').option('--rollback', 'because it was rolled back'), 'slipway deployments end income@2 --rollback --reason "errors of the canary"')
    .action(async (text: string, o: Common & { rollback?: boolean }, command: Command) => withSession(command, async (session) => {
      const done = await session.client.call('deployment.end', { deploymentId: (await deployment(session, text, o.environment)).id, end: o.rollback === true ? 'rolled-back' : 'ended', reason: o.reason, ...momentOf(o.at) })
      session.print(done, () => describe(done))
    }))
  withExample(step('incident', 'Record that something went wrong with what is served.'), 'slipway deployments incident income@2 --reason "half of the answers were late"')
    .action(async (text: string, o: Common, command: Command) => withSession(command, async (session) => {
      const done = await session.client.call('deployment.incident', { deploymentId: (await deployment(session, text, o.environment)).id, reason: o.reason, ...momentOf(o.at) })
      session.print(done, () => describe(done))
    }))
}

function answerText(a: EndpointAnswer): string {
  const yes = (value: boolean | null): string => (value === null ? 'not known' : value ? 'yes' : 'no')
  return sections(
    facts([['Host', a.host], ['Live', yes(a.live)], ['Ready', yes(a.ready)], ['Server', a.server === null ? 'not said' : `${a.server.name} ${a.server.version}`], ['Model', a.model === null ? 'not said' : `${a.model.name}${a.model.versions.length === 0 ? '' : ` (${a.model.versions.join(', ')})`}, ready: ${yes(a.model.ready)}`],
      ['Serves', a.version === null ? 'not known' : `${a.version.modelName}@${a.version.number}, told by ${a.version.by === 'digest' ? 'the digest of its bundle' : 'its tensors, which fit'}`]]),
    a.differences.length === 0 ? null : { title: 'Differences', body: a.differences.map((d) => paragraph(d, 2)).join('\n') },
    { title: 'Questions', body: table(['Question', 'Path', 'Answer', 'Milliseconds'], a.questions.map((q) => [q.what, q.path, q.fault ?? String(q.status ?? ''), String(q.ms)]), [3]) },
    { title: 'Metrics', body: table(['Name', 'Labels', 'Value'], a.metrics.slice(0, 60).map((m) => [m.name, Object.entries(m.labels).map(([k, v]) => `${k}=${v}`).join(' '), String(m.value)]), [2], 'None of a known name.') },
  )
}

function registerAsking(group: Command): void {
  withExample(group.command('allow').description('Confirm, once, that Slipway may ask a host what it serves. Nothing is asked without it.').argument('<host>', 'host, or host:port'), 'slipway deployments allow 10.0.0.5:8080')
    .action(async (host: string, _options: object, command: Command) => withSession(command, async (session) => { const done = await session.client.call('deployment.consent', { host, allowed: true }); session.print(done, () => `${done.host} may be asked.`) }))
  withExample(group.command('deny').description('Take back that Slipway may ask a host.').argument('<host>', 'host, or host:port'), 'slipway deployments deny 10.0.0.5:8080')
    .action(async (host: string, _options: object, command: Command) => withSession(command, async (session) => { const done = await session.client.call('deployment.consent', { host, allowed: false }); session.print(done, () => `${done.host} is not asked any more.`) }))
  withExample(group.command('hosts').description('List the hosts that were spoken about.'), 'slipway deployments hosts')
    .action(async (_options: object, command: Command) => withSession(command, async (session) => { const all = await session.client.call('deployment.hosts', {}); session.print(all, () => table(['Host', 'May be asked', 'Who', 'When'], all.map((h) => [h.host, h.allowed ? 'yes' : 'no', h.who ?? '', formatTime(h.at)]), [], 'No host may be asked. Allow one: slipway deployments allow HOST')) }))
  withExample(group.command('ask').description('Ask an endpoint what it serves: health and model over the Open Inference Protocol, numbers over Prometheus text. Changes nothing.').argument('<url>', 'such as http://10.0.0.5:8080').option('--of <version>', 'whose tensors are compared, such as income@2').option('--model <name>', 'its name on the server')
    .option('--metrics <url>', 'where its numbers are; absent: /metrics of the same server').option('--no-metrics', 'do not ask for numbers').option('--timeout <seconds>', 'of each question', '5'), 'slipway deployments ask http://10.0.0.5:8080 --of income@2')
    .action(async (url: string, o: { of?: string; model?: string; metrics: string | boolean; timeout: string }, command: Command) => withSession(command, async (session) => {
      const timeoutMs = (decimalNumber('--timeout', o.timeout, { least: 0.1, most: 60 }) ?? 5) * 1000
      const answer = await session.job('deployment.ask', { url, timeoutMs: Math.round(timeoutMs), ...(o.of === undefined ? {} : { versionId: (await version(session, o.of)).id }), ...(o.model === undefined ? {} : { model: o.model }), ...(o.metrics === false ? { metrics: null } : typeof o.metrics === 'string' ? { metrics: o.metrics } : {}) })
      session.print(answer, () => answerText(answer))
    }))
}

/** Registers the command group. */
export function registerDeployments(program: Command): void {
  const group = withExample(program.command('deployments').description('Where versions serve: since when, with which share, who said so; rollbacks and incidents.'), 'slipway deployments list')
  withExample(group.command('list').description('List what serves.').argument('[model]', 'of one model').option('--environment <name>', 'of one environment').option('--all', 'what has ended, too'), 'slipway deployments list --all')
    .action(async (text: string | undefined, o: { environment?: string; all?: boolean }, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('deployment.list', { current: o.all !== true, ...(text === undefined ? {} : { modelId: (await model(session, text)).id }), ...(o.environment === undefined ? {} : { environment: o.environment }) })
      session.print(all, () => listing(all))
    }))
  registerRecord(group)
  registerSteps(group)
  withExample(group.command('timeline').description('Everything that happened to what is deployed, newest first.').argument('[model]', 'of one model').option('--environment <name>', 'of one environment').option('--limit <count>', 'how many lines', '50'), 'slipway deployments timeline income')
    .action(async (text: string | undefined, o: { environment?: string; limit: string }, command: Command) => withSession(command, async (session) => {
      const limit = wholeNumber('--limit', o.limit, { least: 1, most: 1000 }) ?? 50
      const answer = await session.client.call('deployment.timeline', { limit, ...(text === undefined ? {} : { modelId: (await model(session, text)).id }), ...(o.environment === undefined ? {} : { environment: o.environment }) })
      session.print(answer, () => `${table(['When', 'Who', 'What', 'Sentence'], answer.steps.map((s) => [formatTime(s.at), s.who ?? '', s.kind, s.reason === null ? s.sentence : `${s.sentence} ${s.reason}`]), [], 'Nothing was deployed yet, as far as is known.')}${answer.more ? '\n\nThere is more; ask for it with --limit.' : ''}`)
    }))
  registerAsking(group)
}
