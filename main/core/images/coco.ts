// Boxes of a COCO file: its categories, its pictures, and the boxes of each picture.
// Refuses a file without the lists of a COCO file; a single bad annotation is named, left out, and stops nothing.
import { AnnotationFaults, type AnnotatedBox } from './annotated-box.ts'

export interface CocoPicture { readonly file: string; readonly width: number | null; readonly height: number | null; readonly boxes: AnnotatedBox[] }

export interface CocoFile {
  readonly classes: readonly { readonly name: string; readonly value: number }[]
  readonly pictures: readonly CocoPicture[]
  readonly faults: AnnotationFaults
}

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null)
const whole = (value: unknown): number | null => (typeof value === 'number' && Number.isSafeInteger(value) ? value : null)
/** Ids may be numbers or texts; both must find each other. */
const idOf = (value: unknown): string | null => (typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : null)

/** Whether the beginning of a JSON file could be that of a COCO file. */
export const looksLikeCoco = (head: string): boolean => /^\uFEFF?\s*\{\s*"(info|licenses|images|annotations|categories|type)"\s*:/.test(head)

function parseJson(text: string): unknown {
  try { return JSON.parse(text.replace(/^\uFEFF/, '')) } catch (thrown) {
    const reason = (thrown as Error).message
    const at = /position (\d+)/.exec(reason)?.[1]
    throw new Error(/Unexpected end|Unterminated/.test(reason) || Number(at ?? 0) >= text.length - 1 ? 'its JSON ends too early' : `its JSON is broken${at === undefined ? '' : ` at character ${Number(at) + 1}`}`)
  }
}

function classesOf(list: readonly unknown[], faults: AnnotationFaults): CocoFile['classes'] {
  const byValue = new Map<number, string>()
  const names = new Set<string>()
  list.forEach((item, i) => {
    const fields = fieldsOf(item)
    const value = whole(fields?.['id'])
    const name = fields?.['name']
    if (value === null || typeof name !== 'string' || name.trim() === '') { faults.add('a category without an id that is a whole number and a name', `category ${i + 1}`); return }
    if (byValue.has(value)) { faults.add('a category with the id of an earlier one', `category ${i + 1}`); return }
    // Two categories of one name stay apart, as their boxes do.
    const own = names.has(name) ? `${name} (${value})` : name
    names.add(own)
    byValue.set(value, own)
  })
  return [...byValue].sort((a, b) => a[0] - b[0]).map(([value, name]) => ({ name, value }))
}

function picturesOf(list: readonly unknown[], faults: AnnotationFaults): { readonly byId: Map<string, CocoPicture>; readonly pictures: CocoPicture[] } {
  const byId = new Map<string, CocoPicture>()
  const byFile = new Map<string, CocoPicture>()
  list.forEach((item, i) => {
    const fields = fieldsOf(item)
    const id = idOf(fields?.['id'])
    const file = fields?.['file_name']
    if (fields === null || id === null || typeof file !== 'string' || file === '') { faults.add('a picture without an id and a file name', `picture ${i + 1} of the list`); return }
    if (byId.has(id)) { faults.add('a picture with the id of an earlier one', file); return }
    const known = byFile.get(file)
    if (known !== undefined) faults.add('a picture that is listed twice; its boxes are put together', file)
    const picture = known ?? { file, width: whole(fields['width']), height: whole(fields['height']), boxes: [] }
    byId.set(id, picture)
    byFile.set(file, picture)
  })
  return { byId, pictures: [...byFile.values()] }
}

/** What one annotation says, or in a few words why it is no box. */
function boxOf(fields: Fields, known: ReadonlySet<number>): AnnotatedBox | string {
  const four = fields['bbox']
  if (!Array.isArray(four) || four.length !== 4 || !four.every((v) => typeof v === 'number' && Number.isFinite(v))) return 'an annotation whose “bbox” is not four numbers'
  const [x, y, width, height] = four as [number, number, number, number]
  if (width <= 0 || height <= 0) return 'a box without area'
  const value = whole(fields['category_id'])
  if (value === null || !known.has(value)) return `a box of the category ${JSON.stringify(fields['category_id'] ?? null)}, which the list of categories does not have`
  const area = fields['area']
  const crowd = fields['iscrowd'] === 1 || fields['iscrowd'] === true
  return { x1: x, y1: y, x2: x + width, y2: y + height, value, ...(crowd ? { crowd } : {}), ...(typeof area === 'number' && area > 0 && area !== width * height ? { area } : {}) }
}

/** Reads the text of a COCO file. Throws an Error that says in a few words why it is none. */
export function parseCoco(text: string): CocoFile {
  const tree = fieldsOf(parseJson(text))
  if (tree === null) throw new Error('it holds no JSON object')
  const faults = new AnnotationFaults()
  const lists = (['images', 'annotations', 'categories'] as const).map((name) => {
    const list = tree[name]
    if (!Array.isArray(list)) throw new Error(`it has no list “${name}”`)
    return list as readonly unknown[]
  })
  const classes = classesOf(lists[2] ?? [], faults)
  const known = new Set(classes.map((c) => c.value))
  const { byId, pictures } = picturesOf(lists[0] ?? [], faults)
  for (const [i, item] of (lists[1] ?? []).entries()) {
    const fields = fieldsOf(item)
    const where = `annotation ${idOf(fields?.['id']) ?? `number ${i + 1}`}`
    if (fields === null) { faults.add('an annotation that is no object', where); continue }
    const picture = byId.get(idOf(fields['image_id']) ?? '')
    if (picture === undefined) { faults.add('an annotation of a picture that the list of pictures does not have', `${where} (picture ${JSON.stringify(fields['image_id'] ?? null)})`); continue }
    const box = boxOf(fields, known)
    if (typeof box === 'string') faults.add(box, `${where} (${picture.file})`)
    else picture.boxes.push(box)
  }
  return { classes, pictures, faults }
}

const bare = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
const tidy = (name: string): string => name.trim().replaceAll('\\', '/').replace(/^(\.\/)+/, '')

function once(names: readonly string[]): ReadonlySet<string> {
  const [seen, twice] = [new Set<string>(), new Set<string>()]
  for (const name of names) (seen.has(name) ? twice : seen).add(name)
  return new Set([...seen].filter((name) => !twice.has(name)))
}

/** The entry of the file for each picture of a folder: by its path, by its path from `base`, else by its bare name where that is unique on both sides. */
export function matchPictures(coco: Pick<CocoFile, 'pictures'>, pictures: readonly string[], base: string): ReadonlyMap<string, CocoPicture> {
  const byPath = new Map(coco.pictures.map((p) => [tidy(p.file), p]))
  const bareFiles = once(coco.pictures.map((p) => bare(tidy(p.file))))
  const byBare = new Map(coco.pictures.filter((p) => bareFiles.has(bare(tidy(p.file)))).map((p) => [bare(tidy(p.file)), p]))
  const bareNames = once(pictures.map(bare))
  return new Map(pictures.flatMap((name) => {
    const found = byPath.get(name) ?? (base === '' ? undefined : byPath.get(base + name)) ?? (bareNames.has(bare(name)) ? byBare.get(bare(name)) : undefined)
    return found === undefined ? [] : [[name, found] as const]
  }))
}
