// The closed list of fields of a search, what each holds and how it is asked for. Owns the words that completion and help show.
import { ModelTask } from '../domain/model.ts'

export type FieldKind = 'words' | 'choice' | 'number' | 'size' | 'version' | 'time'

export interface SearchField {
  readonly name: string
  readonly kind: FieldKind
  /** What it holds, in a few words. */
  readonly meaning: string
  readonly example: string
  /** The values it can have, where they are known beforehand. */
  readonly values?: readonly string[]
}

/** States of a version, in the order of its life. */
export const searchedStates = ['draft', 'evaluated', 'in-review', 'approved', 'released', 'retired', 'archived'] as const

export const searchFields: readonly SearchField[] = [
  { name: 'name', kind: 'words', meaning: 'the model’s name', example: 'name ~ churn' },
  { name: 'model', kind: 'words', meaning: 'the model’s name, as “name”', example: 'model = income' },
  { name: 'version', kind: 'version', meaning: 'the version’s number, or the newest of its model', example: 'version = latest', values: ['latest'] },
  { name: 'tag', kind: 'words', meaning: 'one of its tags', example: 'tag = prod' },
  { name: 'note', kind: 'words', meaning: 'its note', example: 'note ~ "new features"' },
  { name: 'owner', kind: 'words', meaning: 'who owns the model', example: 'owner = Ada' },
  { name: 'task', kind: 'choice', meaning: 'what it is for', example: 'task = regression', values: ModelTask.options },
  { name: 'state', kind: 'choice', meaning: 'where it is in its life', example: 'state = approved', values: searchedStates },
  { name: 'alias', kind: 'words', meaning: 'an alias that points to it now', example: 'alias = champion' },
  { name: 'dataset', kind: 'words', meaning: 'a data set that it was evaluated on', example: 'dataset = test.csv' },
  { name: 'created', kind: 'time', meaning: 'when it was imported', example: 'created < 7 days' },
  { name: 'evaluated', kind: 'time', meaning: 'when its newest finished run began', example: 'evaluated > 2026-11-01' },
  { name: 'size', kind: 'size', meaning: 'the size of its files', example: 'size > 10 MB' },
  { name: 'opset', kind: 'number', meaning: 'the ONNX operator set it needs', example: 'opset >= 17' },
]

const byName = new Map(searchFields.map((f) => [f.name, f]))

/** The field of a name, whatever the case; null for none. */
export const findField = (name: string): SearchField | null => byName.get(name.toLowerCase()) ?? null

/** Operators of each kind, as they are said in errors and offered by completion. */
export const operatorsOf: Readonly<Record<FieldKind | 'metric', readonly string[]>> = {
  words: ['=', '!=', '~', '!~'], choice: ['=', '!='], number: ['=', '!=', '<', '<=', '>', '>='], size: ['<', '<=', '>', '>=', '=', '!='],
  version: ['=', '!=', '<', '<=', '>', '>='], time: ['<', '<=', '>', '>=', '=', '!='], metric: ['>', '>=', '<', '<=', '=', '!='],
}
