// The preflight of a stored version: gathers its facts, and refuses an export for targets that would not load it.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { TargetPreflight } from '../../../shared/domain/preflight.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { preflight } from '../../../shared/preflight/preflight.ts'
import type { Parts } from '../parts.ts'
import { newestBinding } from '../store/bindings.ts'
import type { ReadDb } from '../store/database.ts'
import { speedOf } from '../store/device-reports.ts'
import { getVersion } from '../store/versions.ts'
import { onnxruntimeVersion } from './runtime-version.ts'

/** Errors: `input.unknownId`. */
export function preflightVersion(parts: Parts, db: ReadDb, versionId: VersionId, wish: Pick<InputOf<SlipwayContract['bundle.preflight']>, 'targets' | 'canary'>): TargetPreflight[] {
  const version = getVersion(db, versionId)
  const facts = {
    version, binding: newestBinding(db, versionId)?.binding ?? null, speed: speedOf(db, versionId, version.derivation?.sha256 ?? version.sha256),
    onnxruntime: onnxruntimeVersion(parts), canary: wish.canary,
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
