// Reads the text that servers of models answer to Prometheus: one number a line with labels. Knows which names mean something here.
// Refuses no text: lines that are none are left out.
import type { EndpointMetric } from '../domain/deployment.ts'

/** Names of Slipway's own server, Triton, MLServer, KServe's runtimes and BentoML, and of processes. */
const known = /^(model_(?!config)|nv_inference_|nv_gpu_utilization|nv_gpu_memory_|nv_cpu_utilization|batch_request_queue|rest_server_requests|request_(preprocess|predict|postprocess|explain)_seconds|bentoml_service_|process_(cpu_seconds_total|resident_memory_bytes|start_time_seconds))/

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy

const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))

function numberOf(text: string): number | null {
  if (text === 'NaN') return null
  if (/^\+?Inf$/.test(text)) return Infinity
  if (text === '-Inf') return -Infinity
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}

function labelsOf(text: string | undefined): Record<string, string> | null {
  const labels: Record<string, string> = {}
  if (text === undefined || text.trim() === '') return labels
  label.lastIndex = 0
  for (const part of text.matchAll(label)) labels[part[1]!] = unescaped(part[2]!)
  return Object.keys(labels).length === 0 ? null : labels
}

export interface PrometheusText { readonly metrics: readonly EndpointMetric[]; /** series of other names */ readonly others: number }

/** Finite numbers of known names, at most `most` of them; buckets of histograms are left out, their sums and counts are not. */
export function readPrometheusText(text: string, most = 500): PrometheusText {
  const metrics: EndpointMetric[] = []
  let others = 0
  for (const raw of text.split('\n')) {
    const found = line.exec(raw.trim())
    if (found === null || raw.startsWith('#')) continue
    const [, name = '', inner, written = ''] = found
    const [value, labels] = [numberOf(written), labelsOf(inner)]
    if (value === null || !Number.isFinite(value) || labels === null) continue
    if (!known.test(name)) { others++; continue }
    if (name.endsWith('_bucket') || metrics.length >= most) continue
    metrics.push({ name, labels, value })
  }
  return { metrics, others }
}
