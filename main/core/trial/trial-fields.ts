// The form of a trial: one field for each column that the model is fed with, or for a whole tensor, filled in from a golden request;
// and back from its texts to a record, or to the tensors of the protocol.
import { z } from 'zod'
import { InputBinding } from '../../../shared/domain/binding.ts'
import { BundleManifest } from '../../../shared/domain/bundle.ts'
import { InputVocabulary } from '../../../shared/domain/model.ts'
import type { TrialField } from '../../../shared/domain/trial.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { parseGoldenLines } from '../bundle/golden-parse.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'

/** What a trial needs of io.json. */
export const TrialInputs = z.object({ preprocessing: z.array(InputBinding), vocabularies: z.array(InputVocabulary) })
export type TrialInputs = z.infer<typeof TrialInputs>

export interface TrialForm { readonly manifest: BundleManifest; readonly io: TrialInputs; readonly golden: readonly PlainTensor[]; readonly fields: readonly TrialField[] }

/** More choices than this are typed, not chosen. */
const mostChoices = 200
/** A text of a form is not a picture: longer tensors are sent as the golden request has them. */
const longestTensor = 4096

const cell = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

function fieldsOf(manifest: BundleManifest, io: TrialInputs, golden: readonly PlainTensor[]): TrialField[] {
  const valueAt = (input: string, at: number): string => cell(golden.find((t) => t.name === input)?.data[at])
  return manifest.model.inputs.flatMap(({ name, datatype }): TrialField[] => {
    const bound = io.preprocessing.find((b) => b.input === name)
    const choices = io.vocabularies.find((v) => v.input === name)?.values ?? []
    const kind = datatype === 'BYTES' ? 'text' : 'number'
    if (bound?.kind === 'column') return [{ name: bound.column, kind, input: name, choices: choices.length > mostChoices ? [] : choices, value: valueAt(name, 0) }]
    if (bound?.kind === 'columns') return bound.columns.map((column, at) => ({ name: column, kind, input: name, choices: [], value: valueAt(name, at) }))
    if (bound?.kind === 'constant') return []
    const data = golden.find((t) => t.name === name)?.data ?? []
    return [{ name, kind: 'tensor', input: name, choices: [], value: data.length > longestTensor ? '' : JSON.stringify(data) }]
  })
}

/** Errors: `trial.failed` where a text of the bundle cannot be read. */
export function readForm(texts: { readonly manifest: string; readonly io: string; readonly golden: string }): TrialForm {
  try {
    const manifest = BundleManifest.parse(JSON.parse(texts.manifest))
    const io = TrialInputs.parse(JSON.parse(texts.io))
    const whole = parseGoldenLines(texts.golden)?.[0]?.request.inputs ?? []
    // One row is enough to try: where a request holds several, the first counts.
    const golden = whole.map((t): PlainTensor => {
      const rows = manifest.model.inputs.find((i) => i.name === t.name)?.shape[0] === -1 ? (t.shape[0] ?? 1) : 1
      return rows <= 1 ? t : { ...t, shape: [1, ...t.shape.slice(1)], data: t.data.slice(0, t.data.length / rows) }
    })
    return { manifest, io, golden, fields: fieldsOf(manifest, io, golden) }
  } catch {
    throw new SlipwayError('trial.failed', { reason: 'its description of inputs cannot be read' })
  }
}

const numberOf = (field: TrialField, text: string): number | null => {
  if (text.trim() === '') return null
  const value = Number(text.trim())
  if (Number.isNaN(value)) throw new SlipwayError('input.invalid', { reason: `“${text.slice(0, 60)}” in ${field.name} is no number` })
  return value
}
const columnValue = (field: TrialField, text: string): number | string | null => (field.kind === 'number' ? numberOf(field, text) : text === '' ? null : text)

/** The record of column names; null where a field is a whole tensor. Errors: `input.invalid`. */
export function recordOf(form: TrialForm, values: Readonly<Record<string, string>>): Record<string, number | string | null> | null {
  if (form.fields.some((f) => f.kind === 'tensor')) return null
  return Object.fromEntries(form.fields.map((f) => [f.name, columnValue(f, values[f.name] ?? f.value)]))
}

function tensorOf(form: TrialForm, golden: PlainTensor, values: Readonly<Record<string, string>>): PlainTensor {
  const own = form.fields.filter((f) => f.input === golden.name)
  if (own.length === 0) return golden
  const [first] = own
  if (first?.kind !== 'tensor') return { ...golden, data: own.map((f) => { const value = columnValue(f, values[f.name] ?? f.value); return value === null && golden.datatype === 'BYTES' ? '' : value }) }
  const text = (values[first.name] ?? first.value).trim()
  if (text === '') return golden
  const data = z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])).safeParse(((): unknown => { try { return (JSON.parse(text) as unknown[]).flat(Infinity) } catch { return null } })())
  if (!data.success) throw new SlipwayError('input.invalid', { reason: `the values of ${first.name} are no list such as [1, 2, 3]` })
  return { ...golden, data: data.data }
}

/** The tensors of the protocol. Errors: `input.invalid`. */
export const tensorsOf = (form: TrialForm, values: Readonly<Record<string, string>>): PlainTensor[] => form.golden.map((golden) => tensorOf(form, golden, values))
