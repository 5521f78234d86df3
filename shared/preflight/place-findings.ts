// What the place asks beyond the model's format: names, request sizes, memory, weight files, and how a new version is rolled out.
import type { TargetChoice } from '../domain/bundle-target.ts'
import type { ValueSpec } from '../domain/model.ts'
import type { PreflightFinding } from '../domain/preflight.ts'
import { formatBytes } from '../format.ts'
import { slugOf } from '../slug.ts'
import { compareVersions, standardCanarySince } from './engine-table.ts'
import { engineVersion, finding, isKserve, isTensor, ownServer, servedSignature, type PreflightFacts } from './facts.ts'

/** Body of a real-time request to SageMaker: the documented limit; whether some regions take more by now was not confirmed. */
export const sagemakerBodyBytes = 6 * 1024 * 1024
/** KServe makes one label of a host name, `<name>-predictor-<namespace>`, which may have 63 characters. */
const lettersOfHost = 63 - '-predictor-'.length
/** Most namespaces are shorter than this. */
const usualNamespace = 24
/** How long SageMaker waits for an answer of `/invocations`. */
const sagemakerSeconds = 60

/** Values of one row of an input; null where a dimension is free or unknown. */
function valuesOfRow(value: ValueSpec): number | null {
  if (!isTensor(value) || value.shape === null) return null
  const inner = value.shape.slice(1)
  return inner.every((d): d is number => typeof d === 'number') ? inner.reduce((product, d) => product * d, 1) : null
}

/** Bytes of one row in a JSON request, at about 11 characters a number; null where a size is not declared. */
export function jsonBytesOfRow(inputs: readonly ValueSpec[]): number | null {
  const values = inputs.map(valuesOfRow)
  return values.some((v) => v === null) ? null : values.reduce<number>((sum, v) => sum + 11 * (v ?? 0), 0)
}

function sizeFindings(facts: PreflightFacts, { target }: TargetChoice): PreflightFinding[] {
  if (target !== 'sagemaker') return []
  const row = jsonBytesOfRow(servedSignature(facts.version).inputs)
  if (row === null || row === 0) return []
  if (row > sagemakerBodyBytes) return [finding('size', 'not-known', `One row is about ${formatBytes(row)} as JSON. A real-time request to SageMaker may have ${formatBytes(sagemakerBodyBytes)}; that it may have more in your region was not confirmed.`, { kind: 'target', before: 'nothing', sentence: 'Ask for your region’s limit, or choose a target whose request size is your own, such as Kubernetes.' })]
  const rows = Math.floor(sagemakerBodyBytes / row)
  return rows >= 1000 ? [] : [finding('size', 'loads-with-limits', `A request to SageMaker may have ${formatBytes(sagemakerBodyBytes)}, about ${rows} row${rows === 1 ? '' : 's'} of this model as JSON.`)]
}

function nameFindings(facts: PreflightFacts, { target }: TargetChoice): PreflightFinding[] {
  const { modelName } = facts.version
  const slug = slugOf(modelName)
  const left = lettersOfHost - slug.length
  if (isKserve(target) && left < usualNamespace) {
    return [finding('name', 'loads-with-limits', `The name “${slug}” is long: KServe makes the host name “${slug}-predictor-NAMESPACE” of it, which may have 63 letters, so the namespace may have ${left}.`, { kind: 'rename', before: 'nothing', sentence: 'Rename the model, or choose a short namespace.' })]
  }
  if (slug === modelName || target === 'server' || target === 'container') return []
  return [finding('name', 'loads', `It is called “${slug}” there: names may hold small letters, digits and hyphens.`)]
}

function memoryFindings({ speed }: PreflightFacts, { target }: TargetChoice): PreflightFinding[] {
  if (target === 'server') return []
  if (speed === null) return [finding('memory', 'loads-with-limits', 'Nobody measured its memory and speed, so the files ask for cautious defaults.', { kind: 'measure', before: 'nothing', sentence: 'Measure the speed of this version before the export; the files then ask for what was measured.' })]
  const found = [finding('memory', 'loads', `It needed ${formatBytes(speed.memory.peakBytes)} at most when it was measured; the files ask for that and for the server.`)]
  const single = speed.batches.find((b) => b.batchSize === 1)
  const seconds = (single?.p99 ?? single?.meanMs ?? 0) / 1000
  if (target === 'sagemaker' && seconds > sagemakerSeconds) return [...found, finding('size', 'refused', `One row took ${Math.round(seconds)} seconds, and SageMaker waits ${sagemakerSeconds} seconds for an answer.`, { kind: 'target', before: 'export', sentence: 'Choose a target whose time limit is your own.' })]
  return found
}

function weightFindings({ version }: PreflightFacts, { target }: TargetChoice): PreflightFinding[] {
  const beside = version.derivation === null ? version.files.filter((f) => f.role === 'external-data') : []
  if (beside.length === 0) return []
  const words = beside.length === 1 ? 'a file beside the model goes' : `${beside.length} files beside the model go`
  return [finding('weights', 'loads', `Its weights lie in other files; ${words} into the bundle with it${ownServer(target) ? '' : ', in the folder that Triton reads them from'}.`)]
}

const kserve20 = (choice: TargetChoice): boolean => compareVersions(engineVersion(choice) ?? '0', standardCanarySince) >= 0

/** How the place shares out requests between the old version and the new one. */
function rolloutFindings({ canary }: PreflightFacts, choice: TargetChoice): PreflightFinding[] {
  if (!canary) return []
  const version = engineVersion(choice) ?? ''
  switch (choice.target) {
    case 'server': return [finding('rollout', 'loads', 'The bundle’s server serves both versions and shares out the requests.')]
    case 'container': return [finding('rollout', 'loads', 'HAProxy in front of the two containers shares out the requests.')]
    case 'triton': return [finding('rollout', 'loads-with-limits', 'Triton serves both versions but does not share out requests: a proxy in front must.')]
    case 'kserve-knative': return [finding('rollout', 'loads', 'Knative shares out the requests by canaryTrafficPercent.')]
    case 'kserve-standard': return kserve20(choice)
      ? [finding('rollout', 'loads-with-limits', `The share of spec.canary is kept by routes of the Gateway API; in a cluster without it KServe ${version} does not enforce it.`)]
      : [finding('rollout', 'refused', `KServe ${version} has no canary in Standard mode: canaryTrafficPercent is silently ignored there, and spec.canary came with ${standardCanarySince}.`, { kind: 'engine', before: 'export', sentence: `Choose KServe ${standardCanarySince}, or Knative mode, or replace the old version in one step.`, choice: { target: 'kserve-standard', engine: standardCanarySince } })]
    case 'kubernetes': return [finding('rollout', 'loads-with-limits', 'Plain Kubernetes does not share out requests: the cluster needs the Gateway API or Argo Rollouts, and the bundle has files for both.')]
    case 'sagemaker': return [finding('rollout', 'loads', 'SageMaker moves the requests in steps and goes back by itself when an alarm rises.')]
  }
}

/** What a step-by-step rollout needs beside a place that can do it: something that serves now, the same tensors, and measured limits. */
function besideFindings({ canary, beside, speed, version }: PreflightFacts): PreflightFinding[] {
  if (!canary) return []
  const found: PreflightFinding[] = []
  if (beside === null) found.push(finding('rollout', 'loads-with-limits', `Nothing to stand beside: no other version of ${version.modelName} was exported, so its first release takes all requests at once.`))
  else if (beside?.sameTensors === false) found.push(finding('rollout', 'refused', `It does not take and give the same tensors as ${beside.name}, the newest bundle of another version: callers cannot tell which of the two answers them, so the host refuses such a canary.`, { kind: 'client', before: 'export', sentence: 'Export it without the canary, and install it once its callers are ready for it.' }))
  if (speed === null) found.push(finding('rollout', 'loads-with-limits', 'Nobody measured its speed, so the rollout goes back at a default limit: a 99th percentile of 1 s.', { kind: 'measure', before: 'nothing', sentence: 'Measure it first: Speed on the version’s screen, or slipway speed.' }))
  return found
}

/** Names, sizes, memory, weights and roll-out. */
export const placeFindings = (facts: PreflightFacts, choice: TargetChoice): PreflightFinding[] =>
  [...rolloutFindings(facts, choice), ...besideFindings(facts), ...weightFindings(facts, choice), ...sizeFindings(facts, choice), ...nameFindings(facts, choice), ...memoryFindings(facts, choice)]
