// Verifies a bundle, archive or folder: shape, signature, every hash, no file too many or too few, manifest, golden answers.
// `slipway verify`, the export itself and the bundle's own bin/verify.mjs all run this one implementation.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BundleManifest, type VerifyReport, type VerifyVerdict } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { openBundle, readText, type BundleTree } from './bundle-tree.ts'
import { byCodePoint, canonicalJson } from './canonical-json.ts'
import type { ExportTools } from './facts.ts'
import { goldenDistance, type GoldenLine } from './golden-lines.ts'
import { parseGoldenLines } from './golden-parse.ts'
import { keyIdOf, publicPemOf, verifyBytes } from './sign.ts'
import { ArchiveFault } from './zip-read.ts'

export interface VerifyOptions {
  /** PEM of the publisher's public key that the user trusts; without it the best answer is "intact, publisher unknown". */
  readonly trust?: string
  /** Runs golden requests; without it they are not run, and the report says so with the reason in `notRun`. */
  readonly infer?: ExportTools['infer']
  /** Why golden requests are not run, as the end of a sentence; absent: no runtime is at hand. */
  readonly notRun?: string
  /** A folder of its own for the unpacked model; made and removed. Needed with `infer`. */
  readonly scratch?: string
  readonly signal?: AbortSignal
}

const exits: Readonly<Record<VerifyVerdict, number>> = { trusted: 0, tampered: 1, malformed: 2, 'unknown-publisher': 3, 'golden-mismatch': 4, downgrade: 5, 'not-approved': 3, secrets: 2 }
const sumsFile = 'SHA256SUMS'
const signatureFile = 'signatures/SHA256SUMS.sig'
const publisherFile = 'signatures/publisher.pub.pem'
const goldenCheck = 'golden requests'
const unlisted = new Set([sumsFile, signatureFile, publisherFile])

/** A check that failed; its message is the sentence of the report. */
class Refused extends Error {
  readonly verdict: VerifyVerdict
  readonly check: string
  constructor(verdict: VerifyVerdict, check: string, message: string) {
    super(message)
    this.verdict = verdict
    this.check = check
  }
}

interface Findings { checks: { name: string; ok: boolean; notRun?: true; detail: string }[]; rootDigest: string | null; keyId: string | null; manifest: BundleManifest | null }

function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>()
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Refused('malformed', 'hashes', 'SHA256SUMS does not end with a line end.')
  let last = ''
  for (const line of lines) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line)
    const path = match?.[2]
    if (match?.[1] === undefined || path === undefined) throw new Refused('malformed', 'hashes', 'SHA256SUMS has a line that is not a hash and a path.')
    if (last !== '' && byCodePoint(last, path) >= 0) throw new Refused('malformed', 'hashes', 'SHA256SUMS is not sorted, or names a file twice.')
    sums.set(path, match[1])
    last = path
  }
  return sums
}

/** The trusted key in its one canonical text, so that keys compare by text. */
function trustedPem(given: string | undefined): string | null {
  if (given === undefined) return null
  try {
    return publicPemOf(given)
  } catch {
    throw new Refused('malformed', 'signature', 'The trusted key is not an Ed25519 public key in PEM.')
  }
}

async function checkSignature(tree: BundleTree, sums: Buffer, options: VerifyOptions, findings: Findings): Promise<void> {
  const signature = await readText(tree, signatureFile, 4096)
  const embedded = (await readText(tree, publisherFile, 64 * 1024)).toString('utf8')
  const trusted = trustedPem(options.trust)
  const canonical = ((): string | null => { try { return publicPemOf(embedded) } catch { return null } })()
  // Parsers of PEM overlook much; a key file of ours has one text, and no byte of it may change.
  if (canonical !== embedded) throw new Refused('tampered', 'signature', 'The public key inside the bundle is damaged.')
  const key = trusted ?? embedded
  findings.keyId = keyIdOf(key)
  if (!verifyBytes(key, sums, signature)) throw new Refused('tampered', 'signature', trusted === null ? 'The signature does not belong to the files listed.' : 'The signature is not the trusted publisher’s.')
  if (embedded !== key) throw new Refused('tampered', 'signature', 'The public key inside the bundle is not the trusted one.')
  findings.checks.push({ name: 'signature', ok: true, detail: trusted === null ? `made with the key inside the bundle, ${findings.keyId}` : `made by the trusted key ${findings.keyId}` })
}

async function checkHashes(tree: BundleTree, sums: ReadonlyMap<string, string>, options: VerifyOptions, findings: Findings): Promise<void> {
  const extra = tree.files.find((f) => !sums.has(f.path) && !unlisted.has(f.path))
  if (extra !== undefined) throw new Refused('tampered', 'files', `“${extra.path}” was added: it is not listed.`)
  const empty = tree.emptyFolders[0]
  if (empty !== undefined) throw new Refused('tampered', 'files', empty === '' ? 'The folder is empty.' : `The empty folder “${empty}” was added: no bundle has one.`)
  const present = new Set(tree.files.map((f) => f.path))
  const missing = [...sums.keys()].find((path) => !present.has(path))
  if (missing !== undefined) throw new Refused('tampered', 'files', `“${missing}” was removed.`)
  for (const [path, expected] of sums) {
    options.signal?.throwIfAborted()
    const hash = createHash('sha256')
    for await (const chunk of tree.read(path)) hash.update(chunk)
    if (hash.digest('hex') !== expected) throw new Refused('tampered', 'hashes', `“${path}” was changed: it does not have its listed hash.`)
  }
  findings.checks.push({ name: 'hashes', ok: true, detail: `${sums.size} files have their listed hashes, none was added or removed` })
}

async function checkManifest(tree: BundleTree, sums: ReadonlyMap<string, string>, findings: Findings): Promise<BundleManifest> {
  const text = (await readText(tree, 'bundle.json')).toString('utf8')
  const parsed = BundleManifest.safeParse((() => { try { return JSON.parse(text) as unknown } catch { return null } })())
  if (!parsed.success) throw new Refused('malformed', 'manifest', 'bundle.json does not follow its schema.')
  const manifest = parsed.data
  findings.manifest = manifest
  if (`${canonicalJson(manifest)}\n` !== text) throw new Refused('malformed', 'manifest', 'bundle.json is not in canonical form.')
  const listed = new Map(manifest.files.map((f) => [f.path, f]))
  const expected = [...sums.keys()].filter((path) => path !== 'bundle.json')
  if (manifest.files.length !== expected.length || expected.some((path) => listed.get(path)?.sha256 !== sums.get(path))) throw new Refused('tampered', 'manifest', 'bundle.json and SHA256SUMS do not name the same files.')
  const wrongSize = tree.files.find((f) => listed.get(f.path) !== undefined && listed.get(f.path)?.bytes !== f.bytes)
  if (wrongSize !== undefined) throw new Refused('tampered', 'manifest', `“${wrongSize.path}” has another size than the manifest says.`)
  const wrongMode = tree.files.find((f) => f.mode !== null && (listed.get(f.path)?.mode ?? '0644') !== f.mode)
  if (wrongMode !== undefined) throw new Refused('tampered', 'manifest', `“${wrongMode.path}” has another mode than the manifest says.`)
  if (tree.top !== null && tree.top !== `${manifest.name}-${manifest.version}`) throw new Refused('tampered', 'manifest', 'The folder in the archive has another name than the manifest says.')
  if (manifest.model.sha256 !== sums.get(manifest.model.path)) throw new Refused('tampered', 'manifest', 'The manifest names another model than the one inside.')
  if (manifest.publisher.keyId !== findings.keyId) throw new Refused('tampered', 'manifest', 'The manifest names another publisher than the signature.')
  findings.checks.push({ name: 'manifest', ok: true, detail: `${manifest.name} ${manifest.version}, serial ${manifest.serial}; follows its schema and agrees with the files` })
  return manifest
}

/** Unpacks the model's folder and runs the requests; what the engine says against the model is an answer, its death is not. */
async function goldenAnswers(tree: BundleTree, manifest: BundleManifest, lines: readonly GoldenLine[], infer: ExportTools['infer'], scratch: string): Promise<readonly (readonly PlainTensor[])[]> {
  const folder = posix.dirname(manifest.model.path)
  for (const file of tree.files.filter((f) => f.path.startsWith(`${folder}/`))) {
    const target = join(scratch, ...file.path.slice(folder.length + 1).split('/'))
    await mkdir(dirname(target), { recursive: true })
    await pipeline(Readable.from(tree.read(file.path)), createWriteStream(target, { flags: 'wx' }))
  }
  try {
    return await infer(join(scratch, posix.basename(manifest.model.path)), lines.map((l) => l.request.inputs), lines[0]?.response.outputs.map((o) => o.name) ?? [])
  } catch (thrown) {
    if (thrown instanceof SlipwayError && /^(run|model|binding)\./.test(thrown.code)) throw new Refused('golden-mismatch', goldenCheck, `The model here does not answer its golden requests: ${thrown.message}`)
    throw thrown
  }
}

async function checkGolden(tree: BundleTree, manifest: BundleManifest, options: VerifyOptions, findings: Findings): Promise<void> {
  const lines = parseGoldenLines((await readText(tree, 'model/golden.jsonl')).toString('utf8'))
  if (lines === null) throw new Refused('malformed', goldenCheck, 'model/golden.jsonl has a line that is not a request with its answer.')
  if (options.infer === undefined || options.scratch === undefined) {
    findings.checks.push({ name: goldenCheck, ok: true, notRun: true, detail: `not run: ${options.notRun ?? 'no runtime is at hand'}; bin/smoke.mjs of the bundle runs them against its server` })
    return
  }
  await mkdir(options.scratch, { recursive: true })
  try {
    const answers = await goldenAnswers(tree, manifest, lines, options.infer, options.scratch)
    const wrong = lines.find((line, i) => goldenDistance(line.response.outputs, answers[i] ?? [], line.tolerance) > 1)
    if (wrong !== undefined) throw new Refused('golden-mismatch', goldenCheck, `The model here answers “${wrong.id}” differently from the export.`)
    findings.checks.push({ name: goldenCheck, ok: true, detail: `${lines.length} synthetic requests answered within the tolerance` })
  } finally {
    await rm(options.scratch, { recursive: true, force: true })
  }
}

function report(verdict: VerifyVerdict, sentence: string, f: Findings): VerifyReport {
  return { verdict, exit: exits[verdict], sentence, checks: f.checks, rootDigest: f.rootDigest, publisherKeyId: f.keyId, name: f.manifest?.name ?? null, version: f.manifest?.version ?? null }
}

async function inspect(tree: BundleTree, options: VerifyOptions, findings: Findings): Promise<VerifyReport> {
  findings.checks.push({ name: 'archive', ok: true, detail: `${tree.files.length} files, no unsafe name, nothing between or behind them` })
  const sumsBytes = await readText(tree, sumsFile)
  findings.rootDigest = createHash('sha256').update(sumsBytes).digest('hex')
  await checkSignature(tree, sumsBytes, options, findings)
  const sums = parseSums(sumsBytes.toString('utf8'))
  await checkHashes(tree, sums, options, findings)
  await checkGolden(tree, await checkManifest(tree, sums, findings), options, findings)
  if (options.trust === undefined) return report('unknown-publisher', 'The bundle is intact, but who signed it is unknown: give the publisher’s public key.', findings)
  return report('trusted', 'The bundle is intact and signed by the trusted publisher.', findings)
}

/** Verifies. Every refusal is an answer; only an abort or a disk that cannot be read (`file.*`) throws. */
export async function verifyBundle(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const findings: Findings = { checks: [], rootDigest: null, keyId: null, manifest: null }
  const refuse = (verdict: VerifyVerdict, name: string, sentence: string): VerifyReport => {
    findings.checks.push({ name, ok: false, detail: sentence })
    return report(verdict, sentence, findings)
  }
  let tree: BundleTree
  try {
    tree = await openBundle(path)
  } catch (thrown) {
    if (thrown instanceof ArchiveFault) return refuse('malformed', 'archive', `This is not an intact bundle: ${thrown.message}.`)
    throw thrown
  }
  try {
    return await inspect(tree, options, findings)
  } catch (thrown) {
    if (thrown instanceof Refused) return refuse(thrown.verdict, thrown.check, thrown.message)
    if (thrown instanceof ArchiveFault) return refuse('malformed', 'contents', `This is not an intact bundle: ${thrown.message}.`)
    throw thrown
  } finally {
    await tree.close()
  }
}
