// `slipway monitor ab` and `ab-size`: two sides of returned logs compared, and the rows that takes. Exit code 1 while nothing is decided, or the split is broken.
import { Option, type Command } from 'commander'
import type { AbMetric, AbReport, AbResult } from '../../shared/domain/ab.ts'
import { formatCount, formatNumber, formatShare, formatTime } from '../../shared/format.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { withExample } from './example.ts'
import { momentOption } from './moment-option.ts'
import { decimalNumber } from './number-option.ts'
import { withSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

type Arm = 'stable' | 'canary'
interface Options { readonly against?: string; readonly arm?: Arm; readonly againstArm?: Arm; readonly by?: AbMetric; readonly smallest?: string; readonly answer?: string; readonly from?: string; readonly to?: string; readonly level?: string; readonly power?: string; readonly share?: string }

const valueOf = (r: AbResult, value: number | null): string => (value === null ? '' : r.kind === 'share' ? formatShare(value) : formatNumber(value))
const span = (r: AbResult, of: { readonly low: number; readonly high: number } | null): string => { const sign = (x: number): string => `${x > 0 ? '+' : ''}${r.kind === 'share' ? `${(100 * x).toFixed(2)} points` : formatNumber(x)}`; return of === null ? '' : `${sign(of.low)} to ${sign(of.high)}` }

function describe(r: AbReport): string {
  const primary = r.metrics[0]
  return sections(
    facts([['Sides', `${r.treatment.name} against ${r.control.name}`], ['Rows', `${formatCount(r.treatment.rows)} against ${formatCount(r.control.rows)}${r.from === null || r.to === null ? '' : `, ${formatTime(r.from)} to ${formatTime(r.to)}`}`], ['Split', r.ratio.sentence], ['Answer', r.sentence],
      ...(primary?.decided == null ? [] : [['Decided', `${formatTime(primary.decided.at)}, after ${formatCount(primary.decided.rows)} rows`] as [string, string]]), ...(primary?.size == null ? [] : [['Rows needed', primary.size.sentence] as [string, string]])]),
    { title: 'Metrics', body: table(['Metric', 'First', 'Second', 'Difference at any look', 'Chance', 'Verdict'], r.metrics.map((m) => [m.name, valueOf(m, m.control.value), valueOf(m, m.treatment.value), span(m, m.always), m.chance === null ? '' : m.chance.toPrecision(2), m.verdict]), [1, 2, 4], 'Nothing was measured.') },
    r.notes.length === 0 ? null : { title: 'Notes', body: r.notes.map((n) => paragraph(n)).join('\n') },
  )
}

const withDesign = (command: Command): Command => command.option('--level <chance>', 'chance of a difference found where there is none; absent: 0.05').option('--power <chance>', 'chance that a test of fixed size finds one; absent: 0.8').option('--share <share>', 'share of the callers that were to get the second side; absent: 0.5')

function designOf(o: Options): { level?: number; power?: number; share?: number } {
  const [level, power, share] = [decimalNumber('--level', o.level, { least: 0.0001, most: 0.2 }), decimalNumber('--power', o.power, { least: 0.5, most: 0.999 }), decimalNumber('--share', o.share, { least: 0.001, most: 0.999 })]
  return { ...(level === null ? {} : { level }), ...(power === null ? {} : { power }), ...(share === null ? {} : { share }) }
}

function registerSize(group: Command): void {
  withExample(withDesign(group.command('ab-size').description('Show how many rows an A/B comparison needs, before anybody looks.').option('--base <share>', 'a share on the first side, such as 0.9 right answers').option('--deviation <number>', 'or the standard deviation of what a mean is taken of').requiredOption('--smallest <difference>', 'the smallest difference that matters')), 'slipway monitor ab-size --base 0.9 --smallest 0.02')
    .action(async (o: Options & { base?: string; deviation?: string }, command: Command) => withSession(command, async (session) => {
      const [base, deviation, smallest] = [decimalNumber('--base', o.base, { least: 0, most: 1 }), decimalNumber('--deviation', o.deviation, { least: 1e-12, most: 1e12 }), decimalNumber('--smallest', o.smallest, { least: 1e-12, most: 1e12 })]
      if ((base === null) === (deviation === null)) throw new SlipwayError('input.invalid', { reason: 'give --base for a share, or --deviation for a mean' })
      const size = await session.client.call('monitor.abSize', { measure: base !== null ? { kind: 'share', base } : { kind: 'mean', deviation: deviation! }, smallest: smallest!, ...designOf(o) })
      session.print(size, () => paragraph(size.sentence))
    }))
}

/** Adds `slipway monitor ab` and `ab-size`. */
export function addAbVerbs(group: Command): void {
  const metrics: readonly AbMetric[] = ['correct', 'absolute-error', 'failed', 'latency', 'answer', 'score', 'value']
  const arm = (flags: string, what: string): Option => new Option(flags, what).choices(['stable', 'canary'])
  withExample(withDesign(group.command('ab').description('Compare two sides of returned logs: whether callers were split as said, what differs, and whether that is decided, however often one looks. Exit code 1 while it is not.').argument('<version>', 'the second side, such as income@2')
    .option('--against <version>', 'the first side; absent: the same version').addOption(arm('--arm <arm>', 'rows of one arm; absent where no other version is named: canary')).addOption(arm('--against-arm <arm>', 'of the first side; absent where no other version is named: stable'))
    .addOption(new Option('--by <metric>', 'what is decided by; absent: right answers where labels are, else failures').choices([...metrics])).option('--smallest <difference>', 'the smallest difference that matters; absent: 0.02 of a share, a tenth of a standard deviation').option('--answer <class>', 'the class whose share is told')
    .option('--from <time>', 'rows from this moment on').option('--to <time>', 'and before this one')), 'slipway monitor ab income@2 --against income@1 --smallest 0.01')
    .action(async (text: string, o: Options, command: Command) => withSession(command, async (session) => {
      const treatment = await version(session, text)
      const control = o.against === undefined ? treatment : await version(session, o.against)
      const same = control.id === treatment.id
      const [first, second] = [o.againstArm ?? (same ? 'stable' : undefined), o.arm ?? (same ? 'canary' : undefined)]
      const [from, to, smallest] = [momentOption('--from', o.from), momentOption('--to', o.to), decimalNumber('--smallest', o.smallest, { least: 1e-12, most: 1e12 })]
      const report = await session.job('monitor.ab', {
        control: { versionId: control.id, ...(first === undefined ? {} : { arm: first }) }, treatment: { versionId: treatment.id, ...(second === undefined ? {} : { arm: second }) }, ...designOf(o),
        ...(o.by === undefined ? {} : { primary: o.by }), ...(smallest === null ? {} : { smallest }), ...(o.answer === undefined ? {} : { answer: o.answer }), ...(from === null ? {} : { from }), ...(to === null ? {} : { to }),
      })
      session.print(report, () => describe(report))
      if (!['better', 'worse', 'different'].includes(report.verdict)) session.exitWith(1)
    }))
  registerSize(group)
}
