// Class maps in the window: out of the grey PNG that the core sends, into counts and into painted pixels.
// Owns no drawing surface. A value is the place of a class in the binding, 255 is no class (in a truth: not judged).

export interface ClassMap { readonly width: number; readonly height: number; readonly values: Uint8Array }

export const noClass = 255

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))

const paeth = (a: number, b: number, c: number): number => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}

/** Takes the row filters of a PNG with one byte a pixel away (PNG specification, section 9.2). */
function unfiltered(raw: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const kind = raw[y * (width + 1)]
    for (let x = 0; x < width; x++) {
      const left = x === 0 ? 0 : out[y * width + x - 1]!
      const up = y === 0 ? 0 : out[(y - 1) * width + x]!
      const corner = x === 0 || y === 0 ? 0 : out[(y - 1) * width + x - 1]!
      const guess = kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : kind === 4 ? paeth(left, up, corner) : 0
      out[y * width + x] = raw[y * (width + 1) + 1 + x]! + guess
    }
  }
  return out
}

/** A class map out of a base64 PNG of eight bits grey, value for value: no colour management touches it. Throws an Error for any other file. */
export async function readClassMap(base64: string): Promise<ClassMap> {
  const bytes = bytesOf(base64)
  const view = new DataView(bytes.buffer)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (view.getUint32(0) !== 0x89504e47 || bytes[24] !== 8 || bytes[25] !== 0 || bytes[28] !== 0) throw new Error('not a grey PNG of eight bits')
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let at = 8; at + 12 <= bytes.length;) {
    const size = view.getUint32(at)
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + size))
    at += 12 + size
  }
  const raw = new Uint8Array(await new Response(new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer())
  if (raw.length !== (width + 1) * height) throw new Error('the PNG is cut short')
  return { width, height, values: unfiltered(raw, width, height) }
}

export interface ClassCount { readonly truth: number; readonly predicted: number; readonly both: number; /** null: the class is in neither map. */ readonly iou: number | null }

/** Pixels and intersection over union of every class in one picture; pixels whose truth is not judged are left out. */
export function countClasses(truth: ClassMap, predicted: ClassMap, classes: number): readonly ClassCount[] {
  const counts = Array.from({ length: classes }, () => ({ truth: 0, predicted: 0, both: 0 }))
  for (let i = 0; i < truth.values.length; i++) {
    const [t, p] = [truth.values[i]!, predicted.values[i]!]
    if (t === noClass) continue
    const [there, taken] = [counts[t], counts[p]]
    if (there !== undefined) there.truth++
    if (taken !== undefined) taken.predicted++
    if (t === p && there !== undefined) there.both++
  }
  return counts.map((c) => ({ ...c, iou: c.truth + c.predicted === 0 ? null : c.both / (c.truth + c.predicted - c.both) }))
}

export type MaskShow = 'both' | 'predicted' | 'truth'
export interface MaskPaint {
  readonly show: MaskShow
  /** 0 to 1, of filled pixels; outlines are always opaque. */
  readonly opacity: number
  readonly onlyDifferences: boolean
  /** Classes that are not drawn. */
  readonly hidden: ReadonlySet<number>
  /** `#rrggbb` of each class; used again from the start beyond the last. */
  readonly colors: readonly string[]
}

const rgb = (hex: string): readonly [number, number, number] => [Number.parseInt(hex.slice(1, 3), 16), Number.parseInt(hex.slice(3, 5), 16), Number.parseInt(hex.slice(5, 7), 16)]

/** Whether a pixel lies at the edge of its class, `reach` pixels wide. */
function atEdge(map: ClassMap, x: number, y: number, reach: number): boolean {
  const own = map.values[y * map.width + x]
  const other = (dx: number, dy: number): boolean => {
    const [nx, ny] = [x + dx, y + dy]
    return nx >= 0 && ny >= 0 && nx < map.width && ny < map.height && map.values[ny * map.width + nx] !== own
  }
  return other(reach, 0) || other(-reach, 0) || other(0, reach) || other(0, -reach)
}

/**
 * RGBA pixels of both maps over a picture: `both` fills the prediction and outlines the truth. `onlyDifferences` leaves out judged
 * pixels where the two agree. A map that is missing is not drawn; both must have one size.
 */
export function paintMaps(truth: ClassMap | null, predicted: ClassMap | null, paint: MaskPaint): Uint8ClampedArray<ArrayBuffer> {
  const size = truth ?? predicted
  const out = new Uint8ClampedArray((size?.width ?? 0) * (size?.height ?? 0) * 4)
  if (size === null) return out
  const inks = paint.colors.map(rgb)
  const filled = paint.show === 'truth' ? truth : predicted
  const outlined = paint.show === 'both' ? truth : null
  const reach = Math.max(1, Math.round(size.width / 256))
  const alpha = Math.round(paint.opacity * 255)
  const put = (i: number, value: number, strength: number): void => {
    if (value === noClass || paint.hidden.has(value)) return
    const ink = inks[value % inks.length]!
    out.set([ink[0], ink[1], ink[2], strength], i * 4)
  }
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      if (paint.onlyDifferences && truth !== null && predicted !== null && (truth.values[i] === predicted.values[i] || truth.values[i] === noClass)) continue
      if (filled !== null) put(i, filled.values[i]!, alpha)
      if (outlined !== null && atEdge(outlined, x, y, reach)) put(i, outlined.values[i]!, 255)
    }
  }
  return out
}
