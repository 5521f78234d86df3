// What callers of the served signature notice: inputs, outputs, rows of a call, maps that became tensors, class labels.
// Breaking means: a request that was taken is refused now, or what a caller reads is gone or of another type or shape.
import type { SignatureChange } from '../domain/compare.ts'
import type { DiffChange, DiffKind, GraphDiff } from '../domain/model-diff.ts'
import type { Signature, ValueSpec, Version } from '../domain/model.ts'
import { batchChange, compareValues, withoutBatch } from '../signature-comparison.ts'
import { change } from './change.ts'

type Side = Pick<Version, 'signature' | 'derivation' | 'graph'>

/** The signature that callers meet: that of the rewritten model where there is one. */
const served = (side: Side): Signature => side.derivation?.signature ?? side.signature

const rows = (n: number | null): string => (n === null ? 'any number of rows' : n === 1 ? '1 row' : `${n} rows`)

function batchLine(before: Signature, after: Signature): DiffChange[] {
  const batch = batchChange(before, after)
  if (batch === null) return []
  return [change('batch-dimension', `A call takes ${rows(batch.before)} before and ${rows(batch.after)} now. ${batch.why}`, {
    breaking: batch.breaking, before: rows(batch.before), after: rows(batch.after), callerMust: batch.breaking ? `Send ${rows(batch.after)} in every call.` : null,
  })]
}

/** A map that a ZipMap made and that is a plain tensor now, with the names on both sides. */
interface Unmapped { readonly output: string; readonly now: string; readonly before: ValueSpec; readonly after: ValueSpec }

function unmapped(left: Side, right: Side, graph: GraphDiff): Unmapped[] {
  const [before, after] = [served(left), served(right)]
  return left.graph.zipMaps.flatMap(({ output }) => {
    const was = before.outputs.find((o) => o.name === output)
    const found = graph.zipMaps.find((z) => z.output === output)
    // The same name, where the second has its map taken out for serving, or the output that gives the tensor behind the map.
    const now = after.outputs.find((o) => o.name === (found === undefined ? output : found.now ?? output))
    return was === undefined || now === undefined || was.kind === 'tensor' || now.kind !== 'tensor' ? [] : [{ output, now: now.name, before: was, after: now }]
  })
}

function zipMapLines(left: Side, right: Side, graph: GraphDiff, plain: readonly Unmapped[]): DiffChange[] {
  const quiet = graph.zipMaps.filter((z) => z.now !== null && !plain.some((u) => u.output === z.output) && left.derivation !== null && served(left).outputs.some((o) => o.name === z.output && o.kind === 'tensor'))
  const added = right.graph.zipMaps.filter((z) => !left.graph.zipMaps.some((y) => y.output === z.output))
  const labels = (output: string): string => (left.graph.zipMaps.find((z) => z.output === output)?.labels ?? []).slice(0, 12).join(', ')
  return [
    ...plain.map((u) => change('zipmap-removed', `The ZipMap behind “${u.output}” is gone: ${u.now === u.output ? 'the output' : `“${u.now}”`} is the plain tensor ${u.after.text} with one column for each class, where it was ${u.before.text}. The numbers are the same.`, {
      breaking: true, subject: u.output, before: u.before.text, after: u.after.text, callerMust: `Read “${u.now}” by column${labels(u.output) === '' ? '' : ` (in the order ${labels(u.output)})`} and not by class name.`,
    })),
    ...quiet.map((z) => change('zipmap-removed', `The ZipMap behind “${z.output}” is gone from the file. It was taken out for serving before already, so callers read the same tensor.`, { subject: z.output })),
    ...added.map((z) => change('zipmap-added', right.derivation === null ? `A ZipMap makes “${z.output}” a list of maps, which no server of Slipway can return before it is taken out.` : `The file has a ZipMap behind “${z.output}”, which is taken out for serving.`, { subject: z.output })),
  ]
}

/** The name that a removed value seems to go by now, from the sentence's own source: the pairing of the signature comparison. */
function pairs(changes: readonly SignatureChange[]): ReadonlyMap<SignatureChange, SignatureChange> {
  const out = new Map<SignatureChange, SignatureChange>()
  for (const gone of changes.filter((c) => c.change === 'removed')) {
    const fresh = changes.find((c) => c.where === gone.where && c.change === 'added' && gone.why?.startsWith(`It looks renamed to ${c.name}:`) === true)
    if (fresh !== undefined) out.set(gone, fresh)
  }
  return out
}

function advice(c: SignatureChange): string | null {
  if (!c.breaking) return null
  if (c.where === 'input') return c.change === 'added' ? `Send “${c.name}” (${c.after}) too.` : c.change === 'removed' ? `Send “${c.name}” no longer.` : `Send “${c.name}” as ${c.after}.`
  return c.change === 'removed' ? `Do without “${c.name}”.` : `Read “${c.name}” as ${c.after}.`
}

function valueLines(changes: readonly SignatureChange[]): DiffChange[] {
  const renamed = pairs(changes)
  const fresh = new Set(renamed.values())
  return changes.flatMap((c): DiffChange[] => {
    if (c.change === 'same' || fresh.has(c)) return []
    const now = renamed.get(c)
    const what = c.where === 'input' ? 'Input' : 'Output'
    if (now !== undefined) return [change(`${c.where}-renamed`, `${what} “${c.name}” (${c.before}) seems to be called “${now.name}” now. Callers use names, so the old one no longer works.`, { breaking: true, subject: c.name, before: c.name, after: now.name, callerMust: c.where === 'input' ? `Send “${now.name}” in the place of “${c.name}”.` : `Read “${now.name}” in the place of “${c.name}”.` })]
    const kind = `${c.where}-${c.change}` satisfies DiffKind
    const verb = c.change === 'added' ? `is new: ${c.after}.` : c.change === 'removed' ? `is gone (${c.before}).` : `is ${c.after} now; it was ${c.before}.`
    return [change(kind, `${what} “${c.name}” ${verb}${c.why === undefined ? '' : ` ${c.why}`}`, { breaking: c.breaking, answersChange: c.change === 'type' ? 'possible' : 'none', subject: c.name, before: c.before, after: c.after, callerMust: advice(c) })]
  })
}

const most = 12
const listed = (labels: readonly string[]): string => (labels.length > most ? `${labels.slice(0, most).join(', ')}, … (${labels.length})` : labels.join(', '))

function labelLines(left: Side, right: Side): DiffChange[] {
  const [a, b] = [left.graph.classLabels, right.graph.classLabels]
  if (a === null || b === null || JSON.stringify(a) === JSON.stringify(b)) return []
  const reordered = a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')
  return [change('class-labels', reordered ? 'The graph has the same class labels in another order, so columns mean other classes.' : 'The graph has other class labels.', { answersChange: 'expected', before: listed(a), after: listed(b) })]
}

/** Everything that callers may notice. Signatures are those that are served. */
export function interfaceChanges(left: Side, right: Side, graph: GraphDiff): DiffChange[] {
  const plain = unmapped(left, right, graph)
  const drop = (s: Signature, names: readonly string[]): Signature => ({ inputs: s.inputs, outputs: s.outputs.filter((o) => !names.includes(o.name)) })
  const [before, after] = [drop(served(left), plain.map((u) => u.output)), drop(served(right), plain.map((u) => u.now))]
  const batch = batchChange(before, after)
  const [a, b] = batch === null ? [before, after] : [withoutBatch(before, batch), withoutBatch(after, batch)]
  return [
    ...batchLine(before, after),
    ...valueLines([...compareValues('input', a.inputs, b.inputs), ...compareValues('output', a.outputs, b.outputs)]),
    ...zipMapLines(left, right, graph, plain),
    ...labelLines(left, right),
  ]
}
