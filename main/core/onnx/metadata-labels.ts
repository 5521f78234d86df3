// Class names that exporters leave in the model's metadata, in the notations that are in use.
// Reads text only: JSON lists and objects, Python literals of lists and dictionaries, comma lists. Nothing is evaluated.

const keys = ['slipway.classes', 'classes', 'class_names', 'class_labels', 'classlabels', 'labels', 'label_names', 'target_names', 'names', 'id2label']
const MOST = 100_000

/** A Python literal made only of texts and numbers as JSON; null when it holds anything else. */
function pythonAsJson(text: string): string | null {
  let out = ''
  let at = 0
  while (at < text.length) {
    const ch = text[at] ?? ''
    if (ch === '\'' || ch === '"') {
      const literal = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/.exec(text.slice(at, at + 4096))
      if (literal === null) return null
      out += JSON.stringify((literal[1] ?? literal[2] ?? '').replace(/\\(.)/g, '$1'))
      at += literal[0].length
    } else if (ch === '(' || ch === ')') {
      out += ch === '(' ? '[' : ']'
      at += 1
    } else if (/[[\]{},:\s\d.+-]/.test(ch)) {
      out += ch
      at += 1
    } else return null
  }
  // Python allows a comma before the end and numbers as keys; JSON does neither.
  return out.replace(/,\s*([\]}])/g, '$1').replace(/([{,]\s*)(-?\d+)(\s*:)/g, '$1"$2"$3')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const json = pythonAsJson(text)
    if (json === null) return null
    try {
      return JSON.parse(json)
    } catch {
      return null
    }
  }
}

const plain = (v: unknown): v is string | number | boolean => typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean'

function asLabels(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.every(plain) ? value.map(String) : null
  if (typeof value !== 'object' || value === null) return null
  const pairs = Object.entries(value)
  if (!pairs.every((p): p is [string, string] => plain(p[1]))) return null
  const byNumber = pairs.map(([k, v]) => ({ at: Number(k), label: String(v) })).sort((a, b) => a.at - b.at)
  return byNumber.every((p, i) => p.at === i) ? byNumber.map((p) => p.label) : null
}

/** Class labels in the metadata, in index order; null when no key holds a usable list. */
export function metadataLabels(metadata: readonly { readonly key: string; readonly value: string }[]): string[] | null {
  for (const key of keys) {
    const text = metadata.find((m) => m.key.toLowerCase() === key)?.value.trim()
    if (text === undefined || text === '') continue
    const parsed = asLabels(parse(text))
    const labels = parsed ?? (/^[^[\]{}()'"]+,[^[\]{}()'"]+$/.test(text) ? text.split(',').map((t) => t.trim()) : null)
    if (labels !== null && labels.length > 0 && labels.length <= MOST && labels.every((l) => l !== '')) return labels
  }
  return null
}
