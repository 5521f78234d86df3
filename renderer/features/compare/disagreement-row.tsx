// One row on which two models differ, whole: both answers beside the truth, then the row as the data set has it, or its picture.
import type { KeyboardEvent, ReactNode } from 'react'
import type { DatasetId } from '../../../shared/ids.ts'
import type { DisagreementRow } from '../../../shared/domain/verdict.ts'
import { formatCount, formatNumber } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './compare.module.css'

export interface RowDialogProps {
  readonly datasetId: DatasetId
  readonly pictures: boolean
  readonly names: readonly [string, string]
  readonly row: DisagreementRow
  readonly columns: readonly string[]
  readonly cells: readonly (string | null)[]
  /** Where the row stands among all that are like that, from 1. */
  readonly place: number
  readonly total: number
  /** Goes one row on or back; null where there is none on this page. */
  readonly onStep: { readonly back: (() => void) | null; readonly on: (() => void) | null }
  readonly onClose: () => void
}

interface Answer { readonly name: string; readonly first: string | null; readonly second: string | null }
interface Cell { readonly name: string; readonly value: string | null }

const numberText = (value: number | null): string | null => (value === null ? null : formatNumber(value))
const Missing = (): ReactNode => <span className={styles['missing']}>missing</span>

const cellColumns: readonly TableColumn<Cell>[] = [
  { key: 'name', header: 'Column', most: '220px', sortable: false, value: (c) => c.name },
  { key: 'value', header: 'Value', sortable: false, value: (c) => c.value, cell: (c) => c.value ?? <Missing /> },
]

function Picture({ datasetId, record }: { readonly datasetId: DatasetId, readonly record: number }): ReactNode {
  const asked = useCall('dataset.image', { datasetId, record, side: 512 })
  return asked.data === undefined ? null : <img className={styles['picture']} src={`data:image/png;base64,${asked.data.png}`} alt={asked.data.name} />
}

export function RowDialog({ datasetId, pictures, names, row, columns, cells, place, total, onStep, onClose }: RowDialogProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
    event.preventDefault()
    ;(event.key === 'ArrowLeft' ? onStep.back : onStep.on)?.()
  }
  const answers: readonly Answer[] = [
    { name: 'Answer', first: row.first.predicted, second: row.second.predicted },
    { name: 'Confidence', first: numberText(row.first.confidence), second: numberText(row.second.confidence) },
    { name: 'Loss', first: numberText(row.first.loss), second: numberText(row.second.loss) },
  ]
  const answerColumns: readonly TableColumn<Answer>[] = [
    { key: 'name', header: row.truth === null ? 'Answers' : `True answer: ${row.truth}`, most: '260px', sortable: false, value: (a) => a.name },
    { key: 'first', header: names[0], sortable: false, value: (a) => a.first }, { key: 'second', header: names[1], sortable: false, value: (a) => a.second },
  ]
  return (
    <Dialog
      open wide="full" onClose={onClose} onKeyDown={onKeyDown} title={`Record ${formatCount(row.record)}, row ${formatCount(place)} of ${formatCount(total)}`}
      actions={<><Button icon="previous" disabled={onStep.back === null} onClick={() => onStep.back?.()}>Previous row</Button><Button icon="next" disabled={onStep.on === null} onClick={() => onStep.on?.()}>Next row</Button></>}
    >
      {pictures && <Picture datasetId={datasetId} record={row.record} />}
      <Table label="Answers" columns={answerColumns} rows={answers.filter((a) => a.first !== null || a.second !== null)} rowId={(a) => a.name} />
      {!pictures && <Table label="The whole row" columns={cellColumns} rows={columns.map((name, i) => ({ name, value: cells[i] ?? null }))} rowId={(c) => c.name} />}
    </Dialog>
  )
}
