// Whether a model will load and serve on a target: verdicts, findings and what can be done. Told from stored facts alone.
import { z } from 'zod'
import { TargetChoice } from './bundle-target.ts'

/**
 * `loads`: yes. `loads-with-limits`: yes, and something is good to know. `not-known`: nobody confirmed it.
 * `needs-repair`: not as it is, and there is a way. `refused`: no. The target's verdict is the worst of its findings.
 */
export const PreflightVerdict = z.enum(['loads', 'loads-with-limits', 'not-known', 'needs-repair', 'refused'])
export type PreflightVerdict = z.infer<typeof PreflightVerdict>

/** What can be done. `rewrite`: Slipway’s own rewrite of the outputs. `before`: what cannot go on without it. */
export const PreflightRepair = z.object({
  kind: z.enum(['rewrite', 'rename', 'engine', 'target', 'runtime', 'save-again', 'measure', 'client']),
  before: z.enum(['export', 'deployment', 'nothing']),
  sentence: z.string(),
  /** Another choice of target under which the finding is gone. */
  choice: TargetChoice.optional(),
})
export type PreflightRepair = z.infer<typeof PreflightRepair>

export const PreflightFinding = z.object({
  about: z.enum(['engine', 'opset', 'operators', 'inputs', 'outputs', 'batch', 'types', 'shapes', 'weights', 'size', 'name', 'memory', 'rollout']),
  verdict: PreflightVerdict,
  sentence: z.string(),
  repair: PreflightRepair.nullable(),
})
export type PreflightFinding = z.infer<typeof PreflightFinding>

export const TargetPreflight = z.object({
  choice: TargetChoice,
  /** `KServe 0.20, Standard mode`. */
  title: z.string(),
  /** What runs the model there: `ONNX Runtime 1.30.0 of the bundle`, `Triton 23.05`. */
  engine: z.string(),
  verdict: PreflightVerdict,
  /** The files for it would be wrong, so that an export for it is refused; why, in one sentence. */
  blocked: z.string().nullable(),
  /** The worst first. */
  findings: z.array(PreflightFinding),
})
export type TargetPreflight = z.infer<typeof TargetPreflight>
