// Boxes of YOLO text files: a line a box, `class cx cy w h` as shares of the picture, or `class x y x y …` for an outline.
// Owns that form and its lists of classes; a bad line is named, left out, and stops nothing.
import { parse } from 'yaml'
import type { AnnotationFaults, AnnotatedBox } from './annotated-box.ts'

/** A box as shares of the picture's width and height. */
export interface SharedBox { readonly value: number; readonly cx: number; readonly cy: number; readonly w: number; readonly h: number }

/** What one line says, or in a few words why it is no box. */
function parseLine(line: string): SharedBox | string {
  const cells = line.split(/\s+/)
  const numbers = cells.map(Number)
  if (numbers.some((n) => !Number.isFinite(n))) return 'a line with something else than numbers'
  const [value = NaN, ...rest] = numbers
  if (!Number.isInteger(value) || value < 0) return 'a line whose class is not a whole number from 0 on'
  if (rest.length !== 4 && (rest.length < 6 || rest.length % 2 !== 0)) return `a line with ${cells.length} numbers instead of 5`
  if (rest.some((n) => n < -0.01 || n > 1.01)) return 'a line with numbers outside 0 to 1, which are no shares of the picture'
  if (rest.length === 4) {
    const [cx, cy, w, h] = rest as [number, number, number, number]
    return w > 0 && h > 0 ? { value, cx, cy, w, h } : 'a box without area'
  }
  const [xs, ys] = [rest.filter((_, i) => i % 2 === 0), rest.filter((_, i) => i % 2 === 1)]
  const [x1, x2, y1, y2] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return x2 > x1 && y2 > y1 ? { value, cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, w: x2 - x1, h: y2 - y1 } : 'a box without area'
}

/** The boxes of one file. What is wrong is told to `faults` with the file and the line. */
export function parseYolo(text: string, name: string, faults: AnnotationFaults): SharedBox[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/).flatMap((raw, i) => {
    const line = raw.trim()
    if (line === '') return []
    const box = parseLine(line)
    if (typeof box !== 'string') return [box]
    faults.add(box, `${name}, line ${i + 1}`)
    return []
  })
}

/** Shares as corners in pixels. */
export function sharesToPixels({ value, cx, cy, w, h }: SharedBox, { width, height }: { readonly width: number; readonly height: number }): AnnotatedBox {
  return { value, x1: (cx - w / 2) * width, y1: (cy - h / 2) * height, x2: (cx + w / 2) * width, y2: (cy + h / 2) * height }
}

/** Names under which the classes of YOLO files are listed, most telling first. */
export const yoloListName = /^((data|dataset|.*\.data)\.ya?ml|classes\.txt|obj\.names|.*\.names|(class_)?names\.txt|[^/]+\.ya?ml)$/i

/** Names by class number: `names:` of a YAML file as list or mapping, or a line a name. Null when the file is no such list. */
export function parseYoloNames(text: string, fileName: string): ReadonlyMap<number, string> | null {
  if (!/\.ya?ml$/i.test(fileName)) {
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((l) => l.trim())
    while (lines.at(-1) === '') lines.pop()
    return lines.length === 0 || lines.some((l) => l === '' || l.length > 100) ? null : new Map(lines.map((l, i) => [i, l]))
  }
  let tree: unknown
  try { tree = parse(text) } catch { return null }
  const names: unknown = typeof tree === 'object' && tree !== null ? (tree as Record<string, unknown>)['names'] : null
  if (Array.isArray(names)) return new Map(names.map((name: unknown, i) => [i, String(name)]))
  if (typeof names !== 'object' || names === null) return null
  const pairs = Object.entries(names).map(([key, name]) => [Number(key), String(name)] as const)
  return pairs.length === 0 || pairs.some(([value]) => !Number.isInteger(value) || value < 0) ? null : new Map(pairs.sort((a, b) => a[0] - b[0]))
}
