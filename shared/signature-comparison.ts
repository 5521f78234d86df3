// How the inputs or outputs of two signatures differ, and whether a caller of the first breaks on the second.
// Inputs may only get wider and outputs only narrower; names of symbolic dimensions do not matter.
import type { SignatureChange } from './domain/compare.ts'
import type { Dimension, Signature, ValueSpec } from './domain/model.ts'

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

/** How many rows one call takes: the leading dimension of inputs, and of the outputs that follow them. null: any number. */
export interface BatchChange { readonly before: number | null; readonly after: number | null; readonly inputs: ReadonlySet<string>; readonly outputs: ReadonlySet<string>; readonly breaking: boolean; readonly why: string }

const rowsOf = (value: ValueSpec | undefined): number | null | undefined => {
  if (value?.kind !== 'tensor' || value.shape === null || value.shape.length === 0) return undefined
  return isFixed(value.shape[0]) ? value.shape[0] : null
}

function sameStep(before: readonly ValueSpec[], after: readonly ValueSpec[], step: readonly [number | null, number | null]): ReadonlySet<string> {
  return new Set(before.filter((b) => rowsOf(b) === step[0] && rowsOf(after.find((a) => a.name === b.name)) === step[1]).map((b) => b.name))
}

/** The change of the number of rows that a call takes, where every input whose leading dimension changed changed it alike; else null. */
export function batchChange(before: Signature, after: Signature): BatchChange | null {
  const steps = before.inputs.flatMap((b) => {
    const [from, to] = [rowsOf(b), rowsOf(after.inputs.find((a) => a.name === b.name))]
    return from === undefined || to === undefined || from === to ? [] : [[from, to] as const]
  })
  const step = steps[0]
  if (step === undefined || steps.some(([from, to]) => from !== step[0] || to !== step[1])) return null
  const [from, to] = step
  const why = to === null ? 'Calls with as many rows as before are taken, and answered with as many.' : `Calls with any other number of rows than ${to} are refused.`
  return { before: from, after: to, inputs: sameStep(before.inputs, after.inputs, step), outputs: sameStep(before.outputs, after.outputs, step), breaking: to !== null, why }
}

/** Both signatures with the rows of a call left open where they changed, so that what else changed is seen. */
export function withoutBatch(signature: Signature, batch: BatchChange): Signature {
  const open = (names: ReadonlySet<string>) => (v: ValueSpec): ValueSpec => (names.has(v.name) && v.shape !== null ? { ...v, shape: [null, ...v.shape.slice(1)] } : v)
  return { inputs: signature.inputs.map(open(batch.inputs)), outputs: signature.outputs.map(open(batch.outputs)) }
}

/** Every input and output of either side, inputs first. A dimension that outputs share with the inputs is judged once: whoever sends as many rows as before gets as many answers. */
export function compareEnds(before: Signature, after: Signature): SignatureChange[] {
  const batch = batchChange(before, after)
  const [a, b] = batch === null ? [before, after] : [withoutBatch(before, batch), withoutBatch(after, batch)]
  const changes = [...compareValues('input', a.inputs, b.inputs), ...compareValues('output', a.outputs, b.outputs)]
  return changes.map((c) => (batch !== null && c.change === 'same' && (c.where === 'input' ? batch.inputs : batch.outputs).has(c.name)
    ? { ...c, change: 'shape', breaking: c.where === 'input' && batch.breaking, why: c.where === 'input' ? batch.why : 'It has as many rows as the call, as before.' } : c))
}
