// How a rollout went that was played again: step by step, what was checked where it ended, and which alerts were raised.
import type { ReactNode } from 'react'
import type { ChartDescription } from '../../../shared/charts/description.ts'
import type { CheckState, RolloutAlert, RolloutCheck, RolloutReport, RolloutStep } from '../../../shared/domain/rollout.ts'
import { formatCount, formatNumber, formatShare, formatTime } from '../../../shared/format.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { Facts } from '../../ui/facts.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Badge, Mark, type Tone } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { windowNames } from './monitor-words.ts'

interface Words { readonly tone: Tone; readonly icon: IconName; readonly words: string }
const verdicts: Readonly<Record<RolloutReport['verdict'], Words>> = { promote: { tone: 'good', icon: 'good', words: 'Promote' }, stopped: { tone: 'bad', icon: 'stopped', words: 'Stopped' }, inconclusive: { tone: 'neutral', icon: 'waiting', words: 'Inconclusive' } }
const steps: Readonly<Record<RolloutStep['state'], Words>> = { passed: { tone: 'good', icon: 'good', words: 'Passed' }, stopped: { tone: 'bad', icon: 'stopped', words: 'Stopped' }, inconclusive: { tone: 'neutral', icon: 'waiting', words: 'Waits for a person' }, 'not-reached': { tone: 'neutral', icon: 'waiting', words: 'Not reached' } }
const checks: Readonly<Record<CheckState, Words>> = { passed: { tone: 'good', icon: 'good', words: 'Passed' }, failed: { tone: 'bad', icon: 'alert', words: 'Failed' }, inconclusive: { tone: 'neutral', icon: 'waiting', words: 'Too little to say' }, 'not-told': { tone: 'neutral', icon: 'waiting', words: 'Not looked at' } }
const mark = ({ tone, icon, words }: Words): ReactNode => <Mark tone={tone} icon={icon}>{words}</Mark>

const counted = (s: RolloutStep, n: number): string => (s.to === null ? '–' : formatCount(n))

const stepColumns: readonly TableColumn<RolloutStep>[] = [
  { key: 'share', header: 'Share', value: (s) => s.share, cell: (s) => `${s.share} %` },
  { key: 'state', header: 'State', value: (s) => steps[s.state].words, cell: (s) => mark(steps[s.state]) },
  { key: 'from', header: 'From', value: (s) => s.from, cell: (s) => (s.from === null ? '–' : formatTime(s.from)) },
  { key: 'to', header: 'To', value: (s) => s.to, cell: (s) => (s.to === null ? '–' : formatTime(s.to)) },
  { key: 'canary', header: 'Requests of the canary', align: 'end', value: (s) => s.canary.requests, cell: (s) => counted(s, s.canary.requests) },
  { key: 'failed', header: 'Failed', align: 'end', value: (s) => s.canary.failed, cell: (s) => counted(s, s.canary.failed) },
  { key: 'stable', header: 'Of the stable version', align: 'end', value: (s) => s.stable.requests, cell: (s) => counted(s, s.stable.requests) },
  { key: 'stableFailed', header: 'Failed', align: 'end', value: (s) => s.stable.failed, cell: (s) => counted(s, s.stable.failed) },
  { key: 'played', header: 'Traffic played', align: 'end', value: (s) => s.played, cell: (s) => (s.to === null ? '–' : formatShare(s.played)) },
]

const checkColumns: readonly TableColumn<RolloutCheck>[] = [
  { key: 'name', header: 'Check', value: (c) => c.name, mono: true },
  { key: 'state', header: 'State', value: (c) => checks[c.state].words, cell: (c) => mark(checks[c.state]) },
  { key: 'value', header: 'Value', align: 'end', value: (c) => c.value, cell: (c) => (c.value === null ? '–' : formatNumber(c.value)) },
  { key: 'limit', header: 'Passes while', align: 'end', value: (c) => c.limit, cell: (c) => `${c.atLeast ? '≥' : '≤'} ${c.limit}` },
  { key: 'about', header: 'What it asks', most: '420px', value: (c) => c.about },
]

const alertColumns: readonly TableColumn<RolloutAlert & { readonly share: number }>[] = [
  { key: 'at', header: 'At', value: (a) => a.at, cell: (a) => formatTime(a.at) }, { key: 'share', header: 'Step', value: (a) => a.share, cell: (a) => `${a.share} %` },
  { key: 'severity', header: 'Severity', value: (a) => a.severity, cell: (a) => <Badge tone={a.severity === 'critical' ? 'bad' : 'warn'}>{a.stopped ? `${a.severity}, ends it` : a.severity}</Badge> },
  { key: 'what', header: 'What', most: '420px', value: (a) => a.summary },
  { key: 'value', header: 'Value', align: 'end', value: (a) => a.value, cell: (a) => formatNumber(a.value) }, { key: 'limit', header: 'Limit', align: 'end', value: (a) => a.limit, cell: (a) => formatNumber(a.limit) },
]

/** The check that ended it, over all steps that were reached. */
function checkChart(report: RolloutReport): ChartDescription | null {
  const name = report.ended?.by === 'check' ? report.ended.name : 'errors'
  const found = report.steps.flatMap((s) => s.checks.filter((c) => c.name === name))
  const points = found.flatMap((c) => c.points)
  if (points.filter((p) => p.value !== null).length < 2) return null
  const limit = found[0]!.limit
  return {
    title: `${name} at every check`, summary: report.ended === null ? 'It stayed within its limit.' : report.sentence, x: { name: 'Check at', categories: windowNames(points.map((p) => ({ from: p.at }))) }, y: { name },
    series: [{ name, look: 'line', marks: true, points: points.flatMap((p, i) => (p.value === null ? [] : [[i, p.value] as const])) }, { name: 'Limit', look: 'guide', points: [[0, limit], [points.length - 1, limit]] }],
  }
}

export function RolloutOutcomeView({ report }: { readonly report: RolloutReport }): ReactNode {
  const words = verdicts[report.verdict]
  const place = report.ended?.step ?? report.steps.length - 1
  const chart = checkChart(report)
  return (
    <Stack>
      <p role="status"><Badge tone={words.tone} icon={words.icon}>{words.words}</Badge> <strong>{report.sentence}</strong></p>
      <Facts label="What was played" facts={[{ name: 'Comes in', value: report.canary.name }, { name: 'Beside', value: report.stable.name }, { name: 'Limits', value: report.profile }]} />
      <Section title="Steps"><Table label="Steps of the rollout" columns={stepColumns} rows={report.steps} rowId={(s) => String(s.share)} empty="" /></Section>
      {chart !== null && <Section title="Over time"><Figure chart={chart} /></Section>}
      <Section title={`Checks at ${report.steps[place]?.share ?? 0} %`}><Table label="Checks of the last step" columns={checkColumns} rows={report.steps[place]?.checks ?? []} rowId={(c) => c.name} empty="No check was made." /></Section>
      <Section title="Alerts"><Table label="Alerts during the rollout" columns={alertColumns} rows={report.steps.flatMap((s) => s.alerts.map((a) => ({ ...a, share: s.share })))} rowId={(a) => `${a.thresholdId} ${a.at}`} empty="No alert was raised." /></Section>
      {report.notes.map((note) => <p key={note}>{note}</p>)}
    </Stack>
  )
}
