// The preflight of a stored version: gathers its facts, and refuses an export for targets that would not load it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { ValueSpec, Version } from '../../../shared/domain/model.ts'
import type { TargetPreflight } from '../../../shared/domain/preflight.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { PreflightFacts } from '../../../shared/preflight/facts.ts'
import { preflight } from '../../../shared/preflight/preflight.ts'
import { datatypeOf, servedOutputs, servedSignature, wireShape } from '../bundle/facts.ts'
import type { Parts } from '../parts.ts'
import { newestBinding } from '../store/bindings.ts'
import { bundleManifest, listBundles } from '../store/bundles.ts'
import type { ReadDb } from '../store/database.ts'
import { speedOf } from '../store/device-reports.ts'
import { getVersion } from '../store/versions.ts'
import { onnxruntimeVersion } from './runtime-version.ts'

/** The newest bundle of another version of the model, and whether this version could stand beside it. */
function besideOf(db: ReadDb, version: Version): PreflightFacts['beside'] {
  const other = listBundles(db, { modelId: version.modelId }).find((b) => b.versionId !== version.id)
  if (other === undefined) return null
  const { model } = bundleManifest(db, other.id)
  const form = (tensors: readonly { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }[]): string => JSON.stringify(tensors.map((t) => [t.name, t.datatype, t.shape]))
  const own = (specs: readonly ValueSpec[]): string => form(specs.map((s) => ({ name: s.name, datatype: datatypeOf(s.dtype), shape: wireShape(s.shape) })))
  return { name: `${other.name} ${other.version}`, sameTensors: own(servedSignature(version).inputs) === form(model.inputs) && own(servedOutputs(version)) === form(model.outputs) }
}

/** Errors: `input.unknownId`. */
export function preflightVersion(parts: Parts, db: ReadDb, versionId: VersionId, wish: Pick<InputOf<SlipwayContract['bundle.preflight']>, 'targets' | 'canary'>): TargetPreflight[] {
  const version = getVersion(db, versionId)
  const facts = {
    version, binding: newestBinding(db, versionId)?.binding ?? null, speed: speedOf(db, versionId, version.derivation?.sha256 ?? version.sha256),
    onnxruntime: onnxruntimeVersion(parts), canary: wish.canary,
    ...(wish.canary ? { beside: besideOf(db, version) } : {}),
  }
  return preflight(facts, wish.targets)
}

/** Errors: `bundle.targetRefused`, for the first target whose files would be wrong. */
export function checkTargets(found: readonly TargetPreflight[]): void {
  const refused = found.find((t) => t.blocked !== null)
  if (refused?.blocked == null) return
  const repair = refused.findings.find((f) => f.sentence === refused.blocked)?.repair?.sentence
  throw new SlipwayError('bundle.targetRefused', { target: refused.title, reason: refused.blocked, repair })
}
