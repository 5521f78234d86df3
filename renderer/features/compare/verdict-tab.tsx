// Which version is better on the same data, and how sure that is: what to compare on, the verdict of every challenger, then all numbers.
import { useEffect, useState, type ReactNode } from 'react'
import type { Comparison } from '../../../shared/domain/compare.ts'
import type { RunId, VersionId } from '../../../shared/ids.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { go, href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Stack } from '../../ui/page.tsx'
import { ReportMenu } from '../../ui/report-menu.tsx'
import { Progress } from '../../ui/progress.tsx'
import type { CompareRoute } from './compare.tsx'
import styles from './compare.module.css'
import { MetricTable } from './metric-table.tsx'
import { ChallengerReport } from './verdict-report.tsx'

/** One button for each version that has no finished run yet; for both where each has some, on other data. A version beside itself has one. */
export function NoCommonData({ comparison: { left, right, missing } }: { readonly comparison: Comparison }): ReactNode {
  const sides = left.id === right.id ? [left] : [left, right]
  const [ours, theirs] = [useCall('version.get', { versionId: left.id }), useCall('version.get', { versionId: right.id })]
  const lacks = (of: typeof ours): boolean => of.data !== undefined && !of.data.runs.some((r) => r.status === 'done')
  const without = sides.filter((v) => lacks(v.id === left.id ? ours : theirs))
  const versions = without.length > 0 ? without : sides
  const name = (v: Comparison['left']): string => (left.modelName === right.modelName ? `v${v.number}` : `${v.modelName} v${v.number}`)
  return (
    <EmptyState icon="metric" title="No results on the same data yet" actions={versions.map((v) => (
      <ButtonLink key={v.id} icon="run" href={href({ screen: 'evaluate', versionId: v.id })}>Evaluate {name(v)}</ButtonLink>
    ))}>{missing ?? 'Evaluate both versions on one data set and their metrics appear here.'}</EmptyState>
  )
}

export const moreOf = (route: CompareRoute): readonly string[] => (route.more ?? '').split(',').filter((id) => id !== '')

/** Adds a further challenger out of the versions of the same model. */
function MoreVersions({ comparison, route }: { readonly comparison: Comparison, readonly route: CompareRoute }): ReactNode {
  const model = useCall('model.get', { modelId: comparison.right.modelId })
  const more = moreOf(route)
  const taken = [comparison.left.id, comparison.right.id, ...more] as readonly string[]
  const free = (model.data?.versions ?? []).filter((v) => !taken.includes(v.id))
  const set = (ids: readonly string[]): void => { const { more: _, ...rest } = route; go(ids.length === 0 ? rest : { ...rest, more: ids.join(',') }, 'replace') }
  if (free.length === 0 && more.length === 0) return null
  return (
    <>
      {free.length > 0 && more.length < 6 && <SelectField label="Also compare" value="" onChoose={(id: string) => { if (id !== '') set([...more, id]) }} choices={[{ value: '', label: 'Another version' }, ...free.map((v) => ({ value: v.id as string, label: `v${v.number} · ${v.sourceName}` }))]} />}
      {more.length > 0 && <Button icon="close" onClick={() => set([])}>Only the two</Button>}
    </>
  )
}

const confidences = ['0.9', '0.95', '0.99'] as const

function Verdict({ runs, metric }: { readonly runs: readonly RunId[], readonly metric: string }): ReactNode {
  const job = useJobHandle('run.compare')
  const [confidence, setConfidence] = useState<(typeof confidences)[number]>('0.95')
  const [margin, setMargin] = useState('')
  const { start } = job
  const key = runs.join(',')
  const typed = margin.trim() === '' ? null : Number(margin.trim().replace(',', '.'))
  const wrong = typed !== null && !(Number.isFinite(typed) && typed >= 0)
  const used = wrong ? null : typed
  useEffect(() => {
    const soon = setTimeout(() => { void start({ runs: key.split(',') as RunId[], confidence: Number(confidence), margins: used === null ? {} : { [metric]: used } }) }, used === null ? 0 : 400)
    return () => { clearTimeout(soon) }
  }, [start, key, confidence, used, metric])
  const found = job.result
  return (
    <Stack>
      <div className={styles['controls']}>
        <TextField label={`Margin of ${metricName(metric).toLowerCase()}`} inputMode="decimal" placeholder="by default" value={margin} onText={setMargin} {...(wrong ? { error: 'A number from 0 on.' } : {})} />
        <SelectField label="Confidence" value={confidence} onChoose={setConfidence} choices={confidences.map((c) => ({ value: c, label: `${Number(c) * 100} %` }))} />
        {found !== null && <ReportMenu about={{ kind: 'comparison', runs: [...runs], confidence: Number(confidence), power: found.power, margins: used === null ? {} : { [metric]: used } }} name="comparison report" />}
      </div>
      {job.error !== null && <ErrorPanel error={job.error} />}
      {job.running && <div className={styles['running']}><Progress label="Comparing the runs" fraction={job.job?.fraction ?? null} /><p role="status">{job.progress?.step ?? 'Pairing the rows'}</p><div><Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button></div></div>}
      {job.job?.state === 'cancelled' && <EmptyState icon="stopped" title="The comparison was stopped">Change the confidence or the margin to start it again.</EmptyState>}
      {found?.challengers.map((challenger) => <ChallengerReport key={challenger.runId} found={found} challenger={challenger} />)}
    </Stack>
  )
}

/** What the answer opens with: the metric whose margin can be typed. */
const firstMetric: Readonly<Record<string, string>> = { 'object-detection': 'detection.f1', 'semantic-segmentation': 'mean_over_images_of_mean_iou', regression: 'rmse', 'multilabel-classification': 'micro.f1' }

export function VerdictTab({ comparison, route }: { readonly comparison: Comparison, readonly route: CompareRoute }): ReactNode {
  const { onData, left, right } = comparison
  const versions = [left.id, right.id, ...moreOf(route)] as VersionId[]
  const common = useCall('run.common', { versions }, { enabled: left.id !== right.id, keepPrevious: true })
  const first = useCall('run.get', { runId: onData?.leftRunId as RunId }, { enabled: onData !== null })
  if (onData === null) return <NoCommonData comparison={comparison} />
  const chosen = common.data?.find((c) => c.datasetId === route.datasetId) ?? common.data?.find((c) => c.datasetId === onData.datasetId) ?? common.data?.[0]
  return (
    <Stack>
      <div className={styles['controls']}>
        {(common.data?.length ?? 0) > 1 && <SelectField label="On" value={chosen?.datasetId ?? ''} onChoose={(datasetId: string) => go({ ...route, datasetId }, 'replace')} choices={(common.data ?? []).map((c) => ({ value: c.datasetId as string, label: c.datasetName }))} />}
        <MoreVersions comparison={comparison} route={route} />
      </div>
      {left.id === right.id && <p>A version is not tested against itself: every number is the same.</p>}
      {common.data?.length === 0 && <p role="status">These versions have no finished runs on one and the same data, all of them. Evaluate the missing ones on {onData.datasetName}.</p>}
      {first.data?.binding.target === null && <p role="status">The runs have no true answers, so nobody can be right.</p>}
      {chosen !== undefined && first.data !== undefined && first.data.binding.target !== null && <Verdict runs={chosen.runs} metric={firstMetric[first.data.task] ?? 'accuracy'} />}
      <MetricTable onData={onData} />
    </Stack>
  )
}
