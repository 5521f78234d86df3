// A binding as a file that people read and write: YAML or JSON. Owns the text forms; the schema is in shared/domain/binding.ts.
import { stringify } from 'yaml'
import { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { documentFault } from '../../../shared/schema-words.ts'
import { readYaml } from '../files/yaml-text.ts'

const heading = [
  '# How data becomes the model\'s inputs, and its outputs become predictions.',
  '# missing: nan, empty, drop, or {fill: value}.  decision: label-output, argmax, or threshold.',
].join('\n')

/** The binding as text. Parsing the text gives an equal binding; the same binding always gives the same text. */
export function bindingToText(binding: Binding, format: 'yaml' | 'json'): string {
  const ordered = Binding.parse(binding)
  if (format === 'json') return `${JSON.stringify(ordered, null, 2)}\n`
  return `${heading}\n${stringify(ordered, { lineWidth: 0, defaultStringType: 'PLAIN', defaultKeyType: 'PLAIN' })}`
}

/**
 * Reads a binding from YAML or JSON text (JSON is YAML here). Throws `binding.invalid` with what is wrong and where, in words.
 * Aliases, custom tags and duplicate keys are refused, so a small file cannot become a large one.
 */
export function bindingFromText(text: string): Binding {
  const read = readYaml(text, 'a binding')
  if ('fault' in read) throw new SlipwayError('binding.invalid', { reason: read.fault })
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) throw new SlipwayError('binding.invalid', { reason: 'the file holds no binding document' })
  const plain = withTextLabels(read.value)
  const fault = documentFault(Binding, plain)
  if (fault !== null) throw new SlipwayError('binding.invalid', { reason: fault })
  return Binding.parse(plain)
}

const asText = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)

/** Class names are texts; people write `label: 0` all the same, so numbers and booleans there are taken by their text. */
function withTextLabels(plain: unknown): unknown {
  if (typeof plain !== 'object' || plain === null) return plain
  const { classes, positiveClass, ...rest } = plain as Record<string, unknown>
  const texts = Array.isArray(classes)
    ? classes.map((c: unknown) => (typeof c === 'object' && c !== null ? Object.fromEntries(Object.entries(c).map(([k, v]) => [k, asText(v)])) : c))
    : classes
  return { ...rest, classes: texts, positiveClass: asText(positiveClass) }
}
