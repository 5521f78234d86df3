// `slipway monitor rollout`: the canary steps of the bundle played again on returned logs. Exit code 1 unless it goes through.
import { Option, type Command } from 'commander'
import type { RolloutReport } from '../../shared/domain/rollout.ts'
import { formatCount, formatNumber, formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { momentOption } from './moment-option.ts'
import { withSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

interface Options { readonly against?: string; readonly arm?: 'stable' | 'canary' | 'shadow'; readonly againstArm?: 'stable' | 'canary'; readonly from?: string; readonly checksOnly?: boolean }

const marks: Readonly<Record<string, string>> = { passed: 'passed', stopped: 'stopped', inconclusive: 'waits', 'not-reached': 'not reached' }

function describe(r: RolloutReport): string {
  const steps = r.steps.map((s) => [`${s.share} %`, marks[s.state]!, s.from === null ? '' : formatTime(s.from), formatCount(s.canary.requests), formatCount(s.canary.failed), formatCount(s.stable.requests), formatCount(s.stable.failed)])
  const place = r.ended?.step ?? r.steps.length - 1
  const checks = r.steps[place]?.checks.map((c) => [c.name, c.state, c.value === null ? '' : formatNumber(c.value), `${c.atLeast ? '>=' : '<='} ${c.limit}`]) ?? []
  const alerts = r.steps.flatMap((s) => s.alerts.map((a) => [formatTime(a.at), `${s.share} %`, a.severity, a.thresholdId, formatNumber(a.value), a.stopped ? 'ends it' : '']))
  return sections(
    facts([['Canary', r.canary.name], ['Beside', r.stable.name], ['Limits', r.profile], ['Answer', r.sentence]]),
    { title: 'Steps', body: table(['Share', 'State', 'From', 'Canary', 'Failed', 'Stable', 'Failed'], steps, [3, 4, 5, 6], '') },
    { title: `Checks of the step with ${r.steps[place]?.share ?? 0} %`, body: table(['Check', 'State', 'Value', 'Passes while'], checks, [2], 'No check was made.') },
    { title: 'Alerts', body: table(['At', 'Step', 'Severity', 'Limit of', 'Value', ''], alerts, [4], 'No alert was raised.') },
    { title: 'Notes', body: r.notes.map((n) => paragraph(n)).join('\n') },
  )
}

/** Adds `slipway monitor rollout`. */
export function addRolloutVerb(group: Command): void {
  withExample(group.command('rollout').description('Play the canary steps, checks and alerts of the bundle on returned logs: which step would have stopped it, and when. Exit code 1 unless it goes through.').argument('<version>', 'what was to come in, such as income@2')
    .option('--against <version>', 'what served before; absent: the same version').addOption(new Option('--arm <arm>', 'rows of one arm; absent where no other version is named: canary').choices(['stable', 'canary', 'shadow'])).addOption(new Option('--against-arm <arm>', 'of what served; absent where no other version is named: stable').choices(['stable', 'canary']))
    .option('--from <time>', 'when it begins; absent: when both sides are in the logs').option('--checks-only', 'critical alerts do not end it'), 'slipway monitor rollout income@2 --against income@1')
    .action(async (text: string, o: Options, command: Command) => withSession(command, async (session) => {
      const canary = await version(session, text)
      const stable = o.against === undefined ? canary : await version(session, o.against)
      const same = stable.id === canary.id
      const [first, second] = [o.againstArm ?? (same ? 'stable' : undefined), o.arm ?? (same ? 'canary' : undefined)]
      const from = momentOption('--from', o.from)
      const report = await session.job('monitor.rollout', { stable: { versionId: stable.id, ...(first === undefined ? {} : { arm: first }) }, canary: { versionId: canary.id, ...(second === undefined ? {} : { arm: second }) }, alertsStop: o.checksOnly !== true, ...(from === null ? {} : { from }) })
      session.print(report, () => describe(report))
      if (report.verdict !== 'promote') session.exitWith(1)
    }))
}
