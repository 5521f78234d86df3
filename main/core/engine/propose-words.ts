// What names and metadata say: normalised names, lists of names in metadata, and orders of labels. Owns no decision.
import type { GraphSummary } from '../../../shared/domain/model.ts'

/** A name without case, spaces and punctuation: `Hours per-week` and `hours_per_week` are the same word. */
export const normalName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** The one entry of `names` that means the same as `wanted`: exactly, else by normal name when only one does. */
export function matchName(wanted: string, names: readonly string[]): { readonly name: string; readonly exact: boolean } | null {
  if (names.includes(wanted)) return { name: wanted, exact: true }
  const same = names.filter((n) => normalName(n) === normalName(wanted) && normalName(n) !== '')
  return same.length === 1 && same[0] !== undefined ? { name: same[0], exact: false } : null
}

/** A list written as JSON array or as text with commas, semicolons, bars or lines; a JSON object is read as index → name. */
function listFrom(text: string): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed)) return parsed.map((v) => (typeof v === 'object' ? JSON.stringify(v) : String(v)))
    if (typeof parsed === 'object' && parsed !== null) return indexed(Object.entries(parsed))
    return null
  } catch {
    const python = /^\s*[[({].*[\])}]\s*$/s.test(text) ? pythonList(text) : null
    return python ?? (/[,;|\n]/.test(text) ? text.split(/[,;|\n]/).map((t) => t.trim()).filter((t) => t !== '') : null)
  }
}

/** `{"0": "cat", "1": "dog"}` and `{"cat": 0, "dog": 1}` both name the classes in index order. */
function indexed(entries: readonly (readonly [string, unknown])[]): readonly string[] | null {
  const pairs = entries.map(([k, v]) => (/^\d+$/.test(k) ? [Number(k), String(v)] as const : typeof v === 'number' ? [v, k] as const : null))
  if (pairs.some((p) => p === null)) return null
  const sorted = pairs.filter((p) => p !== null).sort((a, b) => a[0] - b[0])
  return sorted.every(([i], at) => i === at) ? sorted.map(([, name]) => name) : null
}

/** A list or dictionary as Python prints it, with single quotes, as some exporters write it. */
function pythonList(text: string): readonly string[] | null {
  const body = text.trim().slice(1, -1)
  const items = [...body.matchAll(/(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map((m) => m[2] ?? m[3] ?? '')
  return items.length > 0 ? items : null
}

function metadataList(graph: GraphSummary, keys: RegExp): { readonly key: string; readonly values: readonly string[] } | null {
  for (const { key, value } of graph.metadata) {
    if (!keys.test(key)) continue
    const values = listFrom(value)
    if (values !== null && values.length > 0) return { key, values }
  }
  return null
}

/** Names of the model's features in order, when the metadata has them. */
export const featureNames = (graph: GraphSummary): { readonly key: string; readonly values: readonly string[] } | null =>
  metadataList(graph, /^(.*[._-])?(feature|input|column)s?([._-]?(names?|list|order|columns?|in))*_?$|^features$|^columns$/i)

/** Names of the classes in order, when the metadata has them. */
export const classNames = (graph: GraphSummary): { readonly key: string; readonly values: readonly string[] } | null =>
  metadataList(graph, /^(.*[._-])?(class|label|categor)(es|s|y|ies)?([._-]?(names?|list|order|labels?))*_?$|^names$|^id2label$/i)

/** The value of the first metadata key that matches. */
export const metadataValue = (graph: GraphSummary, keys: RegExp): string | null => graph.metadata.find((m) => keys.test(m.key))?.value ?? null

const numeric = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text))

/** Labels in the order in which training libraries number them: numbers by size when all are numbers, else texts by code point. */
export function sortedLabels(labels: readonly string[]): readonly string[] {
  const unique = [...new Set(labels)]
  if (unique.every(numeric)) return unique.sort((a, b) => Number(a) - Number(b))
  return unique.sort((a, b) => comparePoints(a, b))
}

function comparePoints(a: string, b: string): number {
  const x = [...a]
  const y = [...b]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const d = (x[i]!.codePointAt(0) ?? 0) - (y[i]!.codePointAt(0) ?? 0)
    if (d !== 0) return d
  }
  return x.length - y.length
}

/** The same label written in another way: `1`, `1.0` and `01` are one number; `True` and `true` one truth value. */
export function labelKey(label: string): string {
  const text = label.trim()
  if (numeric(text)) return String(Number(text))
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text
}
