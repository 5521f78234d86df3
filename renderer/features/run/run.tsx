// One run: its headline numbers, every metric, its curves, its worst rows, and the conditions it was measured under.
import type { ReactNode } from 'react'
import { sliceMetricOf } from '../../../shared/slices/slice-measures.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { RunId } from '../../../shared/ids.ts'
import { mainMetrics } from '../../../shared/metrics/main-metrics.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route, type RunTab } from '../../route.ts'
import { GateMark } from '../../ui/gate-mark.tsx'
import { Answer } from '../../ui/answer.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { MetricTiles } from '../../ui/metric/metric-number.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { ReportMenu } from '../../ui/report-menu.tsx'
import { RunState } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { ChartsTab } from './charts-tab.tsx'
import { ConditionsTab } from './conditions-tab.tsx'
import { DeviceTab } from './device-tab.tsx'
import { ExplainTab } from './explain-tab.tsx'
import { MetricsTab } from './metrics-tab.tsx'
import { hasPictures, PicturesTab } from './pictures-tab.tsx'
import { OcclusionPanel } from './occlusion-panel.tsx'
import { RowsTab } from './rows-tab.tsx'
import { RunBanner } from './run-banner.tsx'
import { SlicesTab } from './slices-tab.tsx'
import { StressTab } from './stress-tab.tsx'
import { ThresholdTab } from './threshold-tab.tsx'
import { UnfinishedRun } from './unfinished-run.tsx'

export type RunRoute = Extract<Route, { screen: 'run' }>

/** Tasks with one right or wrong answer, or one error, a row. */
const explained: readonly Run['task'][] = ['binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression']

/** Runs whose stored probabilities and true answers let a threshold be judged. */
const thresholded = (run: Run): boolean => run.binding.target !== null && ['binary-classification', 'multiclass-classification', 'multilabel-classification'].includes(run.task)
  && run.metrics.some((m) => ['log_loss', 'mean_binary_log_loss'].includes(m.metric) && m.value !== null)

/** Classifiers of one picture a row. */
const occludable = (run: Run): boolean => ['binary-classification', 'multiclass-classification'].includes(run.task) && run.binding.inputs.filter((i) => i.kind === 'image').length === 1

function FinishedRun({ run, route }: { readonly run: Run; readonly route: RunRoute }): ReactNode {
  const shown = mainMetrics(run.task).flatMap((metric) => run.metrics.find((m) => m.metric === metric && m.slice === '') ?? [])
  return (
    <Stack>
      <RunBanner run={run} />
      <MetricTiles values={shown} />
      <Tabs<RunTab>
        label="Parts of the run" value={route.tab ?? 'metrics'} onChange={(tab) => go({ ...route, tab }, 'replace')}
        tabs={[
          { key: 'metrics', label: 'Metrics', content: <MetricsTab run={run} /> },
          { key: 'charts', label: 'Charts', content: <ChartsTab run={run} route={route} /> },
          ...(thresholded(run) ? [{ key: 'threshold' as const, label: 'Threshold', content: <ThresholdTab run={run} /> }] : []),
          ...(sliceMetricOf(run.task) !== null && run.binding.target !== null ? [{ key: 'slices' as const, label: 'Slices', content: <SlicesTab run={run} /> }] : []),
          ...(explained.includes(run.task) && run.binding.inputs.some((i) => i.kind === 'column' || i.kind === 'columns') ? [{ key: 'explain' as const, label: 'Explain', content: <ExplainTab run={run} /> }] : []),
          ...(occludable(run) ? [{ key: 'explain' as const, label: 'Explain', content: <OcclusionPanel run={run} /> }] : []),
          ...(run.binding.target === null ? [] : [{ key: 'stress' as const, label: 'Stress', content: <StressTab run={run} /> }]),
          { key: 'rows', label: 'Rows', content: hasPictures(run) ? <PicturesTab run={run} route={route} /> : <RowsTab run={run} route={route} /> },
          { key: 'device', label: 'Device', content: <DeviceTab run={run} /> },
          { key: 'conditions', label: 'Conditions', content: <ConditionsTab run={run} /> },
        ]}
      />
    </Stack>
  )
}

export function RunScreen({ route, runId }: { readonly route: RunRoute; readonly runId: RunId }): ReactNode {
  const asked = useCall('run.get', { runId })
  const run = asked.data
  return (
    <Page
      title={run === undefined ? 'Run' : `Run on ${run.datasetName}`}
      crumbs={run === undefined ? [] : [{ label: run.modelName, href: href({ screen: 'model', modelId: run.modelId }) }, { label: `v${run.versionNumber}`, href: href({ screen: 'version', versionId: run.versionId }) }]}
      mark={run === undefined ? undefined : <><RunState run={run} />{run.status === 'done' && <GateMark runId={runId} />}</>}
      actions={run === undefined ? undefined : (
        <>
          {run.status === 'done' && <ReportMenu about={{ kind: 'run', runId }} name={`${run.modelName} v${run.versionNumber} report`} />}
          {run.status === 'done' && <ButtonLink icon="refresh" href={href({ screen: 'evaluate', versionId: run.versionId, datasetId: run.datasetId })}>Evaluate again</ButtonLink>}
          {run.status === 'done' && <ButtonLink look="primary" icon="gate" href={href({ screen: 'gate', runId })}>Gate and export</ButtonLink>}
        </>
      )}
    >
      <Answer of={asked} label="Loading the run">{(found) => (found.status === 'done' ? <FinishedRun run={found} route={route} /> : <UnfinishedRun run={found} />)}</Answer>
    </Page>
  )
}
