// When a model for pictures says nothing about normalisation: tries the common ones on labelled pictures and takes the best.
// Owns that contest; its outcome is always told as a guess with its numbers.
import type { GraphSummary } from '../../../shared/domain/model.ts'
import type { Guess, InputBinding } from '../../../shared/domain/binding.ts'
import { proposeClasses, type LabelCounts } from './propose-classes.ts'
import { withNormalisation, type ImageChoice } from './propose-images.ts'
import { outputFacts, proposeOutputs, type Probe } from './propose-outputs.ts'
import { probeModel, type ProbePace, type ProbeRequest, type Sample } from './propose-probe.ts'
import type { ModelSession } from './session.ts'
import { argmaxRows } from '../../../shared/metrics/decision.ts'

interface Contest<F> {
  readonly session: ModelSession
  readonly sample: Sample
  readonly request: ProbeRequest
  readonly graph: GraphSummary
  readonly choice: ImageChoice
  readonly found: F
  readonly classes: LabelCounts
  /** For all ways together. */
  readonly pace: ProbePace
  readonly signal: AbortSignal
}

interface Grade { readonly share: number; readonly n: number }

/** Share of right answers of a probe with the classes that would be proposed from it; null without scores or truth. */
function grade(probe: Probe, contest: Contest<unknown>): Grade | null {
  const facts = outputFacts(contest.request.signature, probe)
  const outputs = proposeOutputs(contest.request.signature, facts, 'classification', null)
  const score = outputs.score === null ? undefined : probe.outputs.get(outputs.score.spec.name)
  if (score?.values == null || score.width < 2) return null
  const { classes } = proposeClasses(contest.graph, contest.classes, score.width, outputs, null, true)
  const index = new Map(classes.map((c, i) => [c.label, i]))
  const best = argmaxRows(score.values, probe.rows, score.width)
  let n = 0
  let right = 0
  probe.truth.forEach((t, r) => {
    const i = t === null ? undefined : index.get(t)
    if (i === undefined) return
    n++
    if (best[r] === i) right++
  })
  return n === 0 ? null : { share: right / n, n }
}

/**
 * On unusual data a wrong normalisation can do a little better than the right one, so a less common way must win plainly:
 * by more right answers than chance explains on so few pictures.
 */
const plainMargin = 0.15

const clearlyBetter = (candidate: Grade | null, best: Grade | null): boolean =>
  candidate !== null && best !== null && candidate.share >= best.share + plainMargin

/** The normalisation with the most right answers, a less common one only by a plain margin; the first one when there is no truth to judge by. */
export async function likeliestNormalisation<F extends { readonly inputs: readonly InputBinding[]; readonly guesses: readonly Guess[] }>(contest: Contest<F>): Promise<{ found: F; probe: Probe | null; problems: readonly [] }> {
  const { choice, request, found } = contest
  const pace = { ...contest.pace, limitMs: contest.pace.limitMs / choice.candidates.length }
  let best: { bound: ImageChoice['bound']; name: string; probe: Probe; grade: Grade | null } | null = null
  for (const candidate of choice.candidates) {
    const bound = withNormalisation(choice.bound, candidate)
    const inputs = request.inputs.map((i) => (i.input === bound.input ? bound : i))
    const probe = await probeModel(contest.session, contest.sample, { ...request, inputs }, pace, contest.signal)
    if (probe === null) break
    const mark = grade(probe, contest)
    if (best === null || clearlyBetter(mark, best.grade)) best = { bound, name: candidate.name, probe, grade: mark }
    if (mark === null) break
  }
  if (best === null) return { found, probe: null, problems: [] }
  const about = `inputs.${choice.bound.input}.normalisation`
  const reason = best.grade === null ? 'The model does not say how its pixels are normalised; this is the most common way.'
    : `The model does not say how its pixels are normalised; of ${choice.candidates.length} common ways, no more common one answers plainly more of ${best.grade.n} sample pictures rightly (${Math.round(best.grade.share * 100)} %).`
  const guesses = found.guesses.map((g): Guess => (g.about === about ? { about, value: best.name, confidence: 'guess', reason } : g))
  return { found: { ...found, inputs: found.inputs.map((i) => (i.input === choice.bound.input ? best.bound : i)), guesses }, probe: best.probe, problems: [] }
}
