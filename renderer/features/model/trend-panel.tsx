// One metric over the versions of a model, one line per data set: results on different data are never joined.
import { useMemo, type ReactNode } from 'react'
import type { ModelTask } from '../../../shared/domain/model.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { formatNumber } from '../../../shared/format.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import type { ChartDescription } from '../../ui/charts/description.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Section } from '../../ui/page.tsx'
import styles from './model.module.css'

const offered: Readonly<Record<ModelTask, readonly string[]>> = {
  'binary-classification': ['accuracy', 'roc_auc', 'binary.f1', 'average_precision', 'log_loss', 'brier', 'balanced_accuracy', 'matthews_corrcoef'],
  'multiclass-classification': ['accuracy', 'macro.f1', 'balanced_accuracy', 'roc_auc.ovr_macro', 'log_loss', 'matthews_corrcoef'],
  'multilabel-classification': ['micro.f1', 'macro.f1', 'subset_accuracy', 'hamming_loss', 'jaccard_samples', 'lrap'],
  'object-detection': ['map50_95', 'map50', 'map75'],
  'semantic-segmentation': ['mean_iou', 'mean_dice', 'pixel_accuracy', 'mean_class_accuracy'],
  regression: ['rmse', 'mae', 'r2', 'median_absolute_error', 'max_error'],
}

interface TrendPoint { readonly number: number; readonly datasetId: string; readonly datasetName: string; readonly value: MetricValue }

function trendChart(metric: string, points: readonly TrendPoint[]): ChartDescription {
  const known = points.filter((p) => p.value.value !== null).sort((a, b) => a.number - b.number)
  const numbers = [...new Set(known.map((p) => p.number))]
  const sets = [...new Map(known.map((p) => [p.datasetId, p.datasetName]))]
  const { title } = metricWords(metric)
  const last = known.at(-1)
  return {
    title: `${title} over versions`,
    summary: last === undefined ? 'No version has this metric.' : `Version ${last.number} reaches ${formatNumber(last.value.value ?? 0)} on ${last.datasetName}.`,
    x: { name: 'Version', categories: numbers.map((n) => `v${n}`) },
    y: { name: title },
    series: sets.map(([id, name]) => ({ name, look: 'line', marks: true, points: known.filter((p) => p.datasetId === id).map((p) => [numbers.indexOf(p.number), p.value.value ?? 0] as const) })),
  }
}

export function TrendPanel({ route, modelId, task }: { readonly route: Extract<Route, { screen: 'model' }>; readonly modelId: ModelId; readonly task: ModelTask | null }): ReactNode {
  const choices = offered[task ?? 'multiclass-classification']
  const metric = route.metric ?? choices[0] ?? 'accuracy'
  const trend = useCall('model.trend', { modelId, metric })
  const chart = useMemo(() => trendChart(metric, trend.data ?? []), [metric, trend.data])
  const choose = (
    <SelectField label="Metric of the trend" quietLabel value={metric} choices={[...new Set([...choices, metric])].map((m) => ({ value: m, label: metricWords(m).title }))} onChoose={(next) => go({ ...route, metric: next }, 'replace')} />
  )
  return (
    <div className={styles['trend']}>
      <Section title="Over versions" actions={choose}>
        <Answer of={trend} label="Loading the trend">
          {(points) => (points.some((p) => p.value.value !== null)
            ? <Figure chart={chart} height={260} note="The newest run of each version on each content of a data set. Lines never join different data." />
            : <EmptyState icon="metric" title="No version has this metric">Choose another one, or evaluate a version on data with true answers.</EmptyState>)}
        </Answer>
      </Section>
    </div>
  )
}
