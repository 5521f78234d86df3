// Whether the engine's ONNX Runtime reads the model's format: IR version, opsets, operator domains.
import type { TargetChoice } from '../domain/bundle-target.ts'
import type { GraphSummary } from '../domain/model.ts'
import type { PreflightFinding, PreflightRepair } from '../domain/preflight.ts'
import { compareVersions, kserveVersions, oldestTriton, runtimeOfTriton, tritonThatReads, tritonVersions, type Understands } from './engine-table.ts'
import { engineVersion, finding, isKserve, tritonOf, type PreflightFacts } from './facts.ts'

const opsetOf = (graph: GraphSummary, domains: readonly string[]): number => Math.max(0, ...graph.opsets.filter((o) => domains.includes(o.domain)).map((o) => o.version))
/** What a model asks of whoever reads it; 0 where it uses nothing of a domain. */
export const needsOf = (graph: GraphSummary): Understands => ({ ir: graph.irVersion, opset: opsetOf(graph, ['', 'ai.onnx']), ml: opsetOf(graph, ['ai.onnx.ml']) })

const list = (parts: readonly string[]): string => (parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`)
const labels: Readonly<Record<keyof Understands, string>> = { ir: 'IR version', opset: 'opset', ml: 'opset of ai.onnx.ml' }
const beyond = (needs: Understands, reads: Understands): (keyof Understands)[] => (['ir', 'opset', 'ml'] as const).filter((k) => needs[k] > reads[k])
const compared = (keys: readonly (keyof Understands)[], needs: Understands, reads: Understands, most: string): string => list(keys.map((k) => `${labels[k]} ${needs[k]} (${most} ${reads[k]} there)`))

/** What to do about a format that is too new for a Triton release. */
function formatRepair(choice: TargetChoice, needs: Understands): PreflightRepair {
  if (isKserve(choice.target)) return { kind: 'runtime', before: 'deployment', sentence: 'Let the bundle’s own server run it under KServe (deploy/kserve/own-server), or give the runtime a newer Triton with runtimeVersion.' }
  const newer = tritonThatReads(needs)
  if (newer !== null) return { kind: 'engine', before: 'export', sentence: `Choose Triton ${newer} or newer.`, choice: { target: 'triton', engine: newer } }
  return { kind: 'save-again', before: 'export', sentence: 'Save the model again with an older opset and IR version, or choose a target that runs the bundle’s own server.' }
}

function formatFinding(facts: PreflightFacts, choice: TargetChoice, triton: string): PreflightFinding {
  const needs = needsOf(facts.version.graph)
  const runtime = runtimeOfTriton(triton)
  const name = `Triton ${triton}${runtime.onnxruntime === null ? '' : `, with ONNX Runtime ${runtime.onnxruntime},`}`
  const repair = formatRepair(choice, needs)
  const impossible = runtime.atMost === null ? [] : beyond(needs, runtime.atMost)
  if (impossible.length > 0 && runtime.atMost !== null) {
    const verdict = isKserve(choice.target) ? 'needs-repair' : 'refused'
    return finding('opset', verdict, `${name} cannot read this model: it needs ${compared(impossible, needs, runtime.atMost, 'at most')}.`, repair)
  }
  const unsure = beyond(needs, runtime.surely)
  if (unsure.length > 0) return finding('opset', 'not-known', `Whether ${name} reads this model was not confirmed: it needs ${compared(unsure, needs, runtime.surely, 'certain up to')}.`, repair)
  return finding('opset', 'loads', `${name} reads IR version ${needs.ir}${needs.opset === 0 ? '' : `, opset ${needs.opset}`}${needs.ml === 0 ? '' : `, ai.onnx.ml ${needs.ml}`}.`)
}

/** Domains of ONNX itself. */
const standard = ['', 'ai.onnx', 'ai.onnx.ml']
/** Domains that ONNX Runtime brings beside them. */
const contributed = (domain: string): boolean => domain === 'com.microsoft' || domain.startsWith('com.microsoft.')

function operatorFindings({ version, onnxruntime }: PreflightFacts, triton: string | null): PreflightFinding[] {
  const foreign = version.graph.operators.filter((o) => !standard.includes(o.domain))
  if (foreign.length === 0) return []
  const of = (kind: (domain: string) => boolean): string => list([...new Set(foreign.filter((o) => kind(o.domain)).map((o) => `${o.type} (${o.domain})`))].slice(0, 4))
  const own = foreign.some((o) => !contributed(o.domain))
  if (triton === null) return [finding('operators', 'loads', `It uses operators beyond the ONNX standard, ${of(() => true)}, which ONNX Runtime ${onnxruntime} of the bundle has: this model was opened with it.`)]
  if (own && version.graph.functionCount === 0) return [finding('operators', 'refused', `Triton’s ONNX Runtime does not have ${of((d) => !contributed(d))}; a library of custom operators would have to be installed there, which a bundle does not bring.`)]
  return [finding('operators', 'not-known', `It uses ${of(() => true)}, operators that differ between releases of ONNX Runtime. Whether Triton ${triton} has them was not confirmed.`, { kind: 'target', before: 'deployment', sentence: 'Load it once in that Triton before the roll-out, or choose a target that runs the bundle’s own server.' })]
}

/** Versions of engines that nobody wrote these files for. */
function versionFindings(choice: TargetChoice): PreflightFinding[] {
  const version = engineVersion(choice)
  if (version === null) return []
  if (isKserve(choice.target)) {
    const known = kserveVersions.some((v) => compareVersions(version.split('.').slice(0, 2).join('.'), v) === 0)
    if (known) return []
    if (compareVersions(version, kserveVersions[0]) < 0) return [finding('engine', 'refused', `KServe ${version} is older than ${kserveVersions[0]}, the oldest that the files of a bundle are written for.`, { kind: 'engine', before: 'export', sentence: `Choose KServe ${kserveVersions[0]} or newer.`, choice: { ...choice, engine: kserveVersions[0] } })]
    return [finding('engine', 'not-known', `KServe ${version} is newer than ${kserveVersions.at(-1) ?? ''}, the newest whose definitions these files were checked against.`)]
  }
  if (compareVersions(version, tritonVersions[0] ?? '') < 0) return [finding('engine', 'not-known', `Triton ${version} is older than ${tritonVersions[0] ?? ''}, the oldest whose ONNX Runtime is known here.`, { kind: 'engine', before: 'nothing', sentence: `Choose Triton ${oldestTriton} or newer.`, choice: { ...choice, engine: oldestTriton } })]
  return []
}

/** Format, operators and version of the engine. */
export function engineFindings(facts: PreflightFacts, choice: TargetChoice): PreflightFinding[] {
  const triton = tritonOf(choice)
  const needs = needsOf(facts.version.graph)
  const format = triton === null
    ? finding('opset', 'loads', `The bundle brings ONNX Runtime ${facts.onnxruntime}, which opened this model here (IR version ${needs.ir}${needs.opset === 0 ? '' : `, opset ${needs.opset}`}).`)
    : formatFinding(facts, choice, triton)
  return [format, ...operatorFindings(facts, triton), ...versionFindings(choice)]
}
