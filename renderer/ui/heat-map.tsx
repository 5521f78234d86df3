// A confusion matrix as a real table: counts as text, shading as help for the eye, every cell a way to its rows.
import type { CSSProperties, ReactNode } from 'react'
import { formatCount, formatShare } from '../../shared/format.ts'
import { classes } from './classes.ts'
import styles from './heat-map.module.css'

interface HeatMapProps {
  readonly classes: readonly string[]
  /** Rows: true class; columns: predicted class. */
  readonly counts: readonly (readonly number[])[]
  /** Where a cell leads; null: it leads nowhere. */
  readonly cellHref: ((truth: string, predicted: string) => string) | null
  /** What is counted. */
  readonly noun?: string
  readonly selected?: { readonly truth: string; readonly predicted: string } | null
}

/** Percent of the heat colour in the fullest cell: the numbers on it stay readable (4.5 : 1) in both themes. */
const strongest = 55

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

export function HeatMap({ classes: names, counts, cellHref, noun = 'rows', selected = null }: HeatMapProps): ReactNode {
  return (
    <div className={classes(styles['box'], names.length <= 6 && styles['tall'])}>
      <table className={styles['map']} aria-label="Confusion matrix">
        <thead>
          <tr><td className={styles['corner']}><span>true ↓ predicted →</span></td>{names.map((name) => <th key={name} scope="col" title={name} style={{ width: `${84 / names.length}%` }}>{name}</th>)}<th scope="col" className={styles['total']}>{`${noun[0]?.toUpperCase() ?? ''}${noun.slice(1)}`}</th></tr>
        </thead>
        <tbody>
          {names.map((truth, i) => {
            const row = counts[i] ?? []
            const total = sum(row)
            return (
              <tr key={truth}>
                <th scope="row" title={truth}>{truth}</th>
                {names.map((predicted, k) => (
                  <Cell key={predicted} truth={truth} predicted={predicted} count={row[k] ?? 0} total={total} href={cellHref?.(truth, predicted) ?? null} noun={noun} on={selected?.truth === truth && selected.predicted === predicted} roomy={names.length <= 6} />
                ))}
                <td className={styles['total']}>{formatCount(total)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface CellProps { readonly truth: string; readonly predicted: string; readonly count: number; readonly total: number; readonly href: string | null; readonly noun: string; readonly on: boolean; readonly roomy: boolean }

function Cell({ truth, predicted, count, total, href, noun, on, roomy }: CellProps): ReactNode {
  const share = total === 0 ? 0 : count / total
  const heat: CSSProperties = { background: `rgb(var(--heat) / ${Math.round(share * strongest)}%)` }
  const title = `${formatCount(count)} ${noun} of ${truth} predicted as ${predicted}, ${formatShare(share)} of ${truth}`
  const content = (
    <>
      <span>{formatCount(count)}<span className="visually-hidden"> {noun} of {truth} predicted as {predicted}{roomy ? ', ' : ''}</span></span>
      {roomy && <small>{formatShare(share)}</small>}
    </>
  )
  return (
    <td className={classes(styles['cell'], truth === predicted && styles['right'], on && styles['on'])} style={heat}>
      {href === null ? <span className={styles['plain']} title={title}>{content}</span> : <a href={href} title={title}>{content}</a>}
    </td>
  )
}
