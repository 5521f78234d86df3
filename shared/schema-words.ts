// What does not fit a schema, as a sentence for the person who wrote it: which field, what was given, what is allowed.
// The only home of these words; refuses to pass on what the schema library says.
import type { z } from 'zod'
import { SlipwayError } from './errors.ts'
import { nearestWords } from './nearest-names.ts'
import { allowed, bare, choicesOf, listed, oneOf, optionsBy } from './schema-allowed.ts'

/** `file`: somebody wrote the document, so its own field names are the user's words. `request`: somebody filled in a field or an option. */
type Style = 'file' | 'request'
type Path = readonly PropertyKey[]

/** Parts of a request that are documents of their own, and parts that are no words of the user at all. */
const documents = new Set<PropertyKey>(['policy', 'binding'])
const unsaid = new Set<PropertyKey>(['format', 'options'])

const fields: Readonly<Record<string, string>> = {
  quote: 'the quote character', decimal: 'the decimal mark', header: 'the answer whether there is a header', trim: 'the answer whether spaces are cut', missing: 'the list of texts that mean “missing”',
  labelFile: 'the label file', fileColumn: 'the column of file names', labelColumn: 'the column of labels', types: 'the column types', batchSize: 'the batch size', threads: 'the number of threads',
  limit: 'the largest number of rows', rows: 'the row policy', excludeRecords: 'the list of records to leave out', provider: 'the device', version: 'the version of the bundle', publisherName: 'the publisher’s name', expected: 'the version that was seen there',
}
const entries: Readonly<Record<string, string>> = { classes: 'class', excludeRecords: 'record number', mean: 'mean', std: 'std', missing: 'text for “missing”' }

const words = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
const fieldName = (key: string, style: Style): string => (style === 'file' ? `“${key}”` : fields[key] ?? `the ${words(key)}`)
const entryName = (list: string, index: number): string => `${entries[list] ?? (words(list).replace(/s$/, '') || 'entry')} ${index + 1}`

const child = (value: unknown, key: PropertyKey): unknown => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined)

/** What an entry of a list is called by its writer, such as the input that it is about. */
function nameOf(entry: unknown): string {
  const name = ['input', 'output', 'metric', 'label', 'kind'].map((key) => child(entry, key)).find((n) => typeof n === 'string' && n !== '')
  return typeof name === 'string' ? ` (${cut(name, 40)})` : ''
}

/** The place of a path in words, innermost first: `“limit” of rule 1 (accuracy)`. */
function placeWords(path: Path, value: unknown, start: Style): string {
  const said: string[] = []
  let style = start
  let at = value
  path.forEach((key, i) => {
    const before = path[i - 1]
    at = child(at, key)
    if (typeof key === 'number') {
      if (typeof before === 'string') said.shift()
      said.unshift(`${entryName(typeof before === 'string' ? before : 'entries', key)}${nameOf(at)}`)
      return
    }
    if (style === 'request' && unsaid.has(key) && i < path.length - 1) return
    said.unshift(style === 'request' && documents.has(key) ? `the ${String(key)}` : fieldName(String(key), style))
    if (documents.has(key)) style = 'file'
  })
  return said.join(' of ')
}

const cut = (text: string, most: number): string => {
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return printable.length > most ? `${printable.slice(0, most)}…` : printable
}

function given(value: unknown): string {
  if (typeof value === 'string') return value.trim() === '' ? (value === '' ? 'empty' : 'only spaces') : `“${cut(value, 60)}”`
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  return typeof value === 'object' ? 'a map' : String(value)
}

/** The schema at a path; the value chooses among the options of a union. Null where the schema knows no such place. */
function schemaAt(schema: z.core.$ZodType, value: unknown, path: Path): z.core.$ZodType | null {
  const key = path[0]
  if (key === undefined) return schema
  const def = bare(schema).schema._zod.def
  const on = (next: z.core.$ZodType | undefined): z.core.$ZodType | null => (next === undefined ? null : schemaAt(next, child(value, key), path.slice(1)))
  switch (def.type) {
    case 'object': return on(def.shape[String(key)])
    case 'array': return on(def.element)
    case 'record': return on(def.valueType)
    case 'union': {
      const by = optionsBy(def)
      const chosen = by?.options.find((option) => option.values.includes(String(child(value, by.field))))
      return chosen === undefined ? null : schemaAt(chosen.schema, value, path)
    }
    default: return null
  }
}

function faultOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, value: unknown, style: Style): string {
  const inFile = style === 'file' || issue.path.some((key) => documents.has(key))
  const place = placeWords(issue.path, value, style) || (inFile ? 'the document' : 'the request')
  const found = issue.path.reduce<unknown>(child, value)
  if (issue.code === 'unrecognized_keys') return `${place} has ${listed(issue.keys.map((key) => `“${key}”`))}, which is not known there`
  const here = schemaAt(schema, value, issue.path)
  const choices = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : here === null ? null : choicesOf(here)
  const own = issue.code === 'invalid_format' && issue.message.startsWith('not ') ? issue.message.slice(4) : null
  const wanted = own ?? (choices !== null && choices.length > 1 ? oneOf(choices) : here === null ? 'something else' : allowed(here, inFile))
  if (found === undefined) return `${place} is missing; it must be ${wanted}`
  return `${place} is ${given(found)}, but must be ${wanted}${typeof found === 'string' && choices !== null && choices.length > 1 ? nearestWords(found, choices) : ''}`
}

/** One thing that is wrong with a document: where, and why in words without a full stop. */
export interface DocumentFault { readonly path: Path; readonly words: string }

/** Fields of a document that no schema knows: a misspelt one would otherwise be passed over in silence. */
function strays(schema: z.core.$ZodType, value: unknown, path: Path, whole: unknown): DocumentFault[] {
  const def = bare(schema).schema._zod.def
  if (typeof value !== 'object' || value === null) return []
  const into = (next: z.core.$ZodType, key: PropertyKey): DocumentFault[] => strays(next, child(value, key), [...path, key], whole)
  switch (def.type) {
    case 'array': return Array.isArray(value) ? value.flatMap((_, i) => into(def.element, i)) : []
    case 'object': return Object.keys(value).flatMap((key) => {
      const known = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined
      if (known !== undefined) return into(known, key)
      return [{ path: [...path, key], words: `${placeWords([...path, key], whole, 'file')} is not known there${nearestWords(key, Object.keys(def.shape)) || `; known are ${listed(Object.keys(def.shape))}`}` }]
    })
    case 'union': {
      const by = optionsBy(def)
      const maps = by === null ? def.options.filter((option) => bare(option).schema._zod.def.type === 'object') : by.options.filter((o) => o.values.includes(String(child(value, by.field)))).map((o) => o.schema)
      return maps.length === 1 && maps[0] !== undefined ? strays(maps[0], value, path, whole) : []
    }
    default: return []
  }
}

/** The first three faults in one line, without a full stop. */
function line(faults: readonly string[]): string {
  const shown = faults.slice(0, 3).join('; and ')
  return faults.length > 3 ? `${shown}; and ${faults.length - 3} more such ${faults.length === 4 ? 'place' : 'places'}` : shown
}

/** Why a request or an option does not fit, without a full stop: `the delimiter is “;;”, but must be exactly one character`. */
export const requestFault = (schema: z.ZodType, value: unknown, error: z.ZodError): string => line(error.issues.map((issue) => faultOf(issue, schema, value, 'request')))

/** Why a document that somebody wrote does not fit its schema, misspelt fields first; null when it does. */
export function documentFault(schema: z.ZodType, value: unknown): string | null {
  const faults = documentFaults(schema, value)
  return faults.length === 0 ? null : line(faults.map((fault) => fault.words))
}

/** Everything that does not fit, misspelt fields first, each with its place; empty when the document fits. */
export function documentFaults(schema: z.ZodType, value: unknown): DocumentFault[] {
  const parsed = schema.safeParse(value)
  return [...strays(schema, value, [], value), ...(parsed.error?.issues ?? []).map((issue): DocumentFault => ({ path: issue.path, words: faultOf(issue, schema, value, 'file') }))]
}

/** What a person filled in, checked. Throws `input.invalid`. */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new SlipwayError('input.invalid', { reason: requestFault(schema, value, parsed.error) })
}
