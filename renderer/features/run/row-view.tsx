// One row of a run, whole, and on request the nearest rows that the model has right beside it; the arrow keys go on to the next one.
import { useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import type { NearRow, NearRows } from '../../../shared/domain/run-rows.ts'
import { formatCount, formatNumber } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import { Missing, type Line } from './row-columns.tsx'
import styles from './rows.module.css'

/** One line of the comparison: a column of the data set, or a part of the answer. */
interface Fact { readonly name: string; readonly own: string | null; readonly near: readonly (string | null)[]; readonly differs: readonly boolean[]; readonly part: 'answer' | 'input' | 'column' }

const answerFacts = (run: Run, line: Line, near: readonly NearRow[]): readonly Fact[] => {
  const fact = (name: string, of: (p: Line['prediction']) => string | null): Fact => ({ name, own: of(line.prediction), near: near.map((n) => of(n.prediction)), differs: near.map(() => false), part: 'answer' })
  return [
    fact('True answer', (p) => p.truth), fact('Predicted', (p) => p.predicted), ...(run.task === 'regression' ? [] : [fact('Confidence', (p) => (p.confidence === null ? null : formatNumber(p.confidence)))]),
    fact(run.task === 'regression' ? 'Error' : 'Loss', (p) => (p.loss === null ? null : formatNumber(p.loss))),
  ]
}

/** The model's inputs first, then the columns that it does not see. */
function factsOf(run: Run, line: Line, columns: readonly string[], near: NearRows | undefined): readonly Fact[] {
  const rows = near?.rows ?? []
  const inputs = new Set(near?.columns ?? run.binding.inputs.flatMap((i) => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : [])))
  const cells = columns.map((name, i): Fact => {
    const place = near?.columns.indexOf(name) ?? -1
    return { name, own: line.cells[i] ?? null, near: rows.map((r) => (place < 0 ? '' : r.cells[place] ?? null)), differs: rows.map((r) => r.differs.includes(name)), part: inputs.has(name) ? 'input' : 'column' }
  })
  return [...answerFacts(run, line, rows), ...cells.filter((c) => c.part === 'input'), ...cells.filter((c) => c.part === 'column')]
}

const factColumns = (record: number, near: NearRows | undefined): readonly TableColumn<Fact>[] => [
  { key: 'name', header: 'Column', most: '200px', sortable: false, value: (f) => f.name, cell: (f) => <span className={styles[f.part]}>{f.name}</span> },
  { key: 'own', header: `Record ${record}`, most: '240px', sortable: false, value: (f) => f.own, cell: (f) => f.own ?? <Missing /> },
  ...(near?.rows ?? []).map((row, i): TableColumn<Fact> => ({
    key: `n${i}`, header: `Record ${row.record} · ${formatNumber(row.distance)}`, most: '180px', sortable: false, value: (f) => f.near[i] ?? null,
    cell: (f) => (f.part === 'input' && !f.differs[i] ? <span className={styles['same']}>same</span> : f.part === 'input' ? <strong>{f.near[i] ?? <Missing />}</strong> : f.near[i] ?? <Missing />),
  })),
]

export interface RowViewProps {
  readonly run: Run
  readonly columns: readonly string[]
  readonly line: Line
  /** Where the row stands among all that are like that, from 1. */
  readonly place: number
  readonly total: number
  /** Goes one row on or back; null where there is none on this page. */
  readonly onStep: { readonly back: (() => void) | null; readonly on: (() => void) | null }
  readonly onClose: () => void
}

export function RowView({ run, columns, line, place, total, onStep, onClose }: RowViewProps): ReactNode {
  const [wanted, setWanted] = useState(false)
  const { record } = line.prediction
  const near = useCall('run.neighbours', { runId: run.id, record }, { enabled: wanted })
  const facts = useMemo(() => factsOf(run, line, columns, wanted ? near.data : undefined), [run, line, columns, wanted, near.data])
  const shown = useMemo(() => factColumns(record, wanted ? near.data : undefined), [record, wanted, near.data])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
    event.preventDefault()
    ;(event.key === 'ArrowLeft' ? onStep.back : onStep.on)?.()
  }
  const comparable = run.binding.target !== null && run.binding.inputs.some((i) => i.kind === 'column' || i.kind === 'columns')
  return (
    <Dialog
      open wide="full" onClose={onClose} onKeyDown={onKeyDown} title={`Record ${formatCount(record)}, row ${formatCount(place)} of ${formatCount(total)}`}
      actions={<><Button icon="previous" disabled={onStep.back === null} onClick={() => onStep.back?.()}>Previous row</Button><Button icon="next" disabled={onStep.on === null} onClick={() => onStep.on?.()}>Next row</Button></>}
    >
      {comparable && !wanted && <p className={styles['ask']}><Button look="primary" onClick={() => setWanted(true)}>Find the nearest right rows</Button></p>}
      {wanted && near.data !== undefined && <p role="status" className={styles['ask']}>{near.data.rows.length === 0 ? 'There is no other row to compare with.' : near.data.sentence} The number beside a record is its distance.</p>}
      {wanted && near.isLoading && <Skeleton label="Measuring distances" lines={2} />}
      {wanted && near.error !== null && <ErrorPanel error={near.error} />}
      <Table label="The whole row" columns={shown} rows={facts} rowId={(f) => `${f.part} ${f.name}`} />
    </Dialog>
  )
}
