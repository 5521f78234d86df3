// The pictures behind the numbers of a run: a grid in the order of the reader's choice, filtered, with masks or boxes drawn over; one opens large.
import { useCallback, useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { PredictionOrder, Run } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import { go } from '../../route.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { SelectField, type Choice } from '../../ui/field.tsx'
import { PictureGrid } from '../../ui/pictures/picture-grid.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { OverlayFields, OverlayLegend } from './overlay-fields.tsx'
import { startOverlay, type Overlay } from './picture-overlay.ts'
import { usePicturePages, type PictureFilter, type Verdict } from './picture-pages.ts'
import { PictureTile } from './picture-tile.tsx'
import { PictureView } from './picture-view.tsx'
import { isWhole } from './picture-words.ts'
import styles from './pictures-tab.module.css'
import { RowsTab } from './rows-tab.tsx'
import type { RunRoute } from './run.tsx'

const worst: Choice<PredictionOrder> = { value: 'worst', label: 'Worst first' }
const best: Choice<PredictionOrder> = { value: 'best', label: 'Best first' }
const asFiled: Choice<PredictionOrder> = { value: 'record', label: 'As in the data set' }
const bySure: readonly Choice<PredictionOrder>[] = [{ value: 'surest', label: 'Surest first' }, { value: 'unsurest', label: 'Least sure first' }]

const ordersOf = (run: Run): readonly Choice<PredictionOrder>[] => [
  ...(run.binding.target === null ? [] : [worst, best]), ...(isWhole(run.task) && run.task !== 'regression' ? bySure : []), asFiled,
]

const verdicts: readonly Choice<Verdict>[] = [{ value: 'all', label: 'Right and wrong' }, { value: 'wrong', label: 'Wrong only' }, { value: 'right', label: 'Right only' }]
const maskVerdicts: readonly Choice<Verdict>[] = [{ value: 'all', label: 'Any' }, { value: 'wrong', label: 'Some pixels wrong' }, { value: 'right', label: 'Every pixel right' }]
const boxVerdicts: readonly Choice<Verdict>[] = [{ value: 'all', label: 'Any' }, { value: 'wrong', label: 'With a mistake' }, { value: 'right', label: 'Without a mistake' }]
const verdictsOf = (run: Run): readonly Choice<Verdict>[] => (run.task === 'semantic-segmentation' ? maskVerdicts : run.task === 'object-detection' ? boxVerdicts : verdicts)
const any = '\u0000any'

interface FilterFieldsProps { readonly run: Run; readonly route: RunRoute; readonly filter: PictureFilter; readonly onFilter: (filter: Pick<PictureFilter, 'order' | 'verdict'>) => void }

function FilterFields({ run, route, filter, onFilter }: FilterFieldsProps): ReactNode {
  const { order, verdict, truth, predicted } = filter
  const pairs = run.task === 'binary-classification' || run.task === 'multiclass-classification'
  const known = run.binding.target !== null && run.task !== 'regression'
  const choices = [{ value: any, label: 'any' }, ...run.binding.classes.map((c) => ({ value: c.label, label: c.label }))]
  const narrow = (change: { readonly truth?: string; readonly predicted?: string }): void => {
    const next = { truth: truth ?? any, predicted: predicted ?? any, ...change }
    go({ screen: 'run', runId: route.runId, tab: 'rows', ...(next.truth === any ? {} : { truth: next.truth }), ...(next.predicted === any ? {} : { predicted: next.predicted }) }, 'replace')
  }
  return (
    <>
      <SelectField label="Order" value={order} choices={ordersOf(run)} onChoose={(next) => onFilter({ order: next, verdict })} />
      {known && <SelectField label="Answer" value={verdict} choices={verdictsOf(run)} onChoose={(next) => onFilter({ order, verdict: next })} />}
      {pairs && known && <SelectField label="True class" value={truth ?? any} choices={choices} onChoose={(next) => narrow({ truth: next })} />}
      {pairs && <SelectField label="Predicted class" value={predicted ?? any} choices={choices} onChoose={(next) => narrow({ predicted: next })} />}
    </>
  )
}

function Browser({ run, filter, overlay, onOverlay }: { readonly run: Run; readonly filter: PictureFilter; readonly overlay: Overlay; readonly onOverlay: (overlay: Overlay) => void }): ReactNode {
  const [view, setView] = useState({ first: 0, last: 0 })
  const [current, setCurrent] = useState(0)
  const [open, setOpen] = useState(false)
  const [focusRequest, setFocusRequest] = useState(0)
  const onView = useCallback((first: number, last: number): void => { setView((was) => (was.first === first && was.last === last ? was : { first, last })) }, [])
  const pages = usePicturePages(run, filter, view.first, view.last)
  const drawn = useDeferredValue(overlay)
  useEffect(() => { setCurrent(0) }, [filter])
  const { total, scoreNames } = pages
  if (pages.error !== null) return <ErrorPanel error={pages.error} />
  if (total === null) return <Skeleton label="Loading pictures" lines={12} />
  if (total === 0) return <EmptyState icon="image" title="No picture is like that">Choose other classes, or show right and wrong answers alike.</EmptyState>
  return (
    <>
      <p className={styles['count']} role="status">{formatPlural(total, 'picture')}. Enter or a click opens one.</p>
      <PictureGrid
        label="Pictures" count={total} current={Math.min(current, total - 1)} onCurrent={setCurrent} onOpen={(index) => { setCurrent(index); setOpen(true) }} onView={onView} focusRequest={focusRequest}
        maxHeight="max(340px, calc(100vh - 460px))"
        tile={(index) => <PictureTile run={run} row={pages.rowAt(index)} scoreNames={scoreNames} overlay={drawn} />}
      />
      {open && <PictureView run={run} filter={filter} total={total} index={current} onIndex={setCurrent} overlay={overlay} onOverlay={onOverlay} onClose={() => setOpen(false)} focusAfter={() => setFocusRequest((n) => n + 1)} />}
    </>
  )
}

/** Whether a run's rows are pictures. */
export const hasPictures = (run: Run): boolean => run.binding.inputs.some((i) => i.kind === 'image')

export function PicturesTab({ run, route }: { readonly run: Run; readonly route: RunRoute }): ReactNode {
  const [look, setLook] = useState<'pictures' | 'table'>('pictures')
  const [chosen, setChosen] = useState<Pick<PictureFilter, 'order' | 'verdict'>>({ order: run.binding.target === null ? 'record' : 'worst', verdict: 'all' })
  const [overlay, setOverlay] = useState(() => startOverlay(run))
  const { truth, predicted } = route
  const filter = useMemo((): PictureFilter => ({ ...chosen, truth, predicted }), [chosen, truth, predicted])
  const looks = <SelectField label="Look" value={look} choices={[{ value: 'pictures', label: 'Pictures' }, { value: 'table', label: 'Table' }]} onChoose={setLook} />
  if (look === 'table') return <><div className={styles['fields']}>{looks}</div><RowsTab run={run} route={route} /></>
  return (
    <>
      <div className={styles['fields']}>
        {looks}
        <FilterFields run={run} route={route} filter={filter} onFilter={setChosen} />
        <OverlayFields run={run} overlay={overlay} onOverlay={setOverlay} />
      </div>
      <OverlayLegend run={run} overlay={overlay} onOverlay={setOverlay} />
      <Browser run={run} filter={filter} overlay={overlay} onOverlay={setOverlay} />
    </>
  )
}
