// Fields of the model card that somebody has to fill in: found in the notes of a version (“Intended use: …” at the start of a line) or in the model file.
// Makes nothing up: what is nowhere is null.
import type { CardField } from '../domain/gate-rules.ts'
import type { Version } from '../domain/model.ts'

const wanted: Readonly<Record<CardField, { readonly heads: readonly string[], readonly keys: readonly string[] }>> = {
  description: { heads: ['description'], keys: ['description'] },
  'intended-use': { heads: ['intended use', 'use'], keys: ['intended_use'] },
  'known-limits': { heads: ['known limits', 'limits', 'limitations'], keys: ['limitations', 'known_limits'] },
  licence: { heads: ['licence', 'license'], keys: ['license', 'licence'] },
  'training-data': { heads: ['training data'], keys: ['training_data', 'dataset'] },
}

function inNote(note: string, heads: readonly string[]): string | null {
  for (const line of note.split('\n')) {
    const at = line.indexOf(':')
    if (at > 0 && heads.includes(line.slice(0, at).replace(/^[\s#*>-]+/, '').replace(/[\s*]+$/, '').toLowerCase())) {
      const text = line.slice(at + 1).replace(/^[\s*]+/, '').trim()
      if (text !== '') return text
    }
  }
  return null
}

/** Every field with its text; null where nothing says it. */
export function cardFields(version: Pick<Version, 'note' | 'graph'>): Readonly<Record<CardField, string | null>> {
  const of = (field: CardField): string | null => {
    const { heads, keys } = wanted[field]
    const stated = inNote(version.note, heads)
    if (stated !== null) return stated
    const inFile = version.graph.metadata.find((m) => keys.includes(m.key.toLowerCase()))?.value.trim() ?? ''
    const own = field === 'description' ? version.graph.description.trim() : ''
    return inFile !== '' ? inFile : own !== '' ? own : null
  }
  return { description: of('description'), 'intended-use': of('intended-use'), 'known-limits': of('known-limits'), licence: of('licence'), 'training-data': of('training-data') }
}
