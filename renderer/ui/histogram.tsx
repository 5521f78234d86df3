// A column's distribution in the height of a table row. The numbers behind it stand in the columns beside it.
import type { ReactNode } from 'react'
import type { Histogram } from '../../shared/domain/dataset.ts'
import { formatCount, formatNumber } from '../../shared/format.ts'
import styles from './histogram.module.css'

export function Sparkbars({ label, counts, width = 120, height = 20 }: { readonly label: string; readonly counts: readonly number[]; readonly width?: number; readonly height?: number }): ReactNode {
  const most = Math.max(1, ...counts)
  const step = width / Math.max(1, counts.length)
  const gap = step > 4 ? 1 : 0
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`} className={styles['bars']}>
      {counts.map((count, i) => {
        const tall = count === 0 ? 0 : Math.max(1, (count / most) * (height - 1))
        return <rect key={i} x={i * step} y={height - tall} width={Math.max(0.5, step - gap)} height={tall} />
      })}
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
    </svg>
  )
}

/** The histogram of a numeric column. */
export function ColumnHistogram({ name, histogram }: { readonly name: string; readonly histogram: Histogram }): ReactNode {
  const low = histogram.edges[0] ?? 0
  const high = histogram.edges.at(-1) ?? 0
  const most = Math.max(...histogram.counts)
  return <Sparkbars label={`Distribution of ${name} from ${formatNumber(low)} to ${formatNumber(high)}, fullest bin ${formatCount(most)} rows`} counts={histogram.counts} />
}
