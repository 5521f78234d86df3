// The words for a metric key, from the one catalogue; a key that it does not know is shown as it is written.

export interface MetricWords {
  readonly title: string
  readonly family: string
  readonly sentence: string
  readonly formula: string | null
  readonly reading: string | null
  readonly pitfall: string | null
  readonly direction: 'higher-is-better' | 'lower-is-better' | 'neither'
  readonly whole: boolean
}

/** Title, family, definition and direction of a metric. */
export function metricWords(metric: string): MetricWords {
  const title = metric.replaceAll(/[._]/g, ' ')
  return { title: title.charAt(0).toUpperCase() + title.slice(1), family: 'Other', sentence: 'No definition is on record.', formula: null, reading: null, pitfall: null, direction: 'neither', whole: false }
}

/** `class:setosa` as words; all rows as nothing. */
export const sliceWords = (slice: string): string => (slice.startsWith('class:') ? slice.slice(6) : slice)
