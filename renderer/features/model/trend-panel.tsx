// One metric over the versions of a model, for each data set content that they were measured on.
import { useMemo, type ReactNode } from 'react'
import { trendChart, type TrendPoint } from '../../../shared/charts/metric-charts.ts'
import type { ModelTask } from '../../../shared/domain/model.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { dataWithPart } from '../../../shared/row-words.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Figure } from '../../ui/charts/figure.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { Section } from '../../ui/page.tsx'

const offered: Readonly<Record<ModelTask, readonly string[]>> = {
  'binary-classification': ['accuracy', 'roc_auc', 'binary.f1', 'average_precision', 'log_loss', 'brier', 'balanced_accuracy', 'matthews_corrcoef'],
  'multiclass-classification': ['accuracy', 'macro.f1', 'balanced_accuracy', 'roc_auc.ovr_macro', 'log_loss', 'matthews_corrcoef'],
  'multilabel-classification': ['micro.f1', 'macro.f1', 'subset_accuracy', 'hamming_loss', 'jaccard_samples', 'lrap'],
  'object-detection': ['map50_95', 'map50', 'map75'],
  'semantic-segmentation': ['mean_iou', 'mean_dice', 'pixel_accuracy', 'mean_class_accuracy'],
  regression: ['rmse', 'mae', 'r2', 'median_absolute_error', 'max_error'],
}

/** More points than these cannot be told apart in a picture. */
const mostVersions = 200

interface Measured { readonly number: number; readonly datasetId: string; readonly datasetName: string; readonly value: MetricValue; readonly part?: string | null | undefined; readonly aliases: readonly string[] }

/** A part of the rows is a line of its own. Two data sets of one name are two lines: the later one is told apart by a number. */
function trendPoints(measured: readonly Measured[]): TrendPoint[] {
  const names = new Map<string, string>()
  for (const { datasetId, datasetName } of measured) {
    if (names.has(datasetId)) continue
    const before = [...names.values()].filter((name) => name === datasetName || name.startsWith(`${datasetName} (`)).length
    names.set(datasetId, before === 0 ? datasetName : `${datasetName} (${before + 1})`)
  }
  return measured.map((m) => ({ versionNumber: m.number, datasetName: dataWithPart(names.get(m.datasetId) ?? m.datasetName, m.part), value: m.value.value, low: m.value.low, high: m.value.high, aliases: m.aliases }))
}

export function TrendPanel({ route, modelId, task }: { readonly route: Extract<Route, { screen: 'model' }>; readonly modelId: ModelId; readonly task: ModelTask | null }): ReactNode {
  const choices = offered[task ?? 'multiclass-classification']
  const metric = route.metric ?? choices[0] ?? 'accuracy'
  const trend = useCall('model.trend', { modelId, metric, versions: mostVersions }, { keepPrevious: true })
  const chart = useMemo(() => trendChart(metric, trendPoints(trend.data ?? [])), [metric, trend.data])
  const choose = (
    <SelectField label="Metric of the trend" quietLabel value={metric} choices={[...new Set([...choices, metric])].map((m) => ({ value: m, label: metricWords(m).title }))} onChoose={(next) => go({ ...route, metric: next }, 'replace')} />
  )
  return (
    <Section title="Over versions" actions={choose}>
      <Answer of={trend} label="Loading the trend">
        {(points) => (points.some((p) => p.value.value !== null)
          ? <Figure chart={chart} height={260} note={`Each point is the newest run of a version on that data, with its 95 % interval; names above points are aliases of now. Lines never join different data.${new Set(points.map((p) => p.versionId)).size >= mostVersions ? ` Shown are the newest ${mostVersions} versions.` : ''}`} />
          : <EmptyState icon="metric" title="No version has this metric">Choose another one, or evaluate a version on data with true answers.</EmptyState>)}
      </Answer>
    </Section>
  )
}
