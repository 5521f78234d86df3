// The rows behind the numbers, as a browser of errors: filtered and ordered by anything in them, each one openable whole.
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import type { PredictionPage, Run } from '../../../shared/domain/run.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Table } from '../../ui/table/table.tsx'
import { lineColumns, type Line } from './row-columns.tsx'
import { everything, RowFilters, type Asked } from './row-filters.tsx'
import { RowView } from './row-view.tsx'
import type { RunRoute } from './run.tsx'

const size = 100

function Lines({ run, page, from }: { readonly run: Run; readonly page: PredictionPage; readonly from: number }): ReactNode {
  const [open, setOpen] = useState<number | null>(null)
  const records = useMemo(() => page.rows.map((r) => r.record), [page])
  const cells = useCall('dataset.rows', { datasetId: run.datasetId, records, limit: size }, { enabled: records.length > 0, keepPrevious: true })
  const columns = useMemo(() => lineColumns(run, page, cells.data), [run, page, cells.data])
  const lines = useMemo(() => {
    const byRecord = new Map(cells.data?.records.map((record, i) => [record, cells.data.rows[i] ?? []]))
    return page.rows.map((prediction): Line => ({ prediction, cells: byRecord.get(prediction.record) ?? [] }))
  }, [page, cells.data])
  const index = open === null ? -1 : lines.findIndex((l) => l.prediction.record === open)
  const line = lines[index]
  const step = (by: -1 | 1): (() => void) | null => { const next = lines[index + by]; return next === undefined ? null : () => setOpen(next.prediction.record) }
  return (
    <>
      <Table label="Predictions" columns={columns} rows={lines} rowId={(l) => String(l.prediction.record)} onOpen={(l) => setOpen(l.prediction.record)} maxHeight="max(300px, calc(100vh - 520px))" empty="No row is like that." />
      {line !== undefined && <RowView run={run} columns={cells.data?.columns ?? []} line={line} place={from + index + 1} total={page.total} onStep={{ back: step(-1), on: step(1) }} onClose={() => setOpen(null)} />}
    </>
  )
}

/** The class pair is part of the place, so that a cell of the confusion matrix can lead here. */
const askedAt = (route: RunRoute, own: Asked): Asked => {
  const { truth, predicted } = route
  return { ...own, filter: { ...own.filter, ...(truth === undefined ? {} : { truth }), ...(predicted === undefined ? {} : { predicted }) } }
}

export function RowsTab({ run, route }: { readonly run: Run; readonly route: RunRoute }): ReactNode {
  const [own, setOwn] = useState<Asked>(everything)
  const asked = useDeferredValue(askedAt(route, own))
  const page = route.page ?? 1
  const dataset = useCall('dataset.get', { datasetId: run.datasetId })
  const found = useCall('run.rows', { runId: run.id, offset: (page - 1) * size, limit: size, filter: asked.filter, order: asked.order }, { keepPrevious: true })
  const onAsk = ({ filter: { truth, predicted, ...filter }, order }: Asked): void => {
    setOwn({ filter, order })
    go({ screen: 'run', runId: route.runId, tab: 'rows', ...(truth === undefined ? {} : { truth }), ...(predicted === undefined ? {} : { predicted }) }, 'replace')
  }
  return (
    <>
      <RowFilters run={run} columns={(dataset.data?.columns ?? []).map((c) => c.name)} scoreNames={found.data?.scoreNames ?? []} asked={askedAt(route, own)} onAsk={onAsk} />
      <Answer of={found} label="Loading predictions" lines={12}>
        {(answer) => <><Lines run={run} page={answer} from={(page - 1) * size} /><Pager page={page} size={size} total={answer.total} onPage={(next) => go({ ...route, page: next }, 'replace')} noun="rows" /></>}
      </Answer>
    </>
  )
}
