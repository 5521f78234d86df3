// What a bundle can be deployed to, and for which version of the engine its files are written.
import { z } from 'zod'

/** `server`: the bundle's own server on Node. `kserve-knative` and `kserve-standard` are KServe's two modes, which canary in different ways. */
export const BundleTarget = z.enum(['server', 'container', 'triton', 'kserve-knative', 'kserve-standard', 'kubernetes', 'sagemaker'])
export type BundleTarget = z.infer<typeof BundleTarget>

/** One target, with the engine's version where files differ by it (`0.15` … `0.20` of KServe, `23.05` of Triton); null: the oldest that is supported. */
export const TargetChoice = z.object({ target: BundleTarget, engine: z.string().regex(/^\d+\.\d+(\.\d+)?$/, 'not a version such as 0.20').nullable() })
export type TargetChoice = z.infer<typeof TargetChoice>

/** What an export is for when nobody chose. */
export const defaultTargets: readonly TargetChoice[] = [{ target: 'container', engine: null }, { target: 'server', engine: null }]
