// What a schema takes, in words that stand after "must be". Owns the wording of types and limits only; places are schema-words.ts.
import type { z } from 'zod'

type Checks = readonly z.core.$ZodCheck<never>[] | undefined

const checksOf = (checks: Checks): readonly z.core.$ZodChecks['_zod']['def'][] => (checks ?? []).map((check) => (check as unknown as z.core.$ZodChecks)._zod.def)

/** The schema under optional, default, nullable and the like; `none` tells whether null is taken too. */
export function bare(schema: z.core.$ZodType): { readonly schema: z.core.$ZodTypes; readonly none: boolean } {
  const one = schema as z.core.$ZodTypes
  const def = one._zod.def
  switch (def.type) {
    case 'optional': case 'default': case 'prefault': case 'nonoptional': case 'catch': case 'readonly': return bare(def.innerType)
    case 'nullable': return { schema: bare(def.innerType).schema, none: true }
    case 'pipe': return bare(def.in)
    case 'lazy': return bare(def.getter())
    default: return { schema: one, none: false }
  }
}

export const listed = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`)

/** `one of a, b or c`; of a long list its beginning. */
export function oneOf(choices: readonly string[]): string {
  const named = choices.filter((choice) => choice !== 'undefined').map((choice) => (choice === '' ? 'nothing' : choice))
  return named.length > 14 ? `one of ${named.slice(0, 12).join(', ')} and ${named.length - 12} more` : `one of ${listed(named)}`
}

function textWords(checks: Checks): string {
  let [least, most] = [0, Infinity]
  for (const check of checksOf(checks)) {
    if (check.check === 'length_equals') least = most = check.length
    if (check.check === 'min_length') least = Math.max(least, check.minimum)
    if (check.check === 'max_length') most = Math.min(most, check.maximum)
  }
  if (least === most) return least === 1 ? 'exactly one character' : `exactly ${least} characters`
  if (most === Infinity) return least === 0 ? 'a text' : least === 1 ? 'a text that is not empty' : `a text of at least ${least} characters`
  if (least === 0) return most === 1 ? 'one character or none' : `a text of at most ${most} characters`
  return `a text of ${least} to ${most} characters`
}

function numberWords(def: z.core.$ZodNumberDef): string {
  const checks = checksOf(def.checks)
  const whole = 'check' in def || checks.some((check) => check.check === 'number_format')
  const noun = whole ? 'a whole number' : 'a number'
  let low: { value: number; inclusive: boolean } | null = null
  let high: number | null = null
  for (const check of checks) {
    if (check.check === 'greater_than') low = whole && !check.inclusive ? { value: Number(check.value) + 1, inclusive: true } : { value: Number(check.value), inclusive: check.inclusive }
    if (check.check === 'less_than') high = Number(check.value)
  }
  if (low === null) return high === null ? noun : `${noun} of at most ${high}`
  if (high !== null) return low.inclusive ? `${noun} from ${low.value} to ${high}` : `${noun} above ${low.value} and at most ${high}`
  return low.inclusive ? `${noun}, ${low.value} or more` : `${noun} above ${low.value}`
}

function listWords(checks: Checks): string {
  for (const check of checksOf(checks)) {
    if (check.check === 'min_length') return check.minimum === 1 ? 'a list with at least one entry' : `a list with at least ${check.minimum} entries`
    if (check.check === 'max_length') return `a list of at most ${check.maximum} entries`
  }
  return 'a list'
}

function mapWords(shape: z.core.$ZodShape): string {
  const keys = Object.keys(shape)
  if (keys.length > 2) return `a map with ${keys.slice(0, 12).map((key) => `“${key}”`).join(', ')}`
  return `a map with ${keys.map((key) => `“${key}” (${allowed(shape[key]!, false)})`).join(' and ')}`
}

/** The values that a literal or an enumeration takes, as texts; null for every other schema. */
export function choicesOf(schema: z.core.$ZodType): string[] | null {
  const def = bare(schema).schema._zod.def
  if (def.type === 'enum') return Object.values(def.entries).map(String)
  return def.type === 'literal' ? def.values.map(String) : null
}

/** The options of a union that is told apart by one field, with the values of that field. */
export function optionsBy(def: z.core.$ZodUnionDef): { readonly field: string; readonly options: readonly { readonly values: readonly string[]; readonly schema: z.core.$ZodType }[] } | null {
  const field = 'discriminator' in def && typeof def.discriminator === 'string' ? def.discriminator : null
  if (field === null) return null
  const options = def.options.map((option) => {
    const inner = bare(option).schema._zod.def
    const value = inner.type === 'object' ? inner.shape[field] : undefined
    return { values: value === undefined ? [] : choicesOf(value) ?? [], schema: option }
  })
  return { field, options }
}

/** What the schema takes, such as `a whole number from 1 to 64` or `one of nan, empty or drop`. `file`: null may be written for "none". */
export function allowed(schema: z.core.$ZodType, file: boolean): string {
  const { schema: inner, none } = bare(schema)
  return `${allowedBare(inner, file)}${none && file ? ', or null for none' : ''}`
}

function allowedBare(schema: z.core.$ZodTypes, file: boolean): string {
  const def = schema._zod.def
  const choices = choicesOf(schema)
  if (choices !== null) return choices.length === 1 ? `“${choices[0] ?? ''}”` : oneOf(choices)
  switch (def.type) {
    case 'string': return textWords(def.checks)
    case 'number': return numberWords(def)
    case 'boolean': return 'true or false'
    case 'array': return listWords(def.checks)
    case 'object': return mapWords(def.shape)
    case 'union': {
      const by = optionsBy(def)
      return by === null ? [...new Set(def.options.map((option) => allowed(option, file)))].join(', or ') : `a map whose “${by.field}” is one of ${listed(by.options.flatMap((o) => o.values))}`
    }
    case 'record': return 'a map of names to values'
    case 'tuple': return `a list of ${def.items.length} values`
    default: return 'another kind of value'
  }
}
