// Everything a bundle is made from, as plain data: stored facts only, nothing looked up while exporting.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { TargetChoice } from '../../../shared/domain/bundle-target.ts'
import type { SpeedReport } from '../../../shared/domain/device-report.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Signature, TensorType, Version } from '../../../shared/domain/model.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Reference } from '../../../shared/drift/reference.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import type { ReleaseFacts } from './seal/evidence.ts'
import type { ScanNames } from './seal/scan-rules.ts'
import type { SigningKey } from './sign.ts'

export interface BundledSoftware { readonly name: string; readonly version: string; readonly licence: string }

export interface BundleFacts {
  readonly version: Version
  readonly run: Run
  readonly check: GateCheck
  readonly dataset: Dataset
  /** The files that run (of the derivation where there is one): the model first, each with the absolute path of its stored bytes. */
  readonly modelFiles: readonly { readonly name: string; readonly role: 'model' | 'external-data'; readonly path: string }[]
  readonly publisherName: string
  readonly serial: number
  /** Semantic version of the bundle. */
  readonly semver: string
  readonly platforms: readonly string[]
  /** What it is to be deployed to, sorted by name. */
  readonly targets: readonly TargetChoice[]
  /** The newest speed report of this model's bytes on the CPU; null: nobody measured it. */
  readonly speed: SpeedReport | null
  /** The run's rows and answers in bins; null: they are not there any more. */
  readonly reference: Reference | null
  readonly previous: BundleManifest['previous'] | null
  /** The manifest of the bundle before it; null: this is the first, or it is not known here. */
  readonly previousManifest: BundleManifest | null
  /** Packages inside the server and its scripts, and the runtime. */
  readonly software: readonly BundledSoftware[]
  readonly appVersion: string
  /** What the registry knows of the release; null: nothing was asked of it. */
  readonly evidence: ReleaseFacts | null
  /** Columns whose values level 2 of the prediction log may write; absent: none. */
  readonly rawColumns?: readonly string[]
  /** Moment (RFC 3339, UTC) by which somebody is to look at it again. */
  readonly reviewBy?: string
  /** Finds of the scan that the publisher looked at and lets pass, by id, sorted. */
  readonly accepted: readonly string[]
}

export interface ExportPlaces {
  /** An empty folder for this export alone; the caller removes it. */
  readonly staging: string
  /** The archive to write. */
  readonly target: string
  /** The folder with the prebuilt `server.cjs`, `verify.mjs`, `smoke.mjs` and `LICENSES.txt`. */
  readonly parts: string
  /** The `node_modules` folder that holds onnxruntime-node and onnxruntime-common. */
  readonly nativeModules: string
}

export interface ExportTools {
  readonly key: SigningKey
  /** Runs requests through a model file on the CPU. */
  readonly infer: (modelPath: string, requests: readonly (readonly PlainTensor[])[], outputs: readonly string[]) => Promise<readonly (readonly PlainTensor[])[]>
  /** What the scan looks for besides the usual shapes of secrets; absent: nothing. */
  readonly names?: ScanNames
  readonly signal: AbortSignal
  readonly progress: (step: string, done: number, total: number) => void
}

/** The signature that callers of the bundle see: of the derived model where there is one. */
export const servedSignature = (version: Version): Signature => version.derivation?.signature ?? version.signature

export const bindingOf = (facts: BundleFacts): Binding => facts.run.binding

const datatypes: Partial<Record<TensorType, string>> = {
  float32: 'FP32', float64: 'FP64', float16: 'FP16', bfloat16: 'BF16', int8: 'INT8', int16: 'INT16', int32: 'INT32', int64: 'INT64',
  uint8: 'UINT8', uint16: 'UINT16', uint32: 'UINT32', uint64: 'UINT64', bool: 'BOOL', string: 'BYTES',
}

/** The Open Inference Protocol's name of an element type; `UNSUPPORTED` where it has none. */
export const datatypeOf = (dtype: TensorType | null): string => (dtype === null ? undefined : datatypes[dtype]) ?? 'UNSUPPORTED'

/** Outputs that the server can answer with: tensors of a type that the protocol's JSON can carry. Sequences and maps cannot be fetched. */
export const servedOutputs = (version: Version): Signature['outputs'] =>
  servedSignature(version).outputs.filter((o) => o.kind === 'tensor' && !['UNSUPPORTED', 'BF16'].includes(datatypeOf(o.dtype)))

/** A declared shape with -1 for every free dimension; an undeclared rank is one free dimension. */
export const wireShape = (shape: Signature['inputs'][number]['shape']): number[] => (shape === null ? [-1] : shape.map((d) => (typeof d === 'number' ? d : -1)))
