// Which column holds the true answers and which one names the rows. Owns the guesses about columns, none about the model's outputs.
import type { Guess } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { GraphSummary, Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { rowLayout } from '../../../shared/binding/shapes.ts'
import { classNames, featureNames, labelKey, matchName, metadataValue, normalName } from './propose-words.ts'

export interface ColumnChoice { readonly column: string | null; readonly guess: Guess | null }

const idName = /^(id|.*[_\s-]id|.*Id|ids|uuid|guid|key|.*_key|index|idx|row|row_?(id|num|number|no)|record|record_?id|nr|no|number|identifier|unnamed.*|)$/

/** Columns that name rows: distinct in every row and called like an id, or texts that are all different. */
export function proposeIdColumn(columns: readonly Column[], taken: ReadonlySet<string>): ColumnChoice {
  const distinct = columns.filter((c) => !taken.has(c.name) && c.type !== 'image' && c.rows - c.missing > 1 && c.distinct >= (c.rows - c.missing) * 0.98 && c.missing <= c.rows * 0.02)
  const named = distinct.find((c) => idName.test(c.name) || idName.test(c.name.toLowerCase()))
  const about = 'idColumn'
  if (named !== undefined) return { column: named.name, guess: { about, value: named.name, confidence: 'likely', reason: 'It is named like an id and has a different value in every row.' } }
  const texts = distinct.find((c) => c.type === 'string' && c.distinct >= 10)
  if (texts !== undefined) return { column: texts.name, guess: { about, value: texts.name, confidence: 'guess', reason: 'It holds texts that are different in every row.' } }
  return { column: null, guess: null }
}

/** Columns that can hold an id, to keep them out of the inputs of a model that takes all numeric columns. */
export const looksLikeId = (c: Column): boolean =>
  (idName.test(c.name) || idName.test(c.name.toLowerCase())) && c.distinct >= (c.rows - c.missing) * 0.98 && c.type !== 'number'

const targetWords = ['label', 'labels', 'target', 'class', 'classid', 'classlabel', 'y', 'ytrue', 'truth', 'groundtruth', 'outcome', 'response', 'answer', 'category']

function knownLabels(graph: GraphSummary): ReadonlySet<string> {
  const labels = [...(graph.classLabels ?? []), ...graph.zipMaps.flatMap((z) => z.labels), ...(classNames(graph)?.values ?? [])]
  return new Set(labels.map(labelKey))
}

/** A column whose most common values are exactly the classes that the model knows; texts only, as 0 and 1 prove nothing. */
function columnOfClasses(columns: readonly Column[], graph: GraphSummary): Column | null {
  const known = knownLabels(graph)
  if (known.size < 2 || [...known].every((l) => /^-?\d+(\.\d+)?$/.test(l))) return null
  const fits = columns.filter((c) => c.top.length >= 2 && c.top.slice(0, Math.min(known.size, c.distinct)).every((t) => known.has(labelKey(t.value))))
  return fits.length === 1 ? (fits[0] ?? null) : null
}

/** The only column that no input can take: per-column inputs name theirs, one tensor of k columns leaves the last. */
function leftOverColumn(columns: readonly Column[], signature: Signature, graph: GraphSummary): { column: Column; reason: string } | null {
  const ids = columns.filter(looksLikeId)
  const names = columns.map((c) => c.name)
  const features = [...signature.inputs.map((i) => i.name), ...(featureNames(graph)?.values ?? [])]
  const used = new Set(features.map((f) => matchName(f, names)?.name).filter((n) => n !== undefined))
  const rest = columns.filter((c) => !used.has(c.name) && !ids.includes(c))
  if (used.size > 0 && rest.length === 1 && rest[0] !== undefined) return { column: rest[0], reason: 'It is the only column that the model does not take as an input.' }
  const width = signature.inputs.length === 1 && signature.inputs[0] !== undefined ? (rowLayout(signature.inputs[0])?.width ?? null) : null
  const last = columns.at(-1)
  if (used.size === 0 && width !== null && last !== undefined && columns.length - ids.length === width + 1) return { column: last, reason: `The model takes ${width} values a row, and this is the last of ${width + 1} columns.` }
  return null
}

/**
 * The label column of a table. A name that was given must exist (`dataset.labelMissing`); without one, the obvious candidate, else none.
 */
export function proposeTarget(columns: readonly Column[], signature: Signature, graph: GraphSummary, given: string | null): ColumnChoice {
  const about = 'target'
  const names = columns.map((c) => c.name)
  if (given !== null) {
    const found = matchName(given, names)
    if (found === null) throw new SlipwayError('dataset.labelMissing', { column: given, columns: names.slice(0, 40).join(', ') })
    return { column: found.name, guess: { about, value: found.name, confidence: 'certain', reason: 'It was named as the label column.' } }
  }
  const named = metadataValue(graph, /^(target|label|target_?(name|column)|label_?(name|column))$/i)
  const fromMetadata = named === null ? null : matchName(named, names)
  if (fromMetadata !== null) return { column: fromMetadata.name, guess: { about, value: fromMetadata.name, confidence: 'likely', reason: 'The model’s metadata names it.' } }
  const classes = columnOfClasses(columns, graph)
  if (classes !== null) return { column: classes.name, guess: { about, value: classes.name, confidence: 'likely', reason: 'Its values are the classes that the model knows.' } }
  const inputs = new Set(signature.inputs.map((i) => normalName(i.name)))
  for (const output of signature.outputs) {
    const same = matchName(output.name, names)
    if (same !== null && !inputs.has(normalName(same.name))) return { column: same.name, guess: { about, value: same.name, confidence: 'likely', reason: `It has the name of the model’s output “${output.name}”.` } }
  }
  const left = leftOverColumn(columns, signature, graph)
  if (left !== null) return { column: left.column.name, guess: { about, value: left.column.name, confidence: 'guess', reason: left.reason } }
  const word = columns.find((c) => targetWords.includes(normalName(c.name)))
  if (word !== undefined) return { column: word.name, guess: { about, value: word.name, confidence: 'guess', reason: 'It is named like a label column.' } }
  return { column: null, guess: null }
}
