// How the inputs or outputs of two signatures differ, and whether a caller of the first breaks on the second.
// Inputs may only get wider and outputs only narrower; names of symbolic dimensions do not matter.
import type { SignatureChange } from './domain/compare.ts'
import type { Dimension, ValueSpec } from './domain/model.ts'

type Where = SignatureChange['where']

/** One change per name on either side, in the order of the first and then of the second. */
export function compareValues(where: Where, before: readonly ValueSpec[], after: readonly ValueSpec[]): SignatureChange[] {
  const gone = before.filter((b) => !after.some((a) => a.name === b.name))
  const fresh = after.filter((a) => !before.some((b) => b.name === a.name))
  const renamed = pairRenamed(gone, fresh)
  const kept = before.map((b) => {
    const match = after.find((a) => a.name === b.name)
    return match === undefined ? removed(where, b, renamed.get(b)) : changed(where, b, match)
  })
  const from = new Map([...renamed].map(([old, now]) => [now, old]))
  return [...kept, ...fresh.map((a) => added(where, a, from.get(a)))]
}

/** A name that went and one that came with the same type: most likely one renamed value. Paired in order, each once. */
function pairRenamed(gone: readonly ValueSpec[], fresh: readonly ValueSpec[]): ReadonlyMap<ValueSpec, ValueSpec> {
  const free = [...fresh]
  const pairs = new Map<ValueSpec, ValueSpec>()
  for (const old of gone) {
    const at = free.findIndex((now) => now.kind === old.kind && now.dtype === old.dtype && sameShape(now.shape, old.shape))
    if (at >= 0) pairs.set(old, free.splice(at, 1)[0]!)
  }
  return pairs
}

function removed(where: Where, spec: ValueSpec, renamedTo: ValueSpec | undefined): SignatureChange {
  const why = renamedTo === undefined
    ? where === 'input' ? 'A request that still sends it is refused.' : 'A caller that reads it finds nothing.'
    : `It looks renamed to ${renamedTo.name}: callers use names, so the old name no longer works.`
  return { where, name: spec.name, change: 'removed', before: spec.text, after: null, breaking: true, why }
}

function added(where: Where, spec: ValueSpec, renamedFrom: ValueSpec | undefined): SignatureChange {
  const breaking = where === 'input' && spec.kind !== 'optional'
  const why = renamedFrom !== undefined ? `It looks renamed from ${renamedFrom.name}.`
    : where === 'output' ? 'Callers that do not know it can ignore it.'
      : breaking ? 'Requests of old callers do not carry it.' : 'It may be left out.'
  return { where, name: spec.name, change: 'added', before: null, after: spec.text, breaking, why }
}

function changed(where: Where, before: ValueSpec, after: ValueSpec): SignatureChange {
  const base = { where, name: before.name, before: before.text, after: after.text }
  if (before.kind !== after.kind || before.dtype !== after.dtype) {
    return { ...base, change: 'type', breaking: true, why: where === 'input' ? 'Values of the old type are refused.' : 'Callers read values of another type.' }
  }
  if (before.kind !== 'tensor' && before.kind !== 'sparse-tensor') {
    return before.text === after.text ? { ...base, change: 'same', breaking: false } : { ...base, change: 'type', breaking: true, why: 'The type inside changed.' }
  }
  if (sameShape(before.shape, after.shape)) return { ...base, change: 'same', breaking: false }
  const problem = where === 'input' ? whyNarrower(before.shape, after.shape) : whyNarrower(after.shape, before.shape)
  if (problem === null) return { ...base, change: 'shape', breaking: false, why: where === 'input' ? 'It takes everything that it took before.' : 'It gives nothing that it could not give before.' }
  return { ...base, change: 'shape', breaking: true, why: where === 'input' ? `Shapes that were taken are refused now: ${problem}.` : `It may give shapes that callers do not expect: ${problem}.` }
}

type Shape = readonly Dimension[] | null

const isFixed = (d: Dimension | undefined): d is number => typeof d === 'number'

function sameShape(a: Shape, b: Shape): boolean {
  if (a === null || b === null) return a === b
  return a.length === b.length && a.every((d, i) => isFixed(d) || isFixed(b[i]) ? d === b[i] : true)
}

/** Why `narrow` does not take every shape that `wide` takes; null when it does. */
function whyNarrower(wide: Shape, narrow: Shape): string | null {
  if (narrow === null) return null
  if (wide === null) return `the rank is ${narrow.length} on one side and free on the other`
  if (wide.length !== narrow.length) return `the rank is ${wide.length} on one side and ${narrow.length} on the other`
  for (const [i, d] of narrow.entries()) {
    if (isFixed(d) && wide[i] !== d) return `dimension ${i + 1} is ${isFixed(wide[i]) ? wide[i] : 'free'} on one side and ${d} on the other`
  }
  return null
}
