// Profiles the masks of a folder: which values or colours they hold, how many pixels each class has, and what is odd about them.
// Owns the meaning given to the values; every pixel of every mask is counted.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { DatasetFinding, MaskValues } from '../../../shared/domain/dataset.ts'
import { conventionalIgnoreValue } from '../../../shared/metrics/segmentation.ts'
import { finding, plural } from '../datasets/profile-findings.ts'
import { eachFile, type ImageFormat, type PictureEntry } from './image-folder.ts'
import { type ListedClass, parseClassList } from './mask-classes.ts'
import { colorText, decodeMask, keyOf, keysOf, type RawMask } from './mask-read.ts'

export interface MaskProfile {
  readonly format: ImageFormat
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly bytes: number
  /** Classes with their pixels. */
  readonly classes: readonly { readonly value: string; readonly count: number }[]
  readonly findings: readonly DatasetFinding[]
  readonly invalid: number
}

/** Masks may hold this many different values or colours; more are a picture. */
const mostValues = 4096

interface Seen {
  readonly values: Map<number, number>
  readonly colors: Map<number, number>
  readonly unreadable: { readonly name: string; readonly reason: string }[]
  readonly otherSize: string[]
  inColors: boolean
  /** Masks whose own palette gives colours to values. */
  palette: Uint8Array | null
}

function tally(into: Map<number, number>, keys: ArrayLike<number>): void {
  let run = 0
  for (let i = 1; i <= keys.length; i++) {
    if (i < keys.length && keys[i] === keys[run]) continue
    into.set(keys[run]!, (into.get(keys[run]!) ?? 0) + i - run)
    run = i
  }
  if (into.size > mostValues) throw new Error(`it holds more than ${mostValues.toLocaleString('en')} different values, as a picture does`)
}

function countMask(seen: Seen, mask: RawMask): void {
  if (mask.kind === 'color') seen.inColors = true
  if (mask.kind === 'palette') seen.palette ??= mask.palette
  if (mask.kind !== 'color') tally(seen.values, mask.values)
  tally(seen.colors, keysOf(mask, 'color'))
}

async function readList(folder: string, format: ImageFormat): Promise<{ listed: ListedClass[] | null; file: { name: string; sha256: string } | null; bytes: number }> {
  if (format.labelFile === null) return { listed: null, file: null, bytes: 0 }
  const bytes = await readFile(resolve(folder, format.labelFile))
  return { listed: parseClassList(bytes.toString('utf8'), basename(format.labelFile)), file: { name: format.labelFile, sha256: createHash('sha256').update(bytes).digest('hex') }, bytes: bytes.length }
}

const ascending = (counts: ReadonlyMap<number, number>): number[] => [...counts.keys()].sort((a, b) => a - b)

function paletteColor(palette: Uint8Array | null, value: number): string | null {
  return palette === null || value * 3 + 2 >= palette.length ? null : colorText((palette[value * 3]! << 16) | (palette[value * 3 + 1]! << 8) | palette[value * 3 + 2]!)
}

/** 255 stands for "not judged" where it is no listed class and the other values leave a gap below it; 0 and 255 alone are two classes. */
function ignoredValue(values: readonly number[], listed: readonly ListedClass[] | null): number | null {
  const others = values.filter((v) => v !== conventionalIgnoreValue)
  if (others.length === values.length || listed?.some((c) => c.value === conventionalIgnoreValue) === true) return null
  return others.length >= 2 && !others.includes(conventionalIgnoreValue - 1) ? conventionalIgnoreValue : null
}

/** What the numbers of the masks mean: by the list where there is one, else every value that occurs is a class. */
function meaningOf(seen: Seen, listed: readonly ListedClass[] | null): MaskValues {
  const colorsListed = listed !== null && listed.every((c) => c.color !== null)
  if (seen.inColors) {
    if (colorsListed) return { by: 'color', classes: [...listed], ignore: null, named: true }
    return { by: 'color', classes: ascending(seen.colors).map((key, value) => ({ name: colorText(key), value, color: colorText(key) })), ignore: null, named: false }
  }
  const values = ascending(seen.values)
  const ignore = ignoredValue(values, listed)
  if (listed !== null) return { by: 'value', classes: listed.map((c) => ({ ...c, color: c.color ?? paletteColor(seen.palette, c.value!) })), ignore, named: true }
  return { by: 'value', classes: values.filter((v) => v !== ignore).map((value) => ({ name: String(value), value, color: paletteColor(seen.palette, value) })), ignore, named: false }
}

function findingsOf(entries: readonly PictureEntry[], seen: Seen, masks: MaskValues, counts: ReadonlyMap<number, number>): DatasetFinding[] {
  const found: DatasetFinding[] = []
  if (seen.unreadable.length > 0) found.push(finding('unreadable-files', 'warning', `${plural(seen.unreadable.length, 'mask')} cannot be read, so ${seen.unreadable.length === 1 ? 'its picture is' : 'their pictures are'} left out; ${seen.unreadable[0]!.name}: ${seen.unreadable[0]!.reason}.`, seen.unreadable.map((u) => u.name)))
  const bare = entries.filter((e) => e.label === null)
  if (bare.length > 0) found.push(finding('note', 'warning', `${plural(bare.length, 'picture')} without a mask, left out of an evaluation.`, bare.map((e) => e.name)))
  if (seen.otherSize.length > 0) found.push(finding('note', 'warning', `${plural(seen.otherSize.length, 'mask')} of another size than ${seen.otherSize.length === 1 ? 'its picture' : 'their pictures'}; answers are compared at the mask’s size.`, seen.otherSize))
  const known = new Set(masks.classes.map((c) => keyOf(c, masks.by)))
  const strange = ascending(counts).filter((key) => !known.has(key) && !(masks.by === 'value' && key === masks.ignore))
  if (strange.length > 0) {
    const pixels = strange.reduce((sum, key) => sum + counts.get(key)!, 0)
    const shown = strange.map((key) => (masks.by === 'color' ? colorText(key) : String(key)))
    found.push(finding('note', 'warning', `The masks hold ${plural(strange.length, masks.by === 'color' ? 'colour' : 'value')} that the list of classes does not name (${shown.slice(0, 5).join(', ')}${shown.length > 5 ? ', …' : ''}): ${plural(pixels, 'pixel')}, not judged.`, shown))
  }
  if (masks.by === 'value' && masks.ignore !== null) found.push(finding('note', 'note', `${plural(counts.get(masks.ignore) ?? 0, 'pixel')} with the value ${masks.ignore}, which by convention are not judged.`))
  if (masks.by === 'color' && !masks.named) found.push(finding('note', 'warning', `The masks hold ${masks.classes.length} colours, and no list says which class each one is; they are taken as classes in the order of their colour values.`, masks.classes.map((c) => c.name)))
  const missing = masks.classes.filter((c) => (counts.get(keyOf(c, masks.by) ?? -1) ?? 0) === 0)
  if (missing.length > 0) found.push(finding('note', 'note', `${plural(missing.length, 'class', 'classes')} of the list without a pixel.`, missing.map((c) => c.name)))
  return found
}

/** Reads every mask. `sizes`: width × height of each picture as `64 × 64`, null where unknown. */
export async function profileMasks(folder: string, format: ImageFormat, entries: readonly PictureEntry[], sizes: readonly (string | null)[], signal: AbortSignal, tell: (done: number) => void): Promise<MaskProfile> {
  const masked = entries.flatMap((e, i) => (e.label === null ? [] : [{ name: e.label, size: sizes[i] ?? null }]))
  const seen: Seen = { values: new Map(), colors: new Map(), unreadable: [], otherSize: [], inColors: false, palette: null }
  const files: { name: string; sha256: string }[] = []
  let bytes = 0
  await eachFile(masked.map((m) => resolve(folder, m.name)), signal, async (content, i) => {
    const { name, size } = masked[i]!
    files[i] = { name, sha256: content === null ? '' : createHash('sha256').update(content).digest('hex') }
    bytes += content?.length ?? 0
    try {
      if (content === null) throw new Error('it cannot be read')
      const mask = await decodeMask(content)
      countMask(seen, mask)
      const turned = `${mask.height} × ${mask.width}`
      if (size !== null && size !== `${mask.width} × ${mask.height}` && size !== turned) seen.otherSize.push(name)
    } catch (thrown) { seen.unreadable.push({ name, reason: (thrown as Error).message }) }
    tell(i + 1)
  })
  const list = await readList(folder, format)
  if (list.file !== null) files.push(list.file)
  const masks = meaningOf(seen, list.listed)
  const counts = masks.by === 'color' ? seen.colors : seen.values
  return {
    format: { ...format, masks }, files, bytes: bytes + list.bytes, invalid: seen.unreadable.length,
    classes: masks.classes.map((c) => ({ value: c.name, count: counts.get(keyOf(c, masks.by) ?? -1) ?? 0 })),
    findings: findingsOf(entries, seen, masks, counts),
  }
}
