// What the server's process uses, told when somebody asks: processor, memory, event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricTables } from './metric-tables.ts'

/** Fills the process metrics of the tables before each scrape. Returns what stops it. */
export function watchProcess(tables: MetricTables): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  tables.cell('process_start_time_seconds', {}).value = Math.round((Date.now() / 1000 - process.uptime()) * 1000) / 1000
  tables.beforeScrape(() => {
    const { user, system } = process.cpuUsage()
    tables.cell('process_cpu_seconds_total', {}).value = (user + system) / 1e6
    tables.cell('process_resident_memory_bytes', {}).value = process.memoryUsage.rss()
    tables.cell('nodejs_heap_size_used_bytes', {}).value = process.memoryUsage().heapUsed
    const p99 = delay.percentile(99)
    tables.cell('nodejs_eventloop_lag_p99_seconds', {}).value = Number.isFinite(p99) ? Math.max(0, p99 / 1e9 - 0.02) : 0
    delay.reset()
  })
  return () => { delay.disable() }
}
