// A true box as an annotation writes it, and what is wrong with annotations. Owns the words for both; reads no file.
import type { Box } from '../../../shared/metrics/detection-match.ts'

/** Corners in pixels of the picture. `value`: the number of the class, as the annotation writes it. */
export interface AnnotatedBox extends Box { readonly value: number; readonly crowd?: boolean; readonly area?: number }

/** Things that are wrong in the same way: what, and where each of them is. */
export class AnnotationFaults {
  readonly #places = new Map<string, string[]>()
  /** `reason` in a few words, such as `no four numbers`; `where` names the annotation or file. */
  add(reason: string, where: string): void {
    const places = this.#places.get(reason)
    if (places === undefined) this.#places.set(reason, [where])
    else places.push(where)
  }
  get all(): readonly { readonly reason: string; readonly where: readonly string[] }[] { return [...this.#places].map(([reason, where]) => ({ reason, where })) }
}

/** Whether a box reaches outside its picture by more than rounding explains. */
export function reachesOut(box: Box, size: { readonly width: number; readonly height: number }): boolean {
  const slack = 1
  return box.x1 < -slack || box.y1 < -slack || box.x2 > size.width + slack || box.y2 > size.height + slack
}
