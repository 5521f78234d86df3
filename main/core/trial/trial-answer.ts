// What a bundle's server answered, as the form shows it: a prediction with its probabilities, or plain outputs, or what was wrong.
import { z } from 'zod'
import type { TrialAnswer } from '../../../shared/domain/trial.ts'
import type { HttpAnswer } from './trial-server.ts'

const Probabilities = z.record(z.string(), z.number())
const Predicted = z.object({ predictions: z.array(z.object({ label: z.string().optional(), labels: z.array(z.string()).optional(), value: z.number().optional(), probability: z.number().optional(), probabilities: Probabilities.optional(), error: z.string().optional() })).min(1) })
const Cell = z.union([z.number(), z.string(), z.boolean(), z.null()])
const Inferred = z.object({ outputs: z.array(z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()), data: z.array(z.unknown()) })) })
const Failed = z.object({ error: z.string() })

const mostValues = 50

function parsed(text: string): unknown {
  try { return JSON.parse(text) } catch { return null }
}

/** Never throws: an answer that cannot be read is said to be one. */
export function answerOf(answer: HttpAnswer, route: string): TrialAnswer {
  const body = parsed(answer.text)
  const plain = { status: answer.status, milliseconds: answer.milliseconds, route, prediction: null, outputs: [] }
  if (answer.status !== 200) return { ...plain, ok: false, error: Failed.safeParse(body).data?.error ?? `the server answered ${answer.status}` }
  const row = Predicted.safeParse(body).data?.predictions[0]
  if (row !== undefined) {
    const probabilities = Object.entries(row.probabilities ?? {}).map(([label, probability]) => ({ label, probability })).sort((a, b) => b.probability - a.probability)
    return { ...plain, ok: row.error === undefined, error: row.error ?? null, prediction: row.error === undefined ? { label: row.label ?? null, labels: row.labels ?? null, value: row.value ?? null, probabilities } : null }
  }
  const outputs = Inferred.safeParse(body).data?.outputs
  if (outputs === undefined) return { ...plain, ok: false, error: 'the answer of the server cannot be read' }
  return { ...plain, ok: true, error: null, outputs: outputs.map((o) => ({ name: o.name, datatype: o.datatype, shape: o.shape, values: o.data.flat(Infinity).slice(0, mostValues).flatMap((v) => { const value = Cell.safeParse(v); return value.success ? [value.data] : [] }) })) }
}
