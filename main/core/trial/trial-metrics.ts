// A few numbers out of the text that a server's /metrics answers with. Reads the exposition format leniently; what is not there is not shown.
import type { TrialMetrics } from '../../../shared/domain/trial.ts'

interface Sample { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** The samples of a text in Prometheus’ exposition format. */
export function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line)
    const value = Number(match?.[3])
    if (match?.[1] === undefined || !Number.isFinite(value)) return []
    const labels = Object.fromEntries([...(match[2] ?? '').matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1]!, m[2]!.replace(/\\(["\\])/g, '$1')]))
    return [{ name: match[1], labels, value }]
  })
}

/** Requests, failures, mean times, predictions by class and memory. */
export function figuresOf(text: string): TrialMetrics['figures'] {
  const samples = readSamples(text)
  const of = (name: string): Sample[] => samples.filter((s) => s.name === name)
  const sum = (list: readonly Sample[]): number => list.reduce((total, s) => total + s.value, 0)
  const requests = of('model_requests_total')
  const failed = requests.filter((s) => s.labels['outcome'] !== undefined && !['ok', 'answered', 'success'].includes(s.labels['outcome'] ?? ''))
  const mean = (name: string): number | null => { const n = sum(of(`${name}_count`)); return n === 0 ? null : (1000 * sum(of(`${name}_sum`))) / n }
  const [whole, model] = [mean('model_request_duration_seconds'), mean('model_inference_duration_seconds')]
  const memory = of('process_resident_memory_bytes')
  return [
    ...(requests.length === 0 ? [] : [{ name: 'Requests', value: sum(requests), unit: 'count' as const }, { name: 'Not answered', value: sum(failed), unit: 'count' as const }]),
    ...(whole === null ? [] : [{ name: 'Mean time of a request', value: whole, unit: 'milliseconds' as const }]),
    ...(model === null ? [] : [{ name: 'Mean time of the model', value: model, unit: 'milliseconds' as const }]),
    ...of('model_predictions_total').map((s) => ({ name: `Predicted ${s.labels['class'] ?? s.labels['output'] ?? ''}`.trim(), value: s.value, unit: 'count' as const })).slice(0, 12),
    ...(memory.length === 0 ? [] : [{ name: 'Memory of the server', value: sum(memory), unit: 'bytes' as const }]),
  ]
}
