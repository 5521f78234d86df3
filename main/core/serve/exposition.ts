// Joins the expositions of several observers into one that Prometheus takes: each family once, each series once.
// Owns the text format's rules about that; computes no metric but the shadow's counts.
import type { ShadowCounts } from './shadow.ts'

interface Family { readonly head: string[]; readonly series: Map<string, string> }

const nameOf = (line: string): string => /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1] ?? ''
const keyOf = (line: string): string => line.slice(0, line.lastIndexOf(' '))

function collect(text: string, families: Map<string, Family>): void {
  let current: Family | null = null
  for (const line of text.split('\n')) {
    if (line === '') continue
    if (line.startsWith('#')) {
      const name = nameOf(line)
      if (name === '') continue
      current = families.get(name) ?? { head: [], series: new Map() }
      families.set(name, current)
      if (!current.head.some((known) => known.slice(0, 6) === line.slice(0, 6))) current.head.push(line)
    } else if (current !== null && !current.series.has(keyOf(line))) current.series.set(keyOf(line), line)
  }
}

const shadowText = ({ agreed, differed, failed }: ShadowCounts): string => [
  '# HELP model_shadow_compared_rows_total Rows that the shadow answered too, by whether its answer was the same.',
  '# TYPE model_shadow_compared_rows_total counter',
  `model_shadow_compared_rows_total{result="same"} ${agreed}`,
  `model_shadow_compared_rows_total{result="different"} ${differed}`,
  '# HELP model_shadow_failed_requests_total Requests that the shadow could not answer.',
  '# TYPE model_shadow_failed_requests_total counter',
  `model_shadow_failed_requests_total ${failed}`,
].join('\n')

/** One exposition. Of a series that several have, the first counts: what belongs to the process is the same in all. */
export function mergeExpositions(texts: readonly string[], shadow: ShadowCounts | null): string {
  const [only, ...others] = texts
  if (others.length === 0 && shadow === null) return only ?? ''
  const families = new Map<string, Family>()
  for (const text of [...texts, ...(shadow === null ? [] : [shadowText(shadow)])]) collect(text, families)
  return [...families.values()].map(({ head, series }) => [...head, ...series.values()].map((line) => `${line}\n`).join('')).join('')
}
