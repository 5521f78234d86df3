// What changed in the model itself: read from both files when the tab is opened, then in words, layer by layer, and as stored facts.
import { useEffect, type ReactNode } from 'react'
import type { Comparison, FactChange } from '../../../shared/domain/compare.ts'
import type { ModelDiff } from '../../../shared/domain/model-diff.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Section, Stack } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { CallerMust, DiffChanges, DiffHead } from './diff-changes.tsx'
import { DiffLayers } from './diff-layers.tsx'
import styles from './diff.module.css'

const factColumns: readonly TableColumn<FactChange>[] = [
  { key: 'fact', header: 'Fact', value: (f) => f.fact },
  { key: 'before', header: 'Before', value: (f) => f.before, clip: true, width: '34%' },
  { key: 'after', header: 'After', value: (f) => f.after, clip: true, width: '34%' },
  { key: 'same', header: 'Changed', hiddenHeader: true, value: (f) => (f.same ? '' : 'changed'), cell: (f) => (f.same ? '' : <Badge tone="accent">changed</Badge>) },
]

const operatorColumns: readonly TableColumn<Comparison['operators'][number]>[] = [
  { key: 'type', header: 'Operator', value: (o) => o.type, mono: true },
  { key: 'before', header: 'Before', align: 'end', value: (o) => o.before },
  { key: 'after', header: 'After', align: 'end', value: (o) => o.after },
]

function StoredFacts({ comparison }: { readonly comparison: Comparison }): ReactNode {
  return (
    <details className={styles['folded']}>
      <summary>All facts and operators side by side</summary>
      <div className={styles['facts']}>
        <div><Section title="Facts"><Table label="Facts" columns={factColumns} rows={comparison.facts} rowId={(f) => f.fact} /></Section></div>
        <div><Section title="Operators"><Table label="Operators" columns={operatorColumns} rows={comparison.operators} rowId={(o) => `${o.domain} ${o.type}`} empty="Both graphs hold the same operators." /></Section></div>
      </div>
    </details>
  )
}

function Answered({ diff }: { readonly diff: ModelDiff }): ReactNode {
  return (
    <Stack>
      <DiffHead diff={diff} />
      <CallerMust diff={diff} />
      <DiffChanges diff={diff} />
      {diff.class === 'identical' && <EmptyState icon="good" title="Nothing differs">{diff.left.versionId === diff.right.versionId ? 'Both sides are the same version. Choose another one to compare with.' : 'Layers, weights, inputs, outputs, format and stored settings are the same.'}</EmptyState>}
      {diff.class !== 'identical' && diff.left.versionId !== null && diff.right.versionId !== null && <div><ButtonLink icon="graph" href={href({ screen: 'graph', versionId: diff.right.versionId, paint: 'diff', since: diff.left.versionId })}>Show it on the graph</ButtonLink></div>}
      <DiffLayers graph={diff.graph} />
      {diff.notCompared.length > 0 && <p className={styles['quiet']}>Not compared. {diff.notCompared.join(' ')}</p>}
    </Stack>
  )
}

export function DiffTab({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const { left, right } = comparison
  const diff = useJobHandle('version.diff')
  const { start } = diff
  const again = (): void => { void start({ left: left.id, right: right.id }) }
  useEffect(() => { void start({ left: left.id, right: right.id }) }, [start, left.id, right.id])
  // An answer about other versions is on its way out.
  const answer = diff.result !== null && diff.result.left.versionId === left.id && diff.result.right.versionId === right.id ? diff.result : null
  if (diff.error !== null) return <Stack><ErrorPanel error={diff.error} onRetry={again} /><StoredFacts comparison={comparison} /></Stack>
  if (diff.job?.state === 'cancelled') return <EmptyState icon="stopped" title="Comparing was stopped" actions={<Button icon="refresh" onClick={again}>Compare again</Button>}>Nothing was changed.</EmptyState>
  if (answer === null) {
    return (
      <Stack>
        <Progress label="Comparing the models" fraction={diff.job?.fraction ?? null} />
        <p role="status">{diff.progress?.step ?? 'reading both files'}</p>
        <div><Button onClick={() => diff.cancel(diff.job?.state === 'cancelling')}>Cancel</Button></div>
      </Stack>
    )
  }
  return <Stack><Answered key={`${left.id} ${right.id}`} diff={answer} /><StoredFacts comparison={comparison} /></Stack>
}
