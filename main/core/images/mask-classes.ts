// Lists of classes beside masks: plain names, numbered names, or names with the colour that draws them.
// Owns the reading of such lists; refuses to guess when a file is none.
import { extname } from 'node:path'

export interface ListedClass { readonly name: string; readonly value: number | null; readonly color: string | null }

/** Names under which lists of classes lie beside masks, by habit of the usual tools. */
export const classListNames: readonly string[] = [
  'classes.txt', 'class_names.txt', 'names.txt', 'labels.txt', 'labelmap.txt', 'label_colors.txt', 'classes.csv', 'class_dict.csv', 'classes.json', 'labels.json', 'label_map.json', 'palette.json',
]

const isByte = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 255

/** `#rrggbb` of three bytes; null when they are none. */
export function hexColor(rgb: readonly number[]): string | null {
  return rgb.length === 3 && rgb.every(isByte) ? `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}` : null
}

/** One line: `name`, `0 name`, `0: name`, `name,r,g,b`, `r g b name`, `name:r,g,b:parts:actions`. */
function parseLine(line: string): ListedClass | null {
  const colorFirst = /^(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\S.*)$/.exec(line)
  if (colorFirst !== null) {
    const color = hexColor(colorFirst.slice(1, 4).map(Number))
    if (color !== null) return { name: colorFirst[4]!.trim(), value: null, color }
  }
  const colorLast = /^(.*?\S)\s*[,:;\t ]\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?::.*)?$/.exec(line)
  if (colorLast !== null) {
    const color = hexColor(colorLast.slice(2, 5).map(Number))
    if (color !== null) return { name: colorLast[1]!.trim(), value: null, color }
  }
  const numbered = /^(\d{1,5})(?:\s*[:,;=\t]\s*|\s+)(\S.*)$/.exec(line)
  if (numbered !== null) return { name: numbered[2]!.trim(), value: Number(numbered[1]), color: null }
  return line.length <= 100 ? { name: line, value: null, color: null } : null
}

function parseLines(text: string): ListedClass[] | null {
  const lines = text.split(/\r?\n/).map((l) => l.trim()).filter((l) => l !== '' && !l.startsWith('#'))
  if (lines.length > 0 && /^(name|class|label)\b.*\b(r|red)\b/i.test(lines[0]!)) lines.shift()
  const parsed = lines.map(parseLine)
  return parsed.every((p) => p !== null) ? parsed : null
}

function fromItem(item: unknown): ListedClass | null {
  if (typeof item === 'string') return { name: item, value: null, color: null }
  if (typeof item !== 'object' || item === null) return null
  const fields = item as Readonly<Record<string, unknown>>
  const name = [fields['name'], fields['label'], fields['class'], fields['title']].find((v) => typeof v === 'string')
  const value = [fields['id'], fields['value'], fields['index'], fields['trainId']].find((v) => typeof v === 'number' && Number.isInteger(v))
  const given = fields['color'] ?? fields['colour']
  const color = typeof given === 'string' && /^#[0-9a-f]{6}$/i.test(given) ? given.toLowerCase() : Array.isArray(given) ? hexColor(given.slice(0, 3).map(Number)) : null
  return typeof name === 'string' ? { name, value: (value as number | undefined) ?? null, color } : null
}

function parseJson(text: string): ListedClass[] | null {
  let tree: unknown
  try { tree = JSON.parse(text) } catch { return null }
  if (typeof tree === 'object' && tree !== null && !Array.isArray(tree)) {
    const fields = tree as Readonly<Record<string, unknown>>
    const inner = [fields['classes'], fields['labels'], fields['names'], fields['categories']].find((v) => typeof v === 'object' && v !== null)
    if (inner !== undefined) tree = inner
  }
  if (Array.isArray(tree)) {
    const items = tree.map(fromItem)
    return items.every((i) => i !== null) ? items : null
  }
  if (typeof tree !== 'object' || tree === null) return null
  const pairs = Object.entries(tree)
  if (pairs.every(([key, v]) => /^\d+$/.test(key) && typeof v === 'string')) return pairs.map(([key, v]) => ({ name: v as string, value: Number(key), color: null }))
  if (pairs.every(([, v]) => Number.isInteger(v))) return pairs.map(([name, v]) => ({ name, value: v as number, color: null }))
  return null
}

/**
 * The classes of a list, each with its value in the masks: as written, or its place in the list. Null when the file is no such list,
 * or when a name or value is there twice.
 */
export function parseClassList(text: string, fileName: string): ListedClass[] | null {
  const body = text.replace(/^\uFEFF/, '')
  const found = extname(fileName).toLowerCase() === '.json' ? parseJson(body) : parseLines(body)
  if (found === null || found.length < 2 || found.length > 65_536) return null
  const valued = found.map((c, i) => ({ ...c, value: c.value ?? i }))
  const twice = new Set(valued.map((c) => c.name)).size < valued.length || new Set(valued.map((c) => c.value)).size < valued.length
  return twice ? null : valued
}
