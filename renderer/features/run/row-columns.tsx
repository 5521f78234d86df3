// The columns of the table of a run's rows: the answer first, then its scores, then the row as the data set has it.
import type { ReactNode } from 'react'
import type { RowPage } from '../../../shared/domain/dataset.ts'
import type { PredictionPage, Run } from '../../../shared/domain/run.ts'
import { formatNumber } from '../../../shared/format.ts'
import type { TableColumn } from '../../ui/table/columns.ts'
import styles from './run.module.css'

export type Prediction = PredictionPage['rows'][number]
export interface Line { readonly prediction: Prediction; readonly cells: readonly (string | null)[] }

/** Scores that have a column of their own. */
const mostScores = 10

/** Whether every value of a column on this page reads as a number; those align at their end. */
const numericColumn = (cells: RowPage | undefined, at: number): boolean => {
  const values = (cells?.rows ?? []).flatMap((row) => row[at] ?? [])
  return values.length > 0 && values.every((v) => v.trim() !== '' && Number.isFinite(Number(v)))
}

export const probabilityText = (value: number | null): ReactNode => (value === null ? '' : value > 0 && value < 0.00005 ? <span title={formatNumber(value)}>&lt; 0.0001</span> : value.toFixed(4))
const number = (value: number | null): ReactNode => (value === null ? '' : formatNumber(value))
export const Missing = (): ReactNode => <span className={styles['missing']}>missing</span>
export const Predicted = ({ prediction }: { readonly prediction: Prediction }): ReactNode => <span className={prediction.correct === false ? styles['wrong'] : undefined}>{prediction.predicted ?? ''}</span>

/** Sorting is asked of all rows, not of the page, so no header sorts. */
export function lineColumns(run: Run, page: PredictionPage, cells: RowPage | undefined): readonly TableColumn<Line>[] {
  const regression = run.task === 'regression'
  const align = regression ? 'end' as const : 'start' as const
  const columns: readonly TableColumn<Line>[] = [
    { key: 'record', header: '#', align: 'end', width: '64px', value: (l) => l.prediction.record },
    { key: 'truth', header: 'True', most: '200px', align, value: (l) => l.prediction.truth },
    { key: 'predicted', header: 'Predicted', most: '200px', align, value: (l) => l.prediction.predicted, cell: (l) => <Predicted prediction={l.prediction} /> },
    ...(regression ? [] : [{ key: 'confidence', header: 'Confidence', align: 'end', value: (l: Line) => l.prediction.confidence, cell: (l: Line) => probabilityText(l.prediction.confidence) } satisfies TableColumn<Line>]),
    { key: 'loss', header: regression ? 'Error' : 'Loss', align: 'end', value: (l) => l.prediction.loss, cell: (l) => number(l.prediction.loss) },
    ...page.scoreNames.slice(0, mostScores).map((name, i): TableColumn<Line> => ({ key: `p${i}`, header: `p(${name})`, align: 'end', value: (l) => l.prediction.scores[i] ?? null, cell: (l) => probabilityText(l.prediction.scores[i] ?? null) })),
    ...(cells?.columns ?? []).map((name, i): TableColumn<Line> => ({ key: `c${i}`, header: name, most: '240px', align: numericColumn(cells, i) ? 'end' : 'start', value: (l) => l.cells[i] ?? null, cell: (l) => l.cells[i] ?? <Missing /> })),
  ]
  return columns.map((column) => ({ ...column, sortable: false }))
}
