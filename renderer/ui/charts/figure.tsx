// A chart as a reader meets it: title, sentence, picture, its numbers as a table, and the ways to take it along.
import { Suspense, useMemo, useRef, useState, type ReactNode } from 'react'
import { axisTitle, chartRows, type ChartDescription, type ChartRow } from '../../../shared/charts/description.ts'
import { formatNumber } from '../../../shared/format.ts'
import { IconButton } from '../button.tsx'
import { copyText } from '../clipboard.ts'
import { Menu } from '../menu.tsx'
import { fileNameOf, useSaveFile, type SaveRequest } from '../save-file.ts'
import { toCsv, toTsv, type TableColumn } from '../table/columns.ts'
import { Table } from '../table/table.tsx'
import { notify, notifyError } from '../toast.tsx'
import { later } from '../later.tsx'
import type { ChartPicture } from './chart.tsx'
import styles from './figure.module.css'
import { pngOf } from './png.ts'

/** The drawing library is the largest part of the window, so it comes with the first chart. */
const Chart = later(async () => (await import('./chart.tsx')).Chart)

/** Fetches the drawing library ahead of the first chart. */
export const fetchCharts = (): Promise<void> => Chart.fetch()

const shownNumber = (value: string | number): string => (typeof value === 'number' ? formatNumber(value) : value)

export function chartColumns(chart: ChartDescription): readonly TableColumn<ChartRow>[] {
  return [
    ...(chart.series.filter((s) => s.look !== 'guide').length > 1 ? [{ key: 'series', header: 'Series', value: (r: ChartRow) => r.series }] : []),
    { key: 'x', header: axisTitle(chart.x), align: 'end' as const, value: (r: ChartRow) => r.x, cell: (r: ChartRow) => shownNumber(r.x) },
    { key: 'y', header: axisTitle(chart.y), align: 'end' as const, value: (r: ChartRow) => r.y, cell: (r: ChartRow) => shownNumber(r.y) },
    ...(chart.series.some((s) => s.spans !== undefined) ? (['low', 'high'] as const).map((end) => ({ key: end, header: end === 'low' ? 'Low (95 %)' : 'High (95 %)', align: 'end' as const, value: (r: ChartRow) => r[end], cell: (r: ChartRow) => (r[end] === null ? '–' : shownNumber(r[end])) })) : []),
    ...(chart.series.some((s) => s.notes !== undefined) ? [{ key: 'note', header: 'Aliases', value: (r: ChartRow) => r.note }] : []),
  ]
}

function useTakeAlong(chart: ChartDescription, picture: { readonly current: ChartPicture | null }): (what: 'csv' | 'svg' | 'png') => void {
  const save = useSaveFile()
  return (what) => {
    const make = async (): Promise<SaveRequest> => {
      const suggestedName = fileNameOf(chart.title, what)
      if (what === 'csv') return { what, suggestedName, text: toCsv(chartColumns(chart), chartRows(chart)) }
      const svg = picture.current?.svg() ?? ''
      return { what, suggestedName, text: what === 'svg' ? svg : await pngOf(svg, picture.current?.size() ?? { width: 0, height: 0 }) }
    }
    const go = async (): Promise<void> => {
      const name = await save?.(await make())
      if (name !== undefined && name !== null) notify(`Saved ${name}.`)
    }
    go().catch(notifyError)
  }
}

export function Figure({ chart, height = 260, note }: { readonly chart: ChartDescription; readonly height?: number; readonly note?: ReactNode }): ReactNode {
  const [asTable, setAsTable] = useState(false)
  const picture = useRef<ChartPicture>(null)
  const takeAlong = useTakeAlong(chart, picture)
  const columns = useMemo(() => chartColumns(chart), [chart])
  const rows = useMemo(() => chartRows(chart), [chart])
  return (
    <figure className={styles['figure']} aria-label={chart.title}>
      <figcaption className={styles['caption']}>
        <div className={styles['words']}>
          <h3>{chart.title}</h3>
          <p>{chart.summary}</p>
        </div>
        <IconButton label={asTable ? 'Show as chart' : 'Show as table'} icon={asTable ? 'image' : 'table'} aria-pressed={asTable} onClick={() => setAsTable(!asTable)} />
        <Menu label={`Export ${chart.title}`} items={[
          { label: 'Copy numbers', icon: 'copy', onSelect: () => void copyText(toTsv(columns, rows)).then((ok) => { if (ok) notify('Copied the numbers.') }) },
          { label: 'Save as CSV…', icon: 'download', onSelect: () => takeAlong('csv') },
          { label: 'Save as SVG…', icon: 'download', disabled: asTable, onSelect: () => takeAlong('svg') },
          { label: 'Save as PNG…', icon: 'download', disabled: asTable, onSelect: () => takeAlong('png') },
        ]} />
      </figcaption>
      <div className={styles['picture']}>
        {asTable ? <Table label={`${chart.title}, numbers`} columns={columns} rows={rows} rowId={(r) => r.id} maxHeight={`${height}px`} /> : <Suspense fallback={<div style={{ height }} />}><Chart chart={chart} height={height} picture={picture} /></Suspense>}
      </div>
      {note !== undefined && <p className={styles['note']}>{note}</p>}
    </figure>
  )
}
