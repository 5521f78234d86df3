// Verifies a bundle, archive or folder: shape, signature, every hash, no file too many or too few, manifest, golden answers.
// `slipway verify`, the export itself and the bundle's own bin/verify.mjs all run this one implementation. What reads schemas is loaded after
// the hashes, so that a server whose files are intact can begin to load its model meanwhile.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BundleManifest, VerifyReport } from '../../../shared/domain/bundle.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { openBundle, readText, type BundleTree } from './bundle-tree.ts'
import { byCodePoint, canonicalJson } from './canonical-json.ts'
import type { ExportTools } from './facts.ts'
import { goldenDistance, type GoldenLine } from './golden-lines.ts'
import { parseGoldenLines } from './golden-parse.ts'
import { keyIdOf, publicPemOf, verifyBytes } from './sign.ts'
import { noFindings, Refused, report, type Findings } from './seal/findings.ts'
import { firstSignatures, otherSignatureHolds, provenanceFile, publisherFile, signatureFile, signaturesOfToday, sumsFile } from './seal/signature-files.ts'
import type { Trust, TrustedKey } from './seal/trust.ts'
import { keyTrust } from './seal/trust-key.ts'
import { ArchiveFault } from './zip-read.ts'

export interface VerifyOptions {
  /** The publisher's public key in PEM, or a list of keys in JSON (seal/trust.ts); without it the best answer is "intact, publisher unknown". */
  readonly trust?: string
  /** Runs golden requests; without it they are not run, and the report says so with the reason in `notRun`. */
  readonly infer?: ExportTools['infer']
  /** Why golden requests are not run, as the end of a sentence; absent: no runtime is at hand. */
  readonly notRun?: string
  /** A folder of its own for the unpacked model; made and removed. Needed with `infer`. */
  readonly scratch?: string
  readonly signal?: AbortSignal
  /** The serial number of the bundle of this name that was accepted last; null: none. An older one is a downgrade. */
  readonly lastSerial?: (name: string) => number | null
  /** How many people, by keys of the list of trusted keys, must have approved; absent: none. */
  readonly requireApprovals?: number
  /** Scans for secrets and personal data too. */
  readonly strict?: boolean
  /** Told as soon as the signature holds and every file has its listed hash, before the rest is looked at: the listed hashes. */
  readonly intact?: (sums: ReadonlyMap<string, string>) => void
  /** Told the manifest when everything but the golden requests holds. */
  readonly read?: (manifest: BundleManifest) => void
}

const goldenCheck = 'golden requests'
/** Looked for here, so that its schema is loaded only where there is one. */
const approvalFile = 'evidence/approval.json'

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

/** The key to check with: the trusted one, or the one inside where none is trusted or a list of keys does not have it. */
function keyFor(trust: Trust | null, embedded: string): { readonly publicPem: string; readonly trusted: TrustedKey | null } {
  if (trust?.kind === 'key') return { publicPem: trust.keys[0]!.publicPem, trusted: trust.keys[0]! }
  const listed = trust?.keys.find((k) => k.publicPem === embedded) ?? null
  return { publicPem: embedded, trusted: listed }
}

interface Signed { readonly publicPem: string; readonly trusted: TrustedKey | null }

async function checkSignature(tree: BundleTree, sums: Buffer, trust: Trust | null, findings: Findings): Promise<Signed> {
  const signature = await readText(tree, signatureFile, 4096)
  const embedded = (await readText(tree, publisherFile, 64 * 1024)).toString('utf8')
  const canonical = ((): string | null => { try { return publicPemOf(embedded) } catch { return null } })()
  // Parsers of PEM overlook much; a key file of ours has one text, and no byte of it may change.
  if (canonical !== embedded) throw new Refused('tampered', 'signature', 'The public key inside the bundle is damaged.')
  const { publicPem, trusted } = keyFor(trust, embedded)
  findings.keyId = keyIdOf(publicPem)
  if (!verifyBytes(publicPem, sums, signature)) throw new Refused('tampered', 'signature', trusted === null ? 'The signature does not belong to the files listed.' : 'The signature is not the trusted publisher’s.')
  if (embedded !== publicPem) throw new Refused('tampered', 'signature', 'The public key inside the bundle is not the trusted one.')
  findings.checks.push({ name: 'signature', ok: true, detail: trusted === null ? `made with the key inside the bundle, ${findings.keyId}` : `made by the trusted key ${findings.keyId}` })
  return { publicPem, trusted }
}

/** The same signature in other tools’ formats, and the provenance: each has one text for this key, and no byte of it may change. */
async function checkOtherSignatures(tree: BundleTree, sums: Buffer, manifest: BundleManifest, signed: Signed, findings: Findings): Promise<void> {
  const listed = manifest.signatures ?? firstSignatures
  for (const path of listed) {
    if (firstSignatures.includes(path)) continue
    const holds = otherSignatureHolds(path, (await readText(tree, path, 1024 * 1024)).toString('utf8'), { publicPem: signed.publicPem, keyId: findings.keyId ?? '', sums, manifest, rootDigest: findings.rootDigest ?? '' })
    if (holds !== true) throw new Refused(holds === null ? 'malformed' : 'tampered', 'signature', holds === null ? `“${path}” is no signature that this program knows.` : `“${path}” is not what the publisher’s key would sign.`)
  }
  const strange = tree.files.find((f) => f.path.startsWith('signatures/') && !listed.includes(f.path))
  if (strange !== undefined) throw new Refused('tampered', 'files', `“${strange.path}” was added: it is not listed.`)
  if (listed.includes(provenanceFile)) findings.checks.push({ name: 'provenance', ok: true, detail: 'signed by the same key, about these very files' })
}

async function checkHashes(tree: BundleTree, sums: ReadonlyMap<string, string>, options: VerifyOptions, findings: Findings): Promise<void> {
  const extra = tree.files.find((f) => !sums.has(f.path) && f.path !== sumsFile && !signaturesOfToday.includes(f.path))
  if (extra !== undefined) throw new Refused('tampered', 'files', `“${extra.path}” was added: it is not listed.`)
  const empty = tree.emptyFolders[0]
  if (empty !== undefined) throw new Refused('tampered', 'files', empty === '' ? 'The folder is empty.' : `The empty folder “${empty}” was added: no bundle has one.`)
  const present = new Set(tree.files.map((f) => f.path))
  const missing = [...sums.keys()].find((path) => !present.has(path))
  if (missing !== undefined) throw new Refused('tampered', 'files', `“${missing}” was removed.`)
  for (const [path, expected] of sums) {
    options.signal?.throwIfAborted()
    if ((await tree.digest(path, options.signal)) !== expected) throw new Refused('tampered', 'hashes', `“${path}” was changed: it does not have its listed hash.`)
  }
  findings.checks.push({ name: 'hashes', ok: true, detail: `${sums.size} files have their listed hashes, none was added or removed` })
}

async function checkManifest(tree: BundleTree, sums: ReadonlyMap<string, string>, findings: Findings): Promise<BundleManifest> {
  const text = (await readText(tree, 'bundle.json')).toString('utf8')
  const { BundleManifest: Manifest } = await import('../../../shared/domain/bundle.ts')
  const parsed = Manifest.safeParse((() => { try { return JSON.parse(text) as unknown } catch { return null } })())
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

/** The scan of the export once more, without what only the publisher's machine knows. */
async function checkScan(tree: BundleTree, manifest: BundleManifest, options: VerifyOptions, findings: Findings): Promise<void> {
  const { findSentence, isScanned, scanFiles } = await import('./seal/scan.ts')
  const { noNames } = await import('./seal/scan-rules.ts')
  const accepted = manifest.scan?.accepted ?? []
  const finds = await scanFiles(tree.files.filter((f) => isScanned(f.path)).map((f) => ({ path: f.path, read: () => tree.read(f.path), place: () => tree.place(f.path) })), noNames, accepted, options.signal)
  if (finds.length > 0) throw new Refused('secrets', 'scan', `The bundle is intact, but holds what should not be in it: ${finds.slice(0, 8).map(findSentence).join('; ')}.`)
  findings.checks.push({ name: 'scan', ok: true, detail: `no secret and nothing personal found${accepted.length === 0 ? '' : `, but for ${accepted.length} that the publisher accepted`}` })
}

function checkSerial(manifest: BundleManifest, options: VerifyOptions, findings: Findings): void {
  const last = options.lastSerial?.(manifest.name) ?? null
  if (last === null || last < 0) return
  if (manifest.serial < last) throw new Refused('downgrade', 'serial', `The bundle is older than what was accepted before: its serial number is ${manifest.serial}, the last one was ${last}.`)
  findings.checks.push({ name: 'serial', ok: true, detail: `${manifest.serial}, not below the last one, ${last}` })
}

/** How an intact bundle is called, by the key that signed it. */
async function ending(trust: Trust | null, signed: Signed, manifest: BundleManifest, findings: Findings): Promise<VerifyReport> {
  if (trust === null) return report('unknown-publisher', 'The bundle is intact, but who signed it is unknown: give the publisher’s public key.', findings)
  if (signed.trusted === null) return report('unknown-publisher', `The bundle is intact, but the key ${findings.keyId ?? ''} that signed it is not on the list of trusted keys.`, findings)
  const { keyFault } = await import('./seal/trust.ts')
  const fault = keyFault(signed.trusted, Date.parse(manifest.createdAt), 'publish')
  if (fault !== null) return report('unknown-publisher', `The bundle is intact, but not trusted: ${fault}.`, findings)
  return report('trusted', 'The bundle is intact and signed by the trusted publisher.', findings)
}

async function inspect(tree: BundleTree, options: VerifyOptions, findings: Findings): Promise<VerifyReport> {
  findings.checks.push({ name: 'archive', ok: true, detail: `${tree.files.length} files, no unsafe name, nothing between or behind them` })
  const trust = options.trust === undefined ? null : keyTrust(options.trust) ?? (await import('./seal/trust.ts')).trustOf(options.trust)
  const sumsBytes = await readText(tree, sumsFile)
  findings.rootDigest = createHash('sha256').update(sumsBytes).digest('hex')
  const signed = await checkSignature(tree, sumsBytes, trust, findings)
  const sums = parseSums(sumsBytes.toString('utf8'))
  await checkHashes(tree, sums, options, findings)
  options.intact?.(sums)
  const manifest = await checkManifest(tree, sums, findings)
  await checkOtherSignatures(tree, sumsBytes, manifest, signed, findings)
  const { crossCheck } = await import('./seal/cross-checks.ts')
  findings.checks.push({ name: 'agreement', ok: true, detail: await crossCheck(tree, manifest) })
  if (options.strict === true) await checkScan(tree, manifest, options, findings)
  checkSerial(manifest, options, findings)
  if ((options.requireApprovals ?? 0) > 0 || tree.files.some((f) => f.path === approvalFile)) {
    const { checkApprovals } = await import('./seal/approvals.ts')
    await checkApprovals(tree, manifest, trust, options.requireApprovals ?? 0, findings)
  }
  options.read?.(manifest)
  await checkGolden(tree, manifest, options, findings)
  return ending(trust, signed, manifest, findings)
}

/** Verifies. Every refusal is an answer; only an abort or a disk that cannot be read (`file.*`) throws. */
export async function verifyBundle(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const findings = noFindings()
  const refuse = (verdict: VerifyReport['verdict'], name: string, sentence: string): VerifyReport => {
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
