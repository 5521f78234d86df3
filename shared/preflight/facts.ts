// What a preflight is told from: stored facts of a version, and the words that several findings share.
import type { Binding } from '../domain/binding.ts'
import type { BundleTarget, TargetChoice } from '../domain/bundle-target.ts'
import type { SpeedReport } from '../domain/device-report.ts'
import type { Signature, TensorType, ValueSpec, Version } from '../domain/model.ts'
import type { PreflightFinding, PreflightRepair, PreflightVerdict } from '../domain/preflight.ts'
import { oldestKserve, oldestTriton } from './engine-table.ts'

export interface PreflightFacts {
  readonly version: Version
  /** null: no binding is stored yet. */
  readonly binding: Binding | null
  /** The newest speed report of this model's bytes on the processor; null: nobody measured it. */
  readonly speed: SpeedReport | null
  /** Version of the ONNX Runtime that the bundle brings, and that evaluated the model. */
  readonly onnxruntime: string
  /** Whether the new version is to take its requests step by step beside the old one. */
  readonly canary: boolean
  /** The newest bundle of another version of the model, beside which it would stand; null: there is none; absent: not looked at. */
  readonly beside?: { readonly name: string; readonly sameTensors: boolean } | null
}

/** The bundle's own server runs the model there. */
export const ownServer = (target: BundleTarget): boolean => ['server', 'container', 'kubernetes', 'sagemaker'].includes(target)
export const isKserve = (target: BundleTarget): boolean => target === 'kserve-knative' || target === 'kserve-standard'

/** The engine's version of a choice; null stands for the oldest that is supported. */
export const engineVersion = ({ target, engine }: TargetChoice): string | null => engine ?? (target === 'triton' ? oldestTriton : isKserve(target) ? oldestKserve : null)
/** The Triton release that runs the model there; null where the bundle's own server does. */
export const tritonOf = (choice: TargetChoice): string | null => (choice.target === 'triton' ? engineVersion(choice) : isKserve(choice.target) ? oldestTriton : null)

export const servedSignature = (version: Version): Signature => version.derivation?.signature ?? version.signature

export const finding = (about: PreflightFinding['about'], verdict: PreflightVerdict, sentence: string, repair: PreflightRepair | null = null): PreflightFinding => ({ about, verdict, sentence, repair })

const order: readonly PreflightVerdict[] = ['loads', 'loads-with-limits', 'not-known', 'needs-repair', 'refused']
export const severity = (verdict: PreflightVerdict): number => order.indexOf(verdict)

/** Names in quotes, three at most and then a count. */
export function names(of: readonly { readonly name: string }[]): string {
  const shown = of.slice(0, 3).map((v) => `“${v.name}”`)
  const more = of.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

/** Types with a name in the Open Inference Protocol (BF16 is Triton's own addition). */
export const protocolTypes: readonly TensorType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'bool', 'string']
export const isTensor = (value: ValueSpec): boolean => value.kind === 'tensor'
