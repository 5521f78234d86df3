// The curves of a run: confusion matrix as a table whose cells lead to their rows, every other curve as a figure.
import { useMemo, type ReactNode } from 'react'
import { runCharts } from '../../../shared/charts/curve-charts.ts'
import type { Curve, Run } from '../../../shared/domain/run.ts'
import { href } from '../../route.ts'
import { classes } from '../../ui/classes.ts'
import { Figure } from '../../ui/charts/figure.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { HeatMap } from '../../ui/heat-map.tsx'
import type { RunRoute } from './run.tsx'
import styles from './run.module.css'

const isConfusion = (curve: Curve): curve is Extract<Curve, { kind: 'confusion' }> => curve.kind === 'confusion'

export function ChartsTab({ run, route }: { readonly run: Run; readonly route: RunRoute }): ReactNode {
  const charts = useMemo(() => runCharts(run.curves, run.binding.positiveClass), [run])
  const confusion = run.curves.find(isConfusion)
  if (charts.length === 0 && confusion === undefined) return <EmptyState icon="metric" title="Nothing to draw">This run kept no curves.</EmptyState>
  return (
    <div className={styles['charts']}>
      {confusion !== undefined && (
        <section aria-label="Confusion matrix" className={classes(styles['card'], confusion.classes.length > 6 && styles['wide'])}>
          <h2>Confusion matrix</h2>
          <p>{confusion.classes.length > 6 ? 'Shaded by the share of the true class.' : 'Shares are of the true class, row by row.'}{run.task === 'semantic-segmentation' ? ' Pixels are counted.' : run.task === 'object-detection' ? ' Boxes are counted.' : ' A cell leads to the rows behind it.'}</p>
          <HeatMap classes={confusion.classes} counts={confusion.counts} noun={run.task === 'semantic-segmentation' ? 'pixels' : run.task === 'object-detection' ? 'boxes' : 'rows'} cellHref={run.task === 'semantic-segmentation' ? null : (truth, predicted) => href({ screen: 'run', runId: route.runId, tab: 'rows', truth, predicted })} />
        </section>
      )}
      {charts.map((chart) => <Figure key={chart.title} chart={chart} height={280} />)}
    </div>
  )
}
