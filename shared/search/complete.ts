// What can stand at the caret of a search: fields and metrics, operators after them, values after an operator. Offers; never changes the text by itself.
import type { SearchWords } from '../domain/search.ts'
import { metricName } from '../metrics/catalogue.ts'
import { findField, operatorsOf, searchFields } from './fields.ts'
import { findMetric, searchedMetrics, shortMetricNames } from './metric-names.ts'
import { tokensOf, type Token } from './tokens.ts'

export interface Completion { readonly insert: string; readonly label: string; readonly detail: string }
/** Options for the text from `from` to the caret. */
export interface Completions { readonly from: number; readonly options: readonly Completion[] }

const mostOptions = 12
const none: Completions = { from: 0, options: [] }

const isField = (name: string): boolean => findField(name) !== null || findMetric(name).kind === 'found'
const written = (value: string): string => (/^[^\s()"“”=≠<≤>≥~!:\\]+$/.test(value) && !/^(and|or|not|on)$/i.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`)

const operatorWords: Readonly<Record<string, string>> = { '=': 'is', '!=': 'is not', '~': 'holds', '!~': 'does not hold', '<': 'less, younger or before', '<=': 'at most', '>': 'more, older or after', '>=': 'at least' }

function wordsOf(field: string, words: SearchWords): readonly string[] {
  switch (field) {
    case 'tag': return words.tags
    case 'alias': return words.aliases
    case 'owner': return words.owners
    case 'dataset': return words.datasets
    case 'name': case 'model': return words.models
    case 'created': case 'evaluated': return ['7 days', '30 days', '3 months']
    default: return findField(field)?.values ?? []
  }
}

const matching = (options: readonly Completion[], typed: string): readonly Completion[] => {
  const wanted = typed.toLowerCase()
  const starts = options.filter((o) => o.label.toLowerCase().startsWith(wanted))
  const holds = options.filter((o) => !starts.includes(o) && wanted.length > 1 && `${o.label} ${o.detail}`.toLowerCase().includes(wanted))
  return [...starts, ...holds].slice(0, mostOptions)
}

const fieldOptions: readonly Completion[] = [
  ...searchFields.map((f) => ({ insert: `${f.name} `, label: f.name, detail: f.meaning })),
  ...shortMetricNames.map((m) => ({ insert: `${m.name} `, label: m.name, detail: metricName(m.metrics[0] ?? m.name) })),
  ...searchedMetrics.map((id) => ({ insert: `${id} `, label: id, detail: metricName(id) })),
]
const joiners: readonly Completion[] = [{ insert: 'and ', label: 'and', detail: 'both' }, { insert: 'or ', label: 'or', detail: 'either' }, { insert: 'not ', label: 'not', detail: 'the opposite' }]

const values = (of: readonly string[], typed: string, detail: string, from: number): Completions =>
  ({ from, options: matching(of.map((value) => ({ insert: `${/^\d/.test(value) ? value : written(value)} `, label: value, detail })), typed) })

/** The tokens before the caret; an open quotation mark is closed by the caret. */
function before(text: string): { readonly tokens: readonly Token[]; readonly open: boolean } | null {
  for (const [closed, open] of [[text, false], [`${text}"`, true], [`${text}”`, true]] as const) {
    try { return { tokens: tokensOf(closed, isField).slice(0, -1), open } } catch { /* An open quotation mark: once more with its end. */ }
  }
  return null
}

function onData(tokens: readonly Token[], words: SearchWords, typed: string, from: number): Completions | null {
  const last = tokens.at(-1)
  const number = tokens.at(-2)
  const isOn = last?.kind === 'word' && last.text.toLowerCase() === 'on' && tokens.at(-3)?.kind === 'operator' && number?.kind === 'word'
  return isOn ? values(words.datasets, typed, 'data set', from) : null
}

/** What fits at the caret of `text`. */
export function completeSearch(text: string, caret: number, words: SearchWords): Completions {
  const found = before(text.slice(0, caret))
  if (found === null) return none
  const last = found.tokens.at(-1)
  const touches = last !== undefined && last.kind !== 'operator' && last.kind !== 'open' && last.kind !== 'close' && (found.open || last.at + last.length === caret)
  const typed = touches ? last.text : ''
  const earlier = touches ? found.tokens.slice(0, -1) : found.tokens
  const from = touches ? last.at : caret
  const previous = earlier.at(-1)
  if (previous?.kind === 'operator') {
    const field = earlier.at(-2)?.text.toLowerCase() ?? ''
    return values(wordsOf(field, words), typed, field, from)
  }
  const data = onData(earlier, words, typed, from)
  if (data !== null || found.open) return data ?? none
  if (previous?.kind === 'word' && earlier.at(-2)?.kind !== 'operator' && typed === '' && isField(previous.text)) {
    const kind = findField(previous.text)?.kind ?? 'metric'
    return { from, options: operatorsOf[kind].map((o) => ({ insert: `${o} `, label: o, detail: operatorWords[o] ?? '' })) }
  }
  const first = previous === undefined || previous.kind === 'open'
  return { from, options: matching([...(first ? joiners.slice(2) : joiners), ...fieldOptions].filter((o) => o.label !== typed), typed) }
}
