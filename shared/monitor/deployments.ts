// What recorded steps come to: stretches in which versions serve, and one line of time. Pure; owns the words of steps and their order.
// Refuses nothing: steps that were recorded out of order are sorted by when they happened.
import { z } from 'zod'
import { DeploymentSource, DeploymentStepKind, EndKind, StartKind, type Deployment, type DeploymentStep } from '../domain/deployment.ts'
import { BundleId, DeploymentId, EventId, ModelId, VersionId } from '../ids.ts'

/** A step as it is stored. `how`: of a start or an end. */
export const StoredStep = z.object({
  id: EventId, deploymentId: DeploymentId, modelId: ModelId, modelName: z.string(), versionId: VersionId, versionNumber: z.number().int(), environment: z.string(), target: z.string(), kind: DeploymentStepKind, how: z.string().nullable(),
  at: z.number().int(), recordedAt: z.number().int(), share: z.number().nullable(), source: DeploymentSource, bundleId: BundleId.nullable(), who: z.string().nullable(), reason: z.string().nullable(), sentence: z.string(),
})
export type StoredStep = z.infer<typeof StoredStep>

function deploymentOf(steps: readonly StoredStep[], logRows: number): Deployment | null {
  const start = steps.find((s) => s.kind === 'start')
  if (start === undefined) return null
  const end = steps.findLast((s) => s.kind === 'end')
  const shares = steps.flatMap((s) => (s.share === null || s.kind === 'end' ? [] : [{ at: s.at, share: s.share }]))
  const { id: _event, kind: _kind, how: _how, at: _at, recordedAt: _recorded, share: _share, sentence: _sentence, deploymentId, ...of } = start
  return {
    ...of, id: deploymentId, start: StartKind.catch('deployed').parse(start.how), since: start.at, until: end?.at ?? null, end: end === undefined ? null : EndKind.catch('ended').parse(end.how), endReason: end?.reason ?? null,
    shares, share: shares.at(-1)?.share ?? null, incidents: steps.filter((s) => s.kind === 'incident').length, logRows,
  }
}

/** All deployments of some steps: those that go on first, then by when they began, the newest first. */
export function deploymentsOf(steps: readonly StoredStep[], logRows: ReadonlyMap<string, number> = new Map()): readonly Deployment[] {
  const by = new Map<string, StoredStep[]>()
  for (const step of steps) by.set(step.deploymentId, [...(by.get(step.deploymentId) ?? []), step])
  return [...by.values()].flatMap((of) => deploymentOf(of, logRows.get(of[0]!.deploymentId) ?? 0) ?? [])
    .sort((a, b) => Number(a.until !== null) - Number(b.until !== null) || b.since - a.since || (a.id < b.id ? 1 : -1))
}

/** `income 3 in production (eu-1)`; the default target says nothing. */
export const placeName = (of: { readonly modelName: string; readonly versionNumber: number; readonly environment: string; readonly target: string }): string =>
  `${of.modelName} ${of.versionNumber} in ${of.environment}${of.target === 'default' ? '' : ` (${of.target})`}`

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`

const started: Readonly<Record<StartKind, string>> = { deployed: 'was deployed', promoted: 'was promoted', 'rolled-back-to': 'serves again after a rollback', seen: 'was seen to serve' }
const ended: Readonly<Record<EndKind, string>> = { ended: 'ended', replaced: 'was replaced', 'rolled-back': 'was rolled back' }

/** What a step says, in one sentence. */
export function stepSentence(step: Pick<StoredStep, 'modelName' | 'versionNumber' | 'environment' | 'target' | 'kind' | 'how' | 'share'>): string {
  const name = placeName(step)
  switch (step.kind) {
    case 'start': return `${name} ${started[StartKind.catch('deployed').parse(step.how)]}${step.share === null ? '' : `, with ${percent(step.share)} of the traffic`}.`
    case 'share': return `${name} gets ${percent(step.share ?? 0)} of the traffic.`
    case 'end': return `${name} ${ended[EndKind.catch('ended').parse(step.how)]}.`
    case 'incident': return `Incident with ${name}.`
  }
}

function outcomeOf({ kind, how }: StoredStep): DeploymentStep['outcome'] {
  if (kind === 'incident' || how === 'rolled-back') return 'bad'
  return kind === 'start' && (how === 'promoted' || how === 'deployed') ? 'good' : 'neutral'
}

/** A step as the line of time tells it. */
export function timelineStep(step: StoredStep): DeploymentStep {
  const { how, versionId, versionNumber, bundleId: _bundle, ...rest } = step
  return { ...rest, version: { versionId, number: versionNumber }, start: step.kind === 'start' ? StartKind.catch('deployed').parse(how) : null, end: step.kind === 'end' ? EndKind.catch('ended').parse(how) : null, outcome: outcomeOf(step) }
}
