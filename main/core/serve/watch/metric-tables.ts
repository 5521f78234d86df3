// Numbers that are counted on every request, as plain fields and typed arrays; prom-client, loaded then, writes them out when somebody asks.
// Refuses names that the catalogue does not hold.
import type { Metric, Registry } from 'prom-client'
import { modelMetrics, processMetrics, type MetricEntry, type ModelMetric, type ProcessMetric } from '../../bundle/watch/metric-catalogue.ts'

type LabelValues = Readonly<Record<string, string>>

/** One number of a counter or gauge; NaN: not told. */
export interface Cell { value: number }

/** One histogram: how many values lie in each bucket, and their sum. */
export interface Buckets { readonly edges: Float64Array; readonly counts: Float64Array; sum: number }

/** Adds a value: a binary search and three additions. */
export function observeValue(buckets: Buckets, value: number): void {
  const { edges, counts } = buckets
  let [from, to] = [0, edges.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (value <= edges[middle]!) to = middle
    else from = middle + 1
  }
  counts[from]!++
  buckets.sum += value
}

interface Sample { readonly metricName?: string; readonly labels: LabelValues; readonly value: number }
interface Row { readonly labels: LabelValues; readonly samples: () => readonly Sample[] }

const edgeText = (edge: number): string => (edge === Infinity ? '+Inf' : String(edge))

function histogramSamples(name: string, labels: LabelValues, { edges, counts, sum }: Buckets): Sample[] {
  let total = 0
  const buckets = Array.from(counts, (count, i): Sample => {
    total += count
    return { metricName: `${name}_bucket`, labels: { ...labels, le: edgeText(edges[i] ?? Infinity) }, value: total }
  })
  return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: total }]
}

/** The tables of one server; the versions that it serves share them and differ in their labels. */
export interface MetricTables {
  /** The cell with these labels, made when it is new. */
  cell(name: ModelMetric | ProcessMetric, labels: LabelValues): Cell
  buckets(name: ModelMetric, labels: LabelValues, edges?: readonly number[]): Buckets
  /** Called before the numbers are written out. */
  beforeScrape(work: () => void): void
  text(): Promise<string>
  readonly type: string
}

export function createTables(): MetricTables {
  const rows = new Map<string, Map<string, Row & { readonly held: Cell | Buckets }>>()
  const works: (() => void)[] = []
  const metrics: Metric[] = []
  let registry: Promise<Registry> | null = null
  const registered = async (): Promise<Registry> => {
    const made = new (await import('prom-client')).Registry()
    for (const metric of metrics) made.registerMetric(metric)
    return made
  }
  for (const [name, { kind, help }] of Object.entries<MetricEntry>({ ...modelMetrics, ...processMetrics })) {
    const held: Map<string, Row & { readonly held: Cell | Buckets }> = new Map()
    rows.set(name, held)
    const get = (): Promise<unknown> => Promise.resolve({ name, help, type: kind, aggregator: 'sum', values: [...held.values()].flatMap((row) => row.samples()) })
    metrics.push({ name, help, get } as unknown as Metric)
  }
  const find = <T extends Cell | Buckets>(name: string, labels: LabelValues, make: () => { readonly held: T; readonly samples: () => readonly Sample[] }): T => {
    const table = rows.get(name)!
    const key = JSON.stringify(Object.values(labels))
    const found = table.get(key)
    if (found !== undefined) return found.held as T
    const made = { labels, ...make() }
    table.set(key, made)
    return made.held
  }
  return {
    cell: (name, labels) => find(name, labels, () => {
      const held: Cell = { value: 0 }
      return { held, samples: () => (Number.isNaN(held.value) ? [] : [{ labels, value: held.value }]) }
    }),
    buckets: (name, labels, edges) => find(name, labels, () => {
      const upper = Float64Array.from(edges ?? (modelMetrics[name] as MetricEntry).buckets ?? [])
      const held: Buckets = { edges: upper, counts: new Float64Array(upper.length + 1), sum: 0 }
      return { held, samples: () => histogramSamples(name, labels, held) }
    }),
    beforeScrape(work) { works.push(work) },
    async text() {
      for (const work of works) work()
      return (await (registry ??= registered())).metrics()
    },
    type: 'text/plain; version=0.0.4; charset=utf-8',
  }
}
