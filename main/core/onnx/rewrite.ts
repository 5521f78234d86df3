// The engine's `model.rewrite`: writes a model without its ZipMaps, proves it equal, and only then puts it in place.
// Never changes the original; leaves nothing behind when the proof fails.
import { copyFile, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { EngineContract } from '../engine/engine-contract.ts'
import { checkCancelled, copyHashed, openOrdinary, writeFault } from '../files/staged-copy.ts'
import { readSignature } from './describe.ts'
import { checkExternal } from './external.ts'
import { readStaged } from './model-read.ts'
import { proveEqual, proveStructure } from './rewrite-proof.ts'
import { wireFault } from './tensor.ts'
import { vocabularies } from './vocabulary.ts'
import { ByteSource } from './wire.ts'
import { writePieces } from './wire-write.ts'
import { editedPieces, planZipMapEdit, witnessPieces } from './zipmap-edit.ts'

type RewriteModel = EngineContract['model.rewrite']
type Context = CallContext<ProgressOf<RewriteModel>>

async function checkSource(path: string, sha256: string, context: Context): Promise<void> {
  const { handle, stats } = await openOrdinary(path, basename(path))
  try {
    let done = 0
    const found = await copyHashed(handle, null, basename(path), 'the workspace', {
      signal: context.signal, onBytes: (n) => { done += n; context.progress({ step: 'checking the original', done, total: Number(stats.size) }) },
    })
    if (found.sha256 !== sha256) throw new SlipwayError('store.blobMissing', { sha256, what: 'model' })
  } finally {
    await handle.close()
  }
}

/** Puts the weight files beside the models under proof: by a second name for the same bytes where the disk allows, else by a copy. */
async function bringExternal(source: ByteSource, path: string, folder: string): Promise<void> {
  const file = basename(path)
  for (const part of await checkExternal(readStaged(source, file), file, dirname(path), file)) {
    const target = join(folder, part.inside)
    await mkdir(dirname(target), { recursive: true })
    await link(part.path, target).catch(() => copyFile(part.path, target)).catch((error: unknown) => { throw writeFault(error, 'the workspace') })
  }
}

async function rewriteInto(folder: string, input: InputOf<RewriteModel>, source: ByteSource, context: Context): Promise<OutputOf<RewriteModel>> {
  const file = basename(input.model.path)
  const model = readStaged(source, file)
  const edit = planZipMapEdit(source, model, input.sourceSha256)
  await bringExternal(source, input.model.path, folder)
  context.progress({ step: 'writing the rewritten model', done: null, total: null })
  const paths = { witness: join(folder, 'slipway-witness.onnx'), derived: join(folder, 'slipway-derived.onnx') }
  const written = await writePieces(source, editedPieces(source, edit), paths.derived, context.signal)
  await writePieces(source, witnessPieces(source, model, edit), paths.witness, context.signal)
  const derived = ByteSource.ofFile(paths.derived)
  try {
    const signature = readSignature(readStaged(derived, file))
    context.progress({ step: 'proving that both are equal', done: null, total: null })
    const parts = proveStructure(source, derived, edit)
    const original = readSignature(model)
    const proof = await proveEqual(paths, original, vocabularies(source, model, original), edit, parts, context.signal)
    checkCancelled(context.signal)
    await rename(paths.derived, input.target).catch((error: unknown) => { throw writeFault(error, 'the workspace') })
    return { kind: 'zipmap-removed', sha256: written.sha256, bytes: written.bytes, sourceSha256: input.sourceSha256, edits: [...edit.words], signature, proof }
  } finally {
    derived.close()
  }
}

/**
 * Writes the model at `model.path` without its ZipMap nodes to `target`; weight files keep their names and belong beside it.
 * Throws `model.notRewritable` with the reason, `store.blobMissing` when the original is not the one that was imported.
 */
export async function rewriteModel(input: InputOf<RewriteModel>, context: Context): Promise<OutputOf<RewriteModel>> {
  checkCancelled(context.signal)
  await checkSource(input.model.path, input.sourceSha256, context)
  await mkdir(dirname(input.target), { recursive: true }).catch((error: unknown) => { throw writeFault(error, 'the workspace') })
  const folder = await mkdtemp(join(dirname(input.target), '.rewrite-')).catch((error: unknown) => { throw writeFault(error, 'the workspace') })
  const source = ByteSource.ofFile(input.model.path)
  try {
    return await rewriteInto(folder, input, source, context)
  } catch (error) {
    throw wireFault(error, basename(input.model.path))
  } finally {
    source.close()
    await rm(folder, { recursive: true, force: true })
  }
}
