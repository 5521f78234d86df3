// binding.text and binding.parse: the binding as a YAML or JSON file, and back, checked by its schema.
import { parse, stringify } from 'yaml'
import { SlipwayError } from '../../../shared/errors.ts'
import { Binding } from '../../../shared/domain/binding.ts'

/** A binding as text that a person can edit. */
export function bindingText(binding: Binding, format: 'yaml' | 'json'): string {
  return format === 'json' ? `${JSON.stringify(binding, null, 2)}\n` : stringify(binding, { lineWidth: 0 })
}

/** Reads a binding from YAML (of which JSON is a part). Errors: `binding.invalid` with the first place that does not fit. */
export function parseBinding(text: string): Binding {
  let raw: unknown
  try {
    // Aliases could grow without end; a binding needs none.
    raw = parse(text, { maxAliasCount: 0 })
  } catch (thrown) {
    throw new SlipwayError('binding.invalid', { reason: thrown instanceof Error ? (thrown.message.split('\n')[0] ?? 'it is not YAML') : 'it is not YAML' })
  }
  const binding = Binding.safeParse(raw)
  if (binding.success) return binding.data
  const issue = binding.error.issues[0]
  const place = issue?.path.map(String).join('.') ?? ''
  throw new SlipwayError('binding.invalid', { reason: issue === undefined ? 'it does not fit the schema' : `${place === '' ? 'the document' : place}: ${issue.message}` })
}
