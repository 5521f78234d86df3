// Deciding by logs that came home: two sides compared, and a rollout played again. Owns the choice of sides; what was found is shown by its own view.
import { useState, type ReactNode } from 'react'
import type { AbMetric, AbSide } from '../../../shared/domain/ab.ts'
import type { StudyKind } from '../../../shared/domain/study.ts'
import type { StudyId, VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { go, href, type DecideTab, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { AbOutcome } from './ab-result.tsx'
import { likelySides, sideChoices, type SideChoice } from './log-sides.ts'
import styles from './monitor.module.css'
import { RolloutOutcomeView } from './rollout-result.tsx'
import { formatTime } from '../../../shared/format.ts'

export type DecideRoute = Extract<Route, { screen: 'decide' }>
interface Of { readonly choices: readonly SideChoice[]; readonly versionId: VersionId }

/** Both sides, with what is likely meant as a start. */
function useSides({ choices, versionId }: Of): { readonly first: string; readonly second: string; readonly setFirst: (v: string) => void; readonly setSecond: (v: string) => void; readonly side: (value: string) => AbSide } {
  const likely = likelySides(choices, versionId)
  const [first, setFirst] = useState(likely.first)
  const [second, setSecond] = useState(likely.second)
  return { first, second, setFirst, setSecond, side: (value) => choices.find((c) => c.value === value)?.side ?? { versionId } }
}

/** What was kept of one kind, the newest in view. */
function Kept({ versionId, kind, children }: { readonly versionId: VersionId; readonly kind: StudyKind; readonly children: (id: StudyId) => ReactNode }): ReactNode {
  const studies = useCall('monitor.studies', { versionId, kind })
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Answer of={studies} label="Loading what was found">
      {(all) => {
        const newest = all[0]
        if (newest === undefined) return <p>Nothing was found yet.</p>
        const id = all.some((s) => s.id === chosen) ? chosen! : newest.id
        return <Stack>{all.length > 1 && <SelectField label="Found" value={id} onChoose={setChosen} choices={all.map((s) => ({ value: s.id, label: `${formatTime(s.createdAt)}: ${s.verdict}` }))} />}{children(id as StudyId)}</Stack>
      }}
    </Answer>
  )
}

function Study({ id }: { readonly id: StudyId }): ReactNode {
  const asked = useCall('monitor.study', { studyId: id })
  return <Answer of={asked} label="Loading what was found">{(study) => (study.kind === 'ab' ? <AbOutcome report={study} /> : <RolloutOutcomeView report={study} />)}</Answer>
}

const metricNames: readonly { readonly value: AbMetric | ''; readonly label: string }[] = [
  { value: '', label: 'Right answers, or failures without labels' }, { value: 'correct', label: 'Right answers' }, { value: 'absolute-error', label: 'Absolute error' }, { value: 'failed', label: 'Failed requests' }, { value: 'latency', label: 'Response time' }, { value: 'answer', label: 'Share of an answer' }, { value: 'score', label: 'Score' }, { value: 'value', label: 'Answer' },
]
const number = (text: string): number => (text.trim() === '' ? NaN : Number(text.replace(',', '.')))

function AbTab({ choices, versionId }: Of): ReactNode {
  const { first, second, setFirst, setSecond, side } = useSides({ choices, versionId })
  const [metric, setMetric] = useState<AbMetric | ''>('')
  const [smallest, setSmallest] = useState('')
  const [share, setShare] = useState('50')
  const job = useJobHandle('monitor.ab')
  const [least, percent] = [number(smallest), number(share)]
  const wrong = !(percent > 0.1 && percent < 99.9) || (smallest.trim() !== '' && !(least > 0))
  const start = (): void => void job.start({ control: side(first), treatment: side(second), share: percent / 100, ...(metric === '' ? {} : { primary: metric }), ...(smallest.trim() === '' ? {} : { smallest: least }) })
  return (
    <Stack>
      <div className={styles['form']}>
        <SelectField label="First side" value={first} onChoose={setFirst} choices={choices} />
        <SelectField label="Second side" value={second} onChoose={setSecond} choices={choices} />
        <TextField label="Callers for the second, in percent" inputMode="decimal" value={share} onText={setShare} />
        <SelectField label="Decide by" value={metric} onChoose={setMetric} choices={metricNames} />
        <TextField label="Smallest difference that matters" inputMode="decimal" value={smallest} onText={setSmallest} hint="0.02 is two points of a share. Empty: that, or a tenth of a standard deviation." />
        <Button look="primary" busy={job.running} disabled={wrong} onClick={start}>Compare</Button>
      </div>
      {job.running && <Progress label={job.progress?.step ?? 'Comparing'} fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      <Kept versionId={side(second).versionId} kind="ab">{(id) => <Study id={id} />}</Kept>
    </Stack>
  )
}

function RolloutTab({ choices, versionId }: Of): ReactNode {
  const { first, second, setFirst, setSecond, side } = useSides({ choices, versionId })
  const [alertsStop, setAlertsStop] = useState(true)
  const job = useJobHandle('monitor.rollout')
  return (
    <Stack>
      <div className={styles['form']}>
        <SelectField label="Serves" value={first} onChoose={setFirst} choices={choices} />
        <SelectField label="Comes in" value={second} onChoose={setSecond} choices={choices} />
        <CheckField label="Critical alerts end it" hint="As a person who is called would." checked={alertsStop} onCheck={setAlertsStop} />
        <Button look="primary" busy={job.running} onClick={() => void job.start({ stable: side(first), canary: side(second), alertsStop })}>Play the rollout</Button>
      </div>
      {job.running && <Progress label={job.progress?.step ?? 'Playing the rollout'} fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      <Kept versionId={side(second).versionId} kind="rollout">{(id) => <Study id={id} />}</Kept>
    </Stack>
  )
}

export function DecidingScreen({ route, versionId }: { readonly route: DecideRoute; readonly versionId: VersionId }): ReactNode {
  const version = useCall('version.get', { versionId }).data?.version
  const model = useCall('model.get', { modelId: version?.modelId as NonNullable<typeof version>['modelId'] }, { enabled: version !== undefined })
  const batches = useCall('logs.list', version === undefined ? {} : { modelId: version.modelId }, { enabled: version !== undefined })
  const choices = model.data === undefined || batches.data === undefined ? null : sideChoices(batches.data, model.data.versions)
  const of = choices === null ? null : { choices, versionId }
  return (
    <Page title={version === undefined ? 'Decide' : `Decide about ${version.modelName} v${version.number}`} crumbs={[{ label: 'Monitoring', href: href({ screen: 'monitoring' }) }, { label: version === undefined ? 'Logs' : `${version.modelName} v${version.number} in service`, href: href({ screen: 'monitor', versionId }) }]}>
      {of === null ? (model.error ?? batches.error) !== null ? <ErrorPanel error={(model.error ?? batches.error)!} /> : <Skeleton label="Loading the logs" />
        : of.choices.length === 0 ? <EmptyState icon="monitor" title="No logs of this model came home" actions={<ButtonLink href={href({ screen: 'monitoring' })}>To Monitoring</ButtonLink>}>Comparisons and rollouts are made of them.</EmptyState>
          : (
            <Tabs<DecideTab> label="Ways to decide" value={route.tab ?? 'ab'} onChange={(tab) => go({ ...route, tab }, 'replace')} tabs={[
              { key: 'ab', label: 'A/B', content: <AbTab {...of} /> }, { key: 'rollout', label: 'Rollout', content: <RolloutTab {...of} /> },
            ]} />
          )}
    </Page>
  )
}
