// Exports a bundle: stage, answer the golden requests, hash, sign, archive, verify by re-reading, and only then put in place.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { bundleFolderName } from '../../../shared/slug.ts'
import { fileError } from '../files/blobs.ts'
import { canonicalJson } from './canonical-json.ts'
import { bindingOf, servedOutputs, servedSignature, type BundleFacts, type ExportPlaces, type ExportTools } from './facts.ts'
import { goldenRequests } from './golden.ts'
import { goldenTolerance, onTheWire, type GoldenLine } from './golden-lines.ts'
import { buildManifest } from './manifest.ts'
import { checkTarget, placeWhole } from './place-whole.ts'
import type { Planned } from './planned.ts'
import { findSentence, isScanned, scanFiles } from './seal/scan.ts'
import { noNames } from './seal/scan-rules.ts'
import { signatureTexts } from './seal/signature-files.ts'
import { modelPath, planFiles, sortFiles, stageFile, sumsText, type StagedFile } from './stage.ts'
import { verifyBundle } from './verify.ts'
import { writeZip } from './zip-write.ts'

export interface ExportedBundle { readonly sha256: string; readonly rootDigest: string; readonly bytes: number; readonly manifest: BundleManifest; readonly fileName: string }

const steps = ['collecting', 'answering golden requests', 'hashing and signing', 'archiving', 'verifying', 'putting in place'] as const

async function goldenFile(facts: BundleFacts, model: string, tools: ExportTools): Promise<Planned> {
  const signature = servedSignature(facts.version)
  const requests = goldenRequests(signature, bindingOf(facts).inputs, facts.dataset.columns, facts.run.options.seed)
  const outputs = servedOutputs(facts.version).map((o) => o.name)
  const responses = await tools.infer(model, requests, outputs)
  const lines = requests.map((inputs, i): GoldenLine => ({ id: `golden-${i + 1}`, request: { inputs: inputs.map(onTheWire) }, response: { outputs: (responses[i] ?? []).map(onTheWire) }, tolerance: { ...goldenTolerance } }))
  return { path: 'model/golden.jsonl', role: 'golden', mediaType: 'application/jsonl', text: lines.map((line) => `${canonicalJson(line)}\n`).join('') }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

/** Nothing leaves that should stay. Errors: `bundle.secretsFound`. */
async function demandClean(files: readonly StagedFile[], facts: BundleFacts, tools: ExportTools): Promise<void> {
  const scanned = files.filter((f) => isScanned(f.path)).map((f) => ({ path: f.path, read: () => createReadStream(f.file) as AsyncIterable<Buffer>, place: () => ({ file: f.file, start: 0, bytes: f.bytes }) }))
  const finds = await scanFiles(scanned, tools.names ?? noNames, facts.accepted, tools.signal)
  if (finds.length > 0) throw new SlipwayError('bundle.secretsFound', { finds: finds.map(findSentence), ids: [...new Set(finds.filter((f) => f.acceptable).map((f) => f.id))] })
}

async function stageAll(facts: BundleFacts, places: ExportPlaces, tools: ExportTools, report: (step: number) => void): Promise<{ files: StagedFile[]; manifest: BundleManifest; rootDigest: string }> {
  const root = join(places.staging, 'tree')
  const files: StagedFile[] = []
  for (const planned of await planFiles(facts, places, tools.key.keyId)) {
    tools.signal.throwIfAborted()
    files.push(await stageFile(root, planned))
  }
  report(1)
  files.push(await stageFile(root, await goldenFile(facts, join(root, ...modelPath(facts).split('/')), tools)))
  report(2)
  const listed = sortFiles(files).map(({ path, bytes, sha256, mode, role, mediaType }) => ({ path, bytes, sha256, mode, role, mediaType }))
  const server = files.find((f) => f.path === 'server/server.cjs')
  const manifest = buildManifest(facts, tools.key.keyId, server?.sha256 ?? '', modelPath(facts), listed)
  files.push(await stageFile(root, { path: 'bundle.json', role: 'contract', mediaType: 'application/json', text: `${canonicalJson(manifest)}\n` }))
  const sums = sumsText(files)
  const signed = Buffer.from(sums, 'utf8')
  files.push(await stageFile(root, { path: 'SHA256SUMS', role: 'evidence', mediaType: 'text/plain', text: sums }))
  await demandClean(files, facts, tools)
  const rootDigest = createHash('sha256').update(signed).digest('hex')
  for (const { path, mediaType, bytes } of signatureTexts(tools.key, signed, manifest, rootDigest)) {
    const file = join(places.staging, 'signature')
    await writeFile(file, bytes)
    files.push(await stageFile(root, { path, role: 'evidence', mediaType, copyOf: file }))
  }
  return { files, manifest, rootDigest }
}

/**
 * Makes the archive at `places.target`, or leaves nothing. The same facts and key give the same bytes anywhere.
 * Errors: `bundle.targetExists`, `bundle.secretsFound`, `bundle.verifyFailed`, `file.diskFull`, `file.notWritable`; aborts with the signal's reason.
 */
export async function exportBundle(facts: BundleFacts, places: ExportPlaces, tools: ExportTools): Promise<ExportedBundle> {
  const report = (step: number): void => { tools.progress(steps[step] ?? 'done', step, steps.length) }
  const archive = join(places.staging, 'bundle.zip')
  try {
    await mkdir(places.staging, { recursive: true })
    await checkTarget(places.target)
    report(0)
    const { files, manifest, rootDigest } = await stageAll(facts, places, tools, report)
    report(3)
    const top = bundleFolderName(facts.version.modelName, facts.semver)
    const entries = sortFiles(files.map((f) => ({ path: `${top}/${f.path}`, mode: f.mode === '0755' ? 0o755 as const : 0o644 as const, bytes: f.bytes, crc32: f.crc32, file: f.file })))
    await writeZip(archive, entries, tools.signal)
    report(4)
    const verdict = await verifyBundle(archive, { trust: tools.key.publicPem, infer: tools.infer, scratch: join(places.staging, 'verify'), signal: tools.signal })
    if (verdict.verdict !== 'trusted') throw new SlipwayError('bundle.verifyFailed', { reason: verdict.sentence.replace(/\.$/, '') })
    report(5)
    const sha256 = await sha256Of(archive)
    const { size } = await stat(archive)
    tools.signal.throwIfAborted()
    await placeWhole(archive, places.target)
    return { sha256, rootDigest, bytes: size, manifest, fileName: basename(places.target) }
  } catch (thrown) {
    throw fileError(thrown, 'the workspace')
  } finally {
    await rm(archive, { force: true })
  }
}
