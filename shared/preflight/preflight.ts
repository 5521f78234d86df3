// The preflight: whether a model will load and serve on a target, from stored facts alone. Opens no file and asks no cluster.
import type { TargetChoice } from '../domain/bundle-target.ts'
import type { PreflightFinding, TargetPreflight } from '../domain/preflight.ts'
import { engineFindings } from './engine-findings.ts'
import { severity, tritonOf, type PreflightFacts } from './facts.ts'
import { placeFindings } from './place-findings.ts'
import { targetTitle } from './target-words.ts'
import { tensorFindings } from './tensor-findings.ts'

/** Whether files written in spite of a finding would be wrong. */
const blocks = (f: PreflightFinding): boolean => f.verdict === 'refused' || (f.verdict === 'needs-repair' && f.repair?.before === 'export')

/** The verdict for one target, the worst findings first. */
export function preflightTarget(facts: PreflightFacts, choice: TargetChoice): TargetPreflight {
  const findings = [...engineFindings(facts, choice), ...tensorFindings(facts, choice.target), ...placeFindings(facts, choice)]
    .map((f, place) => ({ f, place })).sort((a, b) => severity(b.f.verdict) - severity(a.f.verdict) || a.place - b.place).map(({ f }) => f)
  const triton = tritonOf(choice)
  return {
    choice, title: targetTitle(choice), engine: triton === null ? `the bundle’s server, ONNX Runtime ${facts.onnxruntime}` : choice.target === 'triton' ? `Triton ${triton}` : `Triton ${triton}, the one that KServe brings`,
    verdict: findings[0]?.verdict ?? 'loads', blocked: findings.find(blocks)?.sentence ?? null, findings,
  }
}

/** The verdict for every target, in the order asked for. */
export const preflight = (facts: PreflightFacts, choices: readonly TargetChoice[]): TargetPreflight[] => choices.map((choice) => preflightTarget(facts, choice))
