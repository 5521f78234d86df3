// What changed between two versions: signature, graph facts, operators, and metrics of two runs on the same data.
// Pure functions over stored facts. A verdict on a metric follows its direction alone; it claims no statistical significance.
import type { Comparison, FactChange, MetricChange, SignatureChange } from './domain/compare.ts'
import type { GraphSummary, Signature, Version } from './domain/model.ts'
import type { MetricValue, Run } from './domain/run.ts'
import { formatBytes, formatCount } from './format.ts'
import { metricDirection } from './metrics/catalogue.ts'
import { compareEnds } from './signature-comparison.ts'

/** Differences below this are rounding in another order of summing. */
const sameWithin = 1e-12

/** The signature that callers meet: that of the rewritten model where there is one. */
export const servedSignature = (version: Pick<Version, 'signature' | 'derivation'>): Signature => version.derivation?.signature ?? version.signature

/** Every input and output of either side, inputs first, with whether a caller of the first breaks on the second and why. */
export function compareSignatures(before: Signature, after: Signature): SignatureChange[] {
  return compareEnds(before, after)
}

const list = (items: readonly string[]): string => items.length === 0 ? 'none' : items.join(', ')
const opsetsOf = (graph: GraphSummary): string => list(graph.opsets.map((o) => `${o.domain === '' ? 'ai.onnx' : o.domain} ${o.version}`).sort())

/** Facts of two versions side by side, in the order in which a reader asks. */
export function compareFacts(left: Version, right: Version): FactChange[] {
  const facts: readonly (readonly [string, (version: Version) => string])[] = [
    ['File', (v) => v.sourceName],
    ['SHA-256', (v) => v.sha256],
    ['Size', (v) => `${formatBytes(v.bytes)} (${formatCount(v.bytes)} bytes)`],
    ['Files', (v) => formatCount(v.files.length)],
    ['Parameters', (v) => formatCount(v.graph.parameterCount)],
    ['Parameter bytes', (v) => `${formatBytes(v.graph.parameterBytes)} (${formatCount(v.graph.parameterBytes)} bytes)`],
    ['Nodes', (v) => formatCount(v.graph.nodeCount)],
    ['Nodes in subgraphs', (v) => formatCount(v.graph.subgraphNodeCount)],
    ['Operator sets', (v) => opsetsOf(v.graph)],
    ['IR version', (v) => String(v.graph.irVersion)],
    ['Producer', (v) => `${v.graph.producerName} ${v.graph.producerVersion}`.trim() || 'not stated'],
    ['Class labels', (v) => v.graph.classLabels === null ? 'none in the graph' : list(v.graph.classLabels)],
    ['Rewritten for serving', (v) => v.derivation === null ? 'no' : 'ZipMap removed'],
    ...metadataFacts(left.graph, right.graph),
  ]
  return facts.map(([fact, read]) => {
    const [before, after] = [read(left), read(right)]
    return { fact, before, after, same: before === after }
  })
}

function metadataFacts(left: GraphSummary, right: GraphSummary): (readonly [string, (version: Version) => string])[] {
  const keys = [...new Set([...left.metadata, ...right.metadata].map((m) => m.key))].sort()
  return keys.map((key) => [`Metadata ${key}`, (v: Version) => v.graph.metadata.find((m) => m.key === key)?.value ?? 'absent'] as const)
}

/** Operator counts of both sides; the largest changes first, then by name. */
export function compareOperators(left: GraphSummary, right: GraphSummary): Comparison['operators'] {
  const rows = new Map<string, { domain: string, type: string, before: number, after: number }>()
  const row = (domain: string, type: string) => {
    const key = `${domain}\u0000${type}`
    const found = rows.get(key) ?? { domain, type, before: 0, after: 0 }
    rows.set(key, found)
    return found
  }
  for (const { domain, type, count } of left.operators) row(domain, type).before += count
  for (const { domain, type, count } of right.operators) row(domain, type).after += count
  const byName = (a: { domain: string, type: string }, b: { domain: string, type: string }) => `${a.type}\u0000${a.domain}` < `${b.type}\u0000${b.domain}` ? -1 : 1
  return [...rows.values()].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || byName(a, b))
}

/** Every metric of either run, in the order of the first; a value missing on either side is not comparable, never a zero. */
export function compareMetrics(before: readonly MetricValue[], after: readonly MetricValue[]): MetricChange[] {
  const key = (m: MetricValue) => `${m.metric}\u0000${m.slice}`
  const later = new Map(after.map((m) => [key(m), m]))
  const seen = new Set(before.map(key))
  return [
    ...before.map((m) => metricChange(m, later.get(key(m)))),
    ...after.filter((m) => !seen.has(key(m))).map((m) => metricChange(undefined, m)),
  ]
}

function metricChange(left: MetricValue | undefined, right: MetricValue | undefined): MetricChange {
  const { metric, slice } = (left ?? right)!
  const before = left?.value ?? null
  const after = right?.value ?? null
  const direction = metricDirection(metric)
  const delta = before === null || after === null ? null : after - before
  return { metric, slice, before, after, delta, direction, verdict: verdictOf(delta, direction) }
}

function verdictOf(delta: number | null, direction: MetricChange['direction']): MetricChange['verdict'] {
  if (delta === null) return 'not-comparable'
  if (Math.abs(delta) < sameWithin) return 'same'
  if (direction === 'neither') return 'not-comparable'
  return (delta > 0) === (direction === 'higher-is-better') ? 'better' : 'worse'
}

/** What makes two runs less than fully comparable; empty when nothing does. */
export function runCaveats(left: Run, right: Run): string[] {
  const caveats: string[] = []
  const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b)
  if (left.datasetSha256 !== right.datasetSha256) caveats.push('The two runs read different data.')
  if (left.task !== right.task) caveats.push(`The first run is a ${words(left.task)}, the second a ${words(right.task)}.`)
  const policies = [left, right].map((run) => run.options.rows ?? run.binding.rows)
  if (policies[0] !== policies[1]) caveats.push(`Bad rows were treated differently: ${policies[0]} in the first run, ${policies[1]} in the second.`)
  const scored = [left, right].map((run) => run.rows?.scored ?? null)
  if (scored[0] !== scored[1]) caveats.push(`Different numbers of rows were scored: ${countOr(scored[0])} and ${countOr(scored[1])}.`)
  else if (differ(leftOutRecords(left), leftOutRecords(right))) caveats.push('As many rows were scored, but not the same ones: different records were left out.')
  if (left.options.limit !== right.options.limit) caveats.push('The two runs read a different share of the file.')
  if (differ(left.options.excludeRecords, right.options.excludeRecords)) caveats.push('Different records were excluded by hand.')
  if (left.binding.positiveClass !== right.binding.positiveClass) caveats.push(`The positive class differs: ${left.binding.positiveClass ?? 'none'} and ${right.binding.positiveClass ?? 'none'}.`)
  if (differ(left.binding.classes.map((c) => c.label).sort(), right.binding.classes.map((c) => c.label).sort())) caveats.push('The two models know different classes.')
  if (differ(left.binding.target, right.binding.target)) caveats.push('The true answers come from different columns.')
  if (differ(left.binding.decision, right.binding.decision)) caveats.push(`The predicted class is decided differently: ${decision(left)} and ${decision(right)}.`)
  if (left.environment !== null && right.environment !== null && left.environment.providerUsed !== right.environment.providerUsed) caveats.push(`They ran on different devices: ${left.environment.providerUsed} and ${right.environment.providerUsed}.`)
  if (left.environment !== null && right.environment !== null && left.environment.runtime !== right.environment.runtime) caveats.push(`They ran on different runtime versions: ${left.environment.runtime} and ${right.environment.runtime}.`)
  return caveats
}

const words = (task: Run['task']): string => task.replace('-', ' ')
const countOr = (count: number | null | undefined): string => count === null || count === undefined ? 'not recorded' : formatCount(count)
const leftOutRecords = (run: Run): unknown => run.rows?.leftOut.flatMap((reason) => reason.records).sort((a, b) => a - b) ?? null

function decision(run: Run): string {
  const rule = run.binding.decision
  switch (rule.kind) {
    case 'label-output': return 'by the label output'
    case 'argmax': return 'by the largest probability'
    case 'threshold': return `at the threshold ${rule.threshold}`
  }
}

/** The part of a comparison that two finished runs give. */
export function compareRuns(left: Run, right: Run): NonNullable<Comparison['onData']> {
  const rows = (run: Run) => run.rows?.scored ?? run.metrics.find((m) => m.metric === 'n' && m.slice === '')?.value ?? 0
  return {
    datasetId: right.datasetId, datasetName: right.datasetName, leftRunId: left.id, rightRunId: right.id,
    leftRows: rows(left), rightRows: rows(right), metrics: compareMetrics(left.metrics, right.metrics), caveats: runCaveats(left, right),
  }
}

/** The whole comparison. `runs`: the newest finished runs of both on the same data set content, or the sentence that says why there are none. */
export function compareVersions(left: Version, right: Version, runs: { readonly left: Run, readonly right: Run } | { readonly missing: string }): Comparison {
  return {
    left, right,
    signature: compareSignatures(servedSignature(left), servedSignature(right)),
    facts: compareFacts(left, right),
    operators: compareOperators(left.graph, right.graph),
    onData: 'missing' in runs ? null : compareRuns(runs.left, runs.right),
    missing: 'missing' in runs ? runs.missing : null,
  }
}
