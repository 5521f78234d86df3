// A binding as a file that people read and write: YAML or JSON. Owns the text forms; the schema is in shared/domain/binding.ts.
import { isMap, LineCounter, parseDocument, stringify } from 'yaml'
import { Binding } from '../../../shared/domain/binding.ts'
import { SlipwayError } from '../../../shared/errors.ts'

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
 * Reads a binding from YAML or JSON text (JSON is YAML here). Throws `binding.invalid` with the first thing that is wrong and its place.
 * Aliases, custom tags and duplicate keys are refused, so a small file cannot become a large one.
 */
export function bindingFromText(text: string): Binding {
  const lines = new LineCounter()
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, schema: 'core', uniqueKeys: true, maxAliasCount: 0, merge: false } as Parameters<typeof parseDocument>[1])
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) {
    const line = lines.linePos(problem.pos[0]).line
    throw new SlipwayError('binding.invalid', { reason: `line ${line}: ${problem.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'not YAML or JSON'}` })
  }
  if (!isMap(document.contents)) throw new SlipwayError('binding.invalid', { reason: 'the file holds no binding document' })
  const parsed = Binding.safeParse(withTextLabels(toPlain(document)))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const place = issue?.path.map(String).join('.') ?? ''
  throw new SlipwayError('binding.invalid', { reason: place === '' ? (issue?.message ?? 'it does not follow the schema') : `${place}: ${issue?.message}` })
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw new SlipwayError('binding.invalid', { reason: 'aliases are not allowed in a binding' })
  }
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
