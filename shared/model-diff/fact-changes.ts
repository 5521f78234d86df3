// What changed beside the graph itself: operator sets, format, who made it, its notes, its size, and its speed where both were timed alike.
// Refuses to compare speeds of different machines, devices or data.
import type { SpeedReport } from '../domain/device-report.ts'
import type { DiffChange, GraphDiff } from '../domain/model-diff.ts'
import type { GraphSummary, Version } from '../domain/model.ts'
import { formatBytes, formatCount, formatDuration, formatPlural, formatShare } from '../format.ts'
import { change } from './change.ts'

const long = 120
const short = (text: string): string => (text.length > long ? `${text.slice(0, long)}…` : text)
const domainName = (domain: string): string => (domain === '' ? 'ai.onnx' : domain)

function opsetLines(a: GraphSummary, b: GraphSummary): DiffChange[] {
  const domains = [...new Set([...a.opsets, ...b.opsets].map((o) => o.domain))].sort()
  return domains.flatMap((domain) => {
    const [x, y] = [a, b].map((g) => g.opsets.find((o) => o.domain === domain)?.version)
    if (x === y) return []
    const [before, after] = [x === undefined ? 'not used' : String(x), y === undefined ? 'not used' : String(y)]
    return [change('opset', `Operator set ${domainName(domain)}: ${before} → ${after}. Operators may be defined otherwise in another version, and a runtime must know it.`, { answersChange: x === undefined || y === undefined ? 'none' : 'possible', subject: domainName(domain), before, after })]
  })
}

function textLine(kind: 'producer' | 'metadata' | 'documentation' | 'ir-version', what: string, before: string, after: string, subject: string): DiffChange[] {
  if (before === after) return []
  const sentence = `${what}: ${before === '' ? 'none' : short(before)} → ${after === '' ? 'none' : short(after)}`
  return [change(kind, /[.…!?]$/.test(sentence) ? sentence : `${sentence}.`, { subject, before: short(before), after: short(after) })]
}

function metadataLines(a: GraphSummary, b: GraphSummary): DiffChange[] {
  const keys = [...new Set([...a.metadata, ...b.metadata].map((m) => m.key))].sort()
  const value = (g: GraphSummary, key: string): string => g.metadata.find((m) => m.key === key)?.value ?? ''
  return [
    ...textLine('producer', 'Producer', `${a.producerName} ${a.producerVersion}`.trim(), `${b.producerName} ${b.producerVersion}`.trim(), 'producer'),
    ...textLine('metadata', 'Name of the graph', a.graphName, b.graphName, 'graph name'),
    ...textLine('metadata', 'Domain', a.domain, b.domain, 'domain'),
    ...textLine('metadata', 'Version in the file', a.modelVersion, b.modelVersion, 'version in the file'),
    ...textLine('metadata', 'Description', a.description, b.description, 'description'),
    ...keys.flatMap((key) => textLine('metadata', `Metadata “${key}”`, value(a, key), value(b, key), key)),
  ]
}

const allBytes = (v: Pick<Version, 'files'>): number => v.files.reduce((n, f) => n + f.bytes, 0)

function sizeLine(a: Version, b: Version): DiffChange[] {
  const [before, after] = [allBytes(a), allBytes(b)]
  if (before === after) return []
  const share = before === 0 ? '' : after >= 2 * before ? ` (${(after / before).toFixed(1)} times as large)` : ` (${after > before ? '+' : '−'}${formatShare(Math.abs(after - before) / before)})`
  const parameters = a.graph.parameterCount === b.graph.parameterCount ? `${formatCount(a.graph.parameterCount)} parameters in both` : `${formatCount(a.graph.parameterCount)} → ${formatCount(b.graph.parameterCount)} parameters`
  return [change('size', `Size: ${formatBytes(before)} → ${formatBytes(after)}${share}, ${parameters}.`, { before: formatBytes(before), after: formatBytes(after) })]
}

/** Two reports that were made alike: same data, device and processor, and a batch size in both. */
function alike(left: readonly SpeedReport[], right: readonly SpeedReport[]): { a: SpeedReport; b: SpeedReport; batch: number } | null {
  for (const a of left) {
    for (const b of right) {
      if (a.datasetSha256 !== b.datasetSha256 || a.placement.providerUsed !== b.placement.providerUsed || a.machine.cpu !== b.machine.cpu || a.machine.threads !== b.machine.threads) continue
      const batch = a.batches.map((x) => x.batchSize).find((n) => b.batches.some((y) => y.batchSize === n))
      if (batch !== undefined) return { a, b, batch }
    }
  }
  return null
}

/** The speed of both, or why it was not compared. */
export function speedLine(left: readonly SpeedReport[], right: readonly SpeedReport[]): DiffChange[] | string {
  const found = alike(left, right)
  if (found === null) return left.length === 0 && right.length === 0 ? 'Speed: neither version was timed.' : left.length === 0 || right.length === 0 ? 'Speed: only one of the two versions was timed.' : 'Speed: the two versions were not timed alike (same data, device, processor and batch size).'
  const { a, b, batch } = found
  const [x, y] = [a, b].map((r) => r.batches.find((s) => s.batchSize === batch)!.meanMs) as [number, number]
  const faster = y < x ? `${(x / y).toFixed(2)} times as fast` : y > x ? `${(y / x).toFixed(2)} times as slow` : 'the same'
  return [change('speed', `A call of ${batch} on ${b.placement.providerUsed} takes ${formatDuration(x)} → ${formatDuration(y)} (mean): ${faster}.`, { before: formatDuration(x), after: formatDuration(y) })]
}

const nameList = (names: readonly string[]): string => `${names.slice(0, 5).map((n) => `“${n}”`).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`

/** Weights that are inputs too: whoever runs the file may send other numbers in their place. */
function replaceableLines(graph: GraphDiff): DiffChange[] {
  const { added = [], removed = [] } = graph.replaceable ?? {}
  return [
    ...(added.length === 0 ? [] : [change('input-defaults', `${formatPlural(added.length, 'weight')} ${added.length === 1 ? 'is' : 'are'} also ${added.length === 1 ? 'an input' : 'inputs'} of the graph now: ${nameList(added)}. Whoever runs the file may send other numbers in ${added.length === 1 ? 'its' : 'their'} place; where nobody does, as in Slipway’s server, nothing changes.`, { before: 'fixed', after: nameList(added) })]),
    ...(removed.length === 0 ? [] : [change('input-defaults', `${formatPlural(removed.length, 'weight')} ${removed.length === 1 ? 'is' : 'are'} no longer ${removed.length === 1 ? 'an input' : 'inputs'} of the graph: ${nameList(removed)}. Nobody can send other numbers in ${removed.length === 1 ? 'its' : 'their'} place any more; where nobody did, as in Slipway’s server, nothing changes.`, { before: nameList(removed), after: 'fixed' })]),
  ]
}

/** Free dimensions with other names: notes for people, and for tools that share a size between values by its name. */
function dimensionLines(a: Version, b: Version): DiffChange[] {
  const lines = (['inputs', 'outputs'] as const).flatMap((which) => a.signature[which].flatMap((value) => {
    const other = b.signature[which].find((v) => v.name === value.name)
    if (value.shape === null || other?.shape == null || value.shape.length !== other.shape.length) return []
    const named = value.shape.some((d, i) => { const now = other.shape?.[i]; return typeof d !== 'number' && typeof now !== 'number' && d !== now })
    return named ? [`${which === 'inputs' ? 'input' : 'output'} “${value.name}”: ${value.text} → ${other.text}`] : []
  }))
  return lines.length === 0 ? [] : [change('dimension-names', `Free dimensions have other names: ${lines.slice(0, 4).join('; ')}${lines.length > 4 ? ` and ${lines.length - 4} more` : ''}. Callers send and get the same.`)]
}

/** Format, makers, notes and size. */
export function factChanges(left: Version, right: Version, graph: GraphDiff): DiffChange[] {
  return [
    ...opsetLines(left.graph, right.graph),
    ...textLine('ir-version', 'Version of the file format (IR)', String(left.graph.irVersion), String(right.graph.irVersion), 'IR version'),
    ...replaceableLines(graph), ...dimensionLines(left, right),
    ...metadataLines(left.graph, right.graph),
    ...(graph.documentation ? [change('documentation', 'Comments, or stored shapes of inner values, differ: nothing that runs.')] : []),
    ...sizeLine(left, right),
  ]
}
