// version.rewrite: a version whose outputs are maps -> a derived blob with plain tensors, proven equal. The original stays.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, workFolder, type Parts } from '../parts.ts'
import { record } from '../store/history.ts'
import { getVersion, insertDerivation } from '../store/versions.ts'
import { openModel } from '../steps/model-source.ts'

/** Rewrites once; a version that has its derivation already is the answer. Errors: `model.notRewritable`, engine errors. */
export async function rewriteVersion(parts: Parts, id: VersionId, context: JobContext): Promise<Version> {
  const version = parts.store.read((db) => getVersion(db, id))
  if (version.derivation !== null) return version
  if (!version.needsRewrite) throw new SlipwayError('model.notRewritable', { reason: 'every output is a plain tensor already' })
  const model = await openModel(parts, version, 'original')
  const folder = workFolder(parts)
  await mkdir(folder, { recursive: true })
  try {
    const target = join(folder, 'derived.onnx')
    const derived = await parts.light.task('model.rewrite', { model, sourceSha256: version.sha256, target }, { signal: context.signal, kill: context.kill, onProgress: stepProgress(context) })
    if (!derived.proof.equal) throw new SlipwayError('model.notRewritable', { reason: derived.proof.statement })
    await parts.blobs.put(target, derived.sha256)
    const now = parts.clock()
    return parts.store.write((db) => {
      const fresh = getVersion(db, id)
      if (fresh.derivation !== null) return fresh
      insertDerivation(db, id, { ...derived, createdAt: now })
      record(db, { verb: 'version.rewrite', subject: id, sentence: `Rewrote the outputs of ${version.modelName} ${version.number} to plain tensors: ${derived.proof.statement}`, facts: { sourceSha256: derived.sourceSha256, sha256: derived.sha256, edits: derived.edits } }, now)
      return getVersion(db, id)
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
