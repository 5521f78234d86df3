// The layers of a difference as a table: what became of each, how far its weights moved, its shapes; by kind and by words.
import { useMemo, useState, type ReactNode } from 'react'
import { LayerStatus, type GraphDiff, type LayerDiff } from '../../../shared/domain/model-diff.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { layerNames, layerStatusWords, layerWeightText, statusWords } from '../../../shared/model-diff/diff-words.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Badge, type Tone } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './diff.module.css'

interface Row extends LayerDiff { readonly id: string }

const tones: Readonly<Record<LayerStatus, Tone>> = {
  removed: 'bad', added: 'good', quantised: 'accent', dequantised: 'accent', resized: 'warn', settings: 'warn', rewired: 'warn', converted: 'accent', retrained: 'accent', stored: 'neutral', moved: 'neutral', renamed: 'neutral', same: 'neutral',
}

function Names({ layer }: { readonly layer: LayerDiff }): ReactNode {
  const [was, now] = [layer.before?.name ?? null, layer.after?.name ?? null]
  const second = was !== null && now !== null && was !== now ? `was ${was}` : ''
  const under = [second, layer.scope === '' ? '' : `in ${layer.scope}`].filter((t) => t !== '').join(', ')
  return <span className={styles['names']} title={layerNames(layer)}><span>{now ?? was}</span>{under !== '' && <small>{under}</small>}</span>
}

function Weight({ layer, largest }: { readonly layer: LayerDiff; readonly largest: number }): ReactNode {
  const relative = layer.weights?.relative ?? null
  const text = layerWeightText(layer)
  if (text === '') return ''
  return (
    <span className={styles['weight']}>
      {relative !== null && relative > 0 && <span className={styles['track']} aria-hidden="true"><span className={styles['bar']} style={{ width: `${Math.min(100, (100 * relative) / largest)}%` }} /></span>}
      <span>{text}</span>
    </span>
  )
}

function shapes(layer: LayerDiff): string {
  const [a, b] = [layer.before?.shapes ?? '', layer.after?.shapes ?? '']
  return a === b || a === '' || b === '' ? (b === '' ? a : b) : `${a} → ${b}`
}

const operator = (l: LayerDiff): string => (l.before !== null && l.after !== null && l.before.op !== l.after.op ? `${l.before.op} → ${l.after.op}` : (l.after ?? l.before)?.op ?? '')

/** Only columns that say something about any layer. */
function columnsOf(rows: readonly Row[], largest: number): readonly TableColumn<Row>[] {
  const weights = rows.some((l) => l.weights !== null)
  const learned = rows.some((l) => shapes(l) !== '')
  const notes = rows.some((l) => l.notes.length > 0)
  return [
    { key: 'layer', header: 'Layer', most: '300px', value: (l) => layerNames(l), cell: (l) => <Names layer={l} /> },
    { key: 'op', header: 'Operator', most: '170px', value: operator, mono: true },
    { key: 'status', header: 'Change', width: '170px', value: (l) => LayerStatus.options.indexOf(l.status), cell: (l) => <span className={styles['marks']}>{l.statuses.map((s) => <Badge key={s} tone={tones[s]}>{statusWords[s]}</Badge>)}</span> },
    ...(!weights ? [] : [{ key: 'weights', header: 'Change of weights', width: '250px', value: (l: Row) => l.weights?.relative ?? null, cell: (l: Row) => <Weight layer={l} largest={largest} /> } satisfies TableColumn<Row>]),
    ...(!learned ? [] : [
      { key: 'parameters', header: 'Parameters', align: 'end', width: '96px', value: (l: Row) => (l.after ?? l.before)?.parameters ?? null, cell: (l: Row) => { const n = (l.after ?? l.before)?.parameters ?? 0; return n === 0 ? '' : formatCount(n) } } satisfies TableColumn<Row>,
      { key: 'shapes', header: 'Shapes of weights', most: notes ? '210px' : '460px', value: shapes, mono: true } satisfies TableColumn<Row>,
    ]),
    ...(!notes ? [] : [{ key: 'notes', header: 'What', wrap: true, width: '28%', value: (l: Row) => l.notes.join('; '), cell: (l: Row) => <span className={styles['notes']} title={l.notes.join('\n')}>{l.notes.join('; ')}</span> } satisfies TableColumn<Row>]),
  ]
}

type Shown = LayerStatus | 'changed' | 'all'

const matches = (layer: LayerDiff, words: string): boolean => words === '' || `${layerNames(layer)} ${operator(layer)} ${layer.notes.join(' ')} ${layerStatusWords(layer)}`.toLowerCase().includes(words.toLowerCase())

/** All layers that the answer lists; what it leaves out is said. */
export function DiffLayers({ graph }: { readonly graph: GraphDiff }): ReactNode {
  const rows = useMemo(() => graph.layers.map((l, i): Row => ({ ...l, id: String(i) })), [graph])
  const changed = rows.filter((l) => l.status !== 'same').length
  const [shown, setShown] = useState<Shown>(changed > 0 ? 'changed' : 'all')
  const [words, setWords] = useState('')
  const largest = useMemo(() => Math.max(1e-12, ...rows.map((l) => l.weights?.relative ?? 0)), [rows])
  const visible = useMemo(() => rows.filter((l) => (shown === 'all' || (shown === 'changed' ? l.status !== 'same' : l.statuses.includes(shown))) && matches(l, words.trim())), [rows, shown, words])
  const columns = useMemo(() => columnsOf(visible, largest), [visible, largest])
  const present = LayerStatus.options.filter((s) => (graph.counts[s] ?? 0) > 0)
  return (
    <Section title="Layers" count={visible.length} {...(graph.layersLeftOut === 0 ? {} : { note: `The files have ${formatPlural(graph.layersLeftOut, 'more layer')}; the ones with the largest consequences are listed.` })}>
      <div className={styles['filters']}>
        <SelectField<Shown> label="Show" value={shown} onChoose={setShown} choices={[
          { value: 'changed', label: `changed (${formatCount(changed)})` }, { value: 'all', label: `all (${formatCount(rows.length)})` },
          ...present.map((s) => ({ value: s, label: `${statusWords[s]} (${formatCount(graph.counts[s] ?? 0)})` })),
        ]} />
        <TextField label="Search" className={styles['search']} value={words} onText={setWords} placeholder="Layer, operator or setting" />
      </div>
      <Table label="Layers" columns={columns} rows={visible} rowId={(l) => l.id} empty={changed === 0 && shown === 'changed' ? 'No layer changed.' : 'No layer is like that.'} />
    </Section>
  )
}
