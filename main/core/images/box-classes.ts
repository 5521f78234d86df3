// Which class of a model each class of annotated boxes is. Owns the pairing by name, and by number where nothing names the classes.
import type { BoxClasses } from '../../../shared/domain/dataset.ts'

/** The place of each class number among the labels; a number that no label stands for is not in it. */
export function boxPlaces(boxes: BoxClasses, labels: readonly string[]): ReadonlyMap<number, number> {
  const byLabel = new Map(labels.map((label, i) => [label, i]))
  return new Map(boxes.classes.flatMap(({ name, value }) => {
    const place = byLabel.get(name) ?? (!boxes.named && value < labels.length ? value : undefined)
    return place === undefined ? [] : [[value, place] as const]
  }))
}
