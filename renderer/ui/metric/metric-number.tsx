// A measured number with what makes it readable: its unit, its interval, "not available" with the reason, and the definition one click away.
import type { ReactNode } from 'react'
import { formatPlural } from '../../../shared/format.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { Popover } from '../popover.tsx'
import { Tooltip } from '../tooltip.tsx'
import { directionWords, metricWords, sliceWords } from './definition-of.ts'
import styles from './metric.module.css'

/** What a tile has room for; the rest stands under the figure. */
const shortTitle = (title: string): string => title.replace(/ of the positive class$/, '')

/** The name of a metric; a click explains it. */
export function MetricName({ metric, slice = '', short = false }: { readonly metric: string; readonly slice?: string; readonly short?: boolean }): ReactNode {
  const { title } = metricWords(metric)
  return (
    <Popover label={`What is ${title}?`} trigger={<button type="button" className={styles['name']} aria-label={`${title}: definition`} title={short && shortTitle(title) !== title ? title : undefined}>{short ? shortTitle(title) : title}</button>}>
      <MetricDefinition metric={metric} slice={slice} />
    </Popover>
  )
}

/** Everything that the catalogue says of a metric. */
export function MetricDefinition({ metric, slice = '' }: { readonly metric: string; readonly slice?: string }): ReactNode {
  const { title, description, direction } = metricWords(metric)
  return (
    <div className={styles['definition']}>
      <h3>{title}{slice !== '' && <span className={styles['slice']}>{sliceWords(slice)}</span>}</h3>
      {description === null ? <p>No definition is on record.</p> : (
        <>
          <p>{description.definition}</p>
          <div className={styles['formula']}>{description.formula}</div>
          <p className={styles['quiet']}>{description.conventions}</p>
          <p className={styles['pitfall']}>{description.pitfalls}</p>
          <p className={styles['key']}>Range {description.range}, {directionWords[direction]}. {description.source}.</p>
        </>
      )}
      <p className={styles['key']}><code>{metric}</code></p>
    </div>
  )
}

/** The number alone; `null` is "not available", never zero. */
export function MetricFigure({ metric, value, reason = null }: { readonly metric: string; readonly value: number | null; readonly reason?: string | null }): ReactNode {
  if (value !== null) return <span className={styles['figure']}>{metricText(metric, value)}</span>
  const words = <span className={styles['missing']}>not available</span>
  return reason === null ? words : <Tooltip text={reason}><span tabIndex={0} className={styles['missing']}>not available</span></Tooltip>
}

/** `0.8312 to 0.8421` beside a value. */
export const Interval = ({ metric, low, high }: { readonly metric: string; readonly low: number | null; readonly high: number | null }): ReactNode => (
  low === null || high === null ? null : <span className={styles['interval']}>{metricText(metric, low)} to {metricText(metric, high)}</span>
)

/** A headline metric: name, large figure, interval, and how many rows stand behind it. */
export function MetricTile({ value }: { readonly value: MetricValue }): ReactNode {
  const { title } = metricWords(value.metric)
  return (
    <div className={styles['tile']}>
      <MetricName short metric={value.metric} slice={value.slice} />
      <div className={styles['large']}><MetricFigure metric={value.metric} value={value.value} reason={value.reason} /></div>
      <div className={styles['under']}>
        {value.low !== null && value.high !== null ? <span title="95 % interval">{metricText(value.metric, value.low)}–{metricText(value.metric, value.high)} · 95 %</span>
          : value.value === null && value.reason !== null ? value.reason : shortTitle(title) === title ? formatPlural(value.n, 'row') : 'of the positive class'}
      </div>
    </div>
  )
}

export const MetricTiles = ({ values }: { readonly values: readonly MetricValue[] }): ReactNode => (
  <div className={styles['tiles']} role="group" aria-label="Headline metrics">{values.map((v) => <MetricTile key={`${v.metric} ${v.slice}`} value={v} />)}</div>
)
