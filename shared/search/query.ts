// What a search means once it is read: conditions on versions, joined by and, or, not. Knows neither the text nor the database.

export type Compare = '=' | '!=' | '<' | '<=' | '>' | '>='
/** `~` holds the text anywhere, whatever the case; `!~` does not. */
export type Match = '=' | '!=' | '~' | '!~'

export type WordField = 'name' | 'tag' | 'note' | 'owner' | 'alias' | 'dataset'
export type ChoiceField = 'task' | 'state'
export type NumberField = 'version' | 'size' | 'opset'
export type TimeField = 'created' | 'evaluated'

/** An age counts back from the moment of the search; a day is a stretch of local time, its end not in it, in milliseconds since 1970. */
export type When = { readonly kind: 'age'; readonly ms: number } | { readonly kind: 'stretch'; readonly from: number; readonly to: number }

export interface WordCondition { readonly kind: 'words'; readonly field: WordField; readonly op: Match; readonly value: string }
export interface ChoiceCondition { readonly kind: 'choice'; readonly field: ChoiceField; readonly op: '=' | '!='; readonly values: readonly string[] }
export interface NumberCondition { readonly kind: 'number'; readonly field: NumberField; readonly op: Compare; readonly value: number }
/** The newest version of its model, or not. */
export interface LatestCondition { readonly kind: 'latest'; readonly op: '=' | '!=' }
export interface TimeCondition { readonly kind: 'time'; readonly field: TimeField; readonly op: Compare; readonly when: When }
/**
 * Of the newest finished run of a version: on any data, or on the data set of a name. `metrics` are ids of the catalogue in order of
 * preference: the first one that the run has is the one that counts.
 */
export interface MetricCondition { readonly kind: 'metric'; readonly metrics: readonly string[]; readonly op: Compare; readonly value: number; readonly dataset: string | null }
/** Somewhere in the model's name, the file's name, tags, note, owner or aliases. */
export interface TextCondition { readonly kind: 'text'; readonly text: string }

export type Condition = WordCondition | ChoiceCondition | NumberCondition | LatestCondition | TimeCondition | MetricCondition | TextCondition

export type SearchQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly SearchQuery[] }
  | { readonly kind: 'not'; readonly part: SearchQuery }
  | Condition

/** Every condition of a query, from left to right. */
export function conditionsOf(query: SearchQuery): readonly Condition[] {
  switch (query.kind) {
    case 'all': return []
    case 'and': case 'or': return query.parts.flatMap(conditionsOf)
    case 'not': return conditionsOf(query.part)
    default: return [query]
  }
}
