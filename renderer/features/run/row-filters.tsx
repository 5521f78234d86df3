// What is asked of a run's rows: the kind of error, the class pair, a range of scores, conditions on any column, a text, and the order.
import { useState, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import type { CellCondition, RowFilter, RowKind, RowOrder } from '../../../shared/domain/run-rows.ts'
import { Button } from '../../ui/button.tsx'
import { CheckField, SelectField, TextField, type Choice } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import styles from './rows.module.css'

export interface Asked { readonly filter: RowFilter; readonly order: RowOrder }
export interface FiltersProps { readonly run: Run; readonly columns: readonly string[]; readonly scoreNames: readonly string[]; readonly asked: Asked; readonly onAsk: (asked: Asked) => void }

export const everything: Asked = { filter: { kind: 'all', cells: [], text: '' }, order: { by: 'loss', of: 'answer', descending: true } }

const kinds = (run: Run): readonly Choice<RowKind>[] => run.binding.target === null ? [{ value: 'all', label: 'All' }] : [
  { value: 'all', label: 'All' },
  ...(run.task === 'regression' ? [{ value: 'too-high', label: 'Too high' }, { value: 'too-low', label: 'Too low' }] as const : [{ value: 'wrong', label: 'Wrong' }, { value: 'right', label: 'Right' }] as const),
  ...(run.binding.positiveClass === null || run.task !== 'binary-classification' ? [] : [{ value: 'false-positive', label: `False ${run.binding.positiveClass}` }, { value: 'false-negative', label: `Missed ${run.binding.positiveClass}` }] as const),
  ...(run.task === 'regression' ? [] : [{ value: 'surely-wrong', label: 'Wrong and sure (0.9 or more)' }, { value: 'unsure', label: 'Unsure (below 0.6)' }] as const),
]

const orders = (run: Run, scoreNames: readonly string[], columns: readonly string[]): readonly { readonly label: string; readonly order: Omit<RowOrder, 'descending'> }[] => [
  { label: run.task === 'regression' ? 'Error' : 'Loss', order: { by: 'loss', of: 'answer' } }, { label: 'Place in the file', order: { by: 'record', of: 'answer' } },
  ...(run.task === 'regression' ? [] : [{ label: 'Confidence', order: { by: 'confidence', of: 'answer' } as const }]),
  { label: 'True answer', order: { by: 'truth', of: 'answer' } }, { label: 'Predicted answer', order: { by: 'predicted', of: 'answer' } },
  ...scoreNames.map((name) => ({ label: `p(${name})`, order: { by: name, of: 'score' } as const })), ...columns.map((name) => ({ label: name, order: { by: name, of: 'column' } as const })),
]

const orderKey = (order: Omit<RowOrder, 'descending'>): string => `${order.of} ${order.by}`

export function conditionWords(c: CellCondition): string {
  switch (c.kind) {
    case 'is': return `${c.column} is ${c.value === '' ? '(empty)' : c.value}`
    case 'contains': return `${c.column} contains ${c.value}`
    case 'missing': return `${c.column} is missing`
    case 'between': return c.from === null ? `${c.column} ≤ ${String(c.to)}` : c.to === null ? `${c.column} ≥ ${String(c.from)}` : `${c.column} from ${c.from} to ${c.to}`
  }
}

type Sign = 'is' | 'contains' | 'least' | 'most' | 'missing'
const signs: readonly Choice<Sign>[] = [{ value: 'is', label: 'is' }, { value: 'contains', label: 'contains' }, { value: 'least', label: 'is at least' }, { value: 'most', label: 'is at most' }, { value: 'missing', label: 'is missing' }]

function conditionOf(column: string, sign: Sign, value: string): CellCondition | null {
  if (column === '') return null
  if (sign === 'missing') return { kind: 'missing', column }
  if (value.trim() === '') return null
  if (sign === 'is' || sign === 'contains') return { kind: sign, column, value }
  const bound = Number(value)
  return Number.isFinite(bound) ? { kind: 'between', column, from: sign === 'least' ? bound : null, to: sign === 'most' ? bound : null } : null
}

function AddCondition({ columns, onAdd }: { readonly columns: readonly string[]; readonly onAdd: (condition: CellCondition) => void }): ReactNode {
  const [column, setColumn] = useState('')
  const [sign, setSign] = useState<Sign>('is')
  const [value, setValue] = useState('')
  const condition = conditionOf(column, sign, value)
  const wrong = (sign === 'least' || sign === 'most') && value.trim() !== '' && !Number.isFinite(Number(value)) ? 'Give a number.' : null
  return (
    <form className={styles['row']} onSubmit={(e) => { e.preventDefault(); if (condition !== null) { onAdd(condition); setValue('') } }}>
      <SelectField label="Column" value={column} choices={[{ value: '', label: 'Any column' }, ...columns.map((c) => ({ value: c, label: c }))]} onChoose={setColumn} />
      <SelectField label="Condition" value={sign} choices={signs} onChoose={setSign} />
      {sign !== 'missing' && <TextField label="Value" value={value} onText={setValue} error={wrong} className={styles['short']} />}
      <Button type="submit" icon="add" disabled={condition === null}>Add condition</Button>
    </form>
  )
}

function ScoreRange({ run, scoreNames, asked, onAsk }: Omit<FiltersProps, 'columns'>): ReactNode {
  const { filter } = asked
  const by = filter.score?.by ?? (run.task === 'regression' ? 'loss' : 'confidence')
  const set = (change: Partial<{ by: string; from: number | null; to: number | null }>): void => onAsk({ ...asked, filter: { ...filter, score: { by, from: filter.score?.from ?? null, to: filter.score?.to ?? null, ...change } } })
  const choices = [...(run.task === 'regression' ? [] : [{ value: 'confidence', label: 'Confidence' }]), { value: 'loss', label: run.task === 'regression' ? 'Error' : 'Loss' }, ...scoreNames.map((s) => ({ value: s, label: `p(${s})` }))]
  return (
    <>
      <SelectField label="Score" value={by} choices={choices} onChoose={(next) => set({ by: next })} />
      <NumberField label="From" value={filter.score?.from ?? null} optional onNumber={(from) => set({ from })} className={styles['short']} />
      <NumberField label="To" value={filter.score?.to ?? null} optional onNumber={(to) => set({ to })} className={styles['short']} />
    </>
  )
}

function Order({ run, columns, scoreNames, asked, onAsk }: FiltersProps): ReactNode {
  const choices = orders(run, scoreNames, columns)
  const set = (order: RowOrder): void => onAsk({ ...asked, order })
  return (
    <>
      <SelectField label="Sort by" value={orderKey(asked.order)} choices={choices.map((c) => ({ value: orderKey(c.order), label: c.label }))} onChoose={(key) => { const found = choices.find((c) => orderKey(c.order) === key); if (found !== undefined) set({ ...found.order, descending: found.order.by !== 'record' && asked.order.descending }) }} />
      <CheckField label="Largest first" checked={asked.order.descending} onCheck={(descending) => set({ ...asked.order, descending })} />
    </>
  )
}

export function RowFilters(props: FiltersProps): ReactNode {
  const { run, columns, asked, onAsk } = props
  const { filter } = asked
  const set = (change: Partial<RowFilter>): void => onAsk({ ...asked, filter: { ...filter, ...change } })
  const classes = (word: string): readonly Choice<string>[] => [{ value: '', label: word }, ...run.binding.classes.map((c) => ({ value: c.label, label: c.label }))]
  const pair = (name: 'truth' | 'predicted') => (value: string): void => { const { [name]: _, ...rest } = filter; onAsk({ ...asked, filter: value === '' ? rest : { ...rest, [name]: value } }) }
  return (
    <div className={styles['filters']} role="search" aria-label="Which rows">
      <div className={styles['row']}>
        <SelectField label="Rows" value={filter.kind} choices={kinds(run)} onChoose={(kind) => set({ kind })} />
        {run.binding.target !== null && run.binding.classes.length > 1 && run.task !== 'multilabel-classification' && <SelectField label="True" value={filter.truth ?? ''} choices={classes('Any class')} onChoose={pair('truth')} />}
        {run.binding.classes.length > 1 && run.task !== 'multilabel-classification' && <SelectField label="Predicted" value={filter.predicted ?? ''} choices={classes('Any class')} onChoose={pair('predicted')} />}
        <ScoreRange {...props} />
        <TextField label="Text in the row" type="search" value={filter.text} onText={(text) => set({ text })} />
      </div>
      <div className={styles['row']}>
        <Order {...props} />
        <AddCondition columns={columns} onAdd={(condition) => set({ cells: [...filter.cells, condition] })} />
      </div>
      {filter.cells.length > 0 && (
        <ul className={styles['chips']} aria-label="Conditions">
          {filter.cells.map((c, i) => <li key={`${conditionWords(c)} ${i}`}><Button icon="close" aria-label={`Remove: ${conditionWords(c)}`} onClick={() => set({ cells: filter.cells.filter((_, at) => at !== i) })}>{conditionWords(c)}</Button></li>)}
        </ul>
      )}
    </div>
  )
}
