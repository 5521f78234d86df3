// Verification refuses every change of a bundle that is small enough to try them all: bytes, files, names, order, keys.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../../main/core/bundle/canonical-json.ts'
import { firstSignatures, signaturesOfToday, signatureTexts } from '../../main/core/bundle/seal/signature-files.ts'
import { publicPemOf, signBytes } from '../../main/core/bundle/sign.ts'
import { sortFiles, sumsText } from '../../main/core/bundle/stage.ts'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { layout, localHeader } from '../../main/core/bundle/zip-layout.ts'
import { openZip } from '../../main/core/bundle/zip-read.ts'
import { writeZip, type ZipSource } from '../../main/core/bundle/zip-write.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import { exportSmall, inferHere, irisFacts, type SmallBundle } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-verify-'))
const top = 'iris-1.2.3'
const root = join(folder, top)
let small: SmallBundle
let keyFile = ''
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  small = await exportSmall(folder, 'good.zip', await irisFacts(folder))
  execFileSync('unzip', ['-q', small.archive, '-d', folder])
  keyFile = join(folder, 'trusted.pem')
  writeFileSync(keyFile, small.key.publicPem)
})

const files = (): string[] => readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1))
const script = (...args: string[]): { status: number | null; stderr: string } => spawnSync('sh', [join(root, 'bin/verify.sh'), ...args], { cwd: tmpdir(), encoding: 'utf8' })
const verdict = async (path: string): Promise<string> => (await verifyBundle(path, { trust: small.key.publicPem })).verdict

test('python, unzip and this reader agree on the archive', () => {
  expect(execFileSync('unzip', ['-t', small.archive], { encoding: 'utf8' })).toContain('No errors detected')
  expect(execFileSync('python3', ['-m', 'zipfile', '-t', small.archive], { encoding: 'utf8' })).toContain('Done testing')
  const [mode] = execFileSync('unzip', ['-Z', small.archive, `${top}/bin/run.sh`], { encoding: 'utf8' }).split(' ')
  expect(mode).toBe('-rwxr-xr-x')
})

test('one changed bit: refused at every seventh byte of the headers and of what is signed, and throughout the contents', async () => {
  const good = readFileSync(small.archive)
  const archive = await openZip(small.archive)
  const { offsets, directoryOffset } = layout(archive.entries)
  await archive.close()
  const header = new Set<number>()
  archive.entries.forEach((e, i) => { for (let at = offsets[i]!; at < offsets[i]! + localHeader(e).length; at++) header.add(at) })
  for (let at = directoryOffset; at < good.length; at++) header.add(at)
  // The files outside of SHA256SUMS and the sums themselves, too. Other places are drawn at random in bundle-random.test.ts.
  archive.entries.forEach((e, i) => { if (/SHA256SUMS|signatures/.test(e.path)) for (let n = 0; n < e.bytes; n++) header.add(offsets[i]! + localHeader(e).length + n) })
  const path = join(folder, 'flipped.zip')
  const accepted: number[] = []
  for (let at = 0; at < good.length; at++) {
    if (at % (header.has(at) ? 7 : 1009) !== 0) continue
    const bad = Buffer.from(good)
    bad[at] = bad[at]! ^ (1 << (at % 8))
    writeFileSync(path, bad)
    if (!['tampered', 'malformed'].includes(await verdict(path))) accepted.push(at)
  }
  expect(accepted).toEqual([])
}, 240_000)

test('one changed byte in a file of the unpacked bundle: refused by the program and by the script with stock tools', async () => {
  // Every file is changed in bundle-tamper.test.ts; here a third of them, at both ends.
  for (const file of files().filter((f, i) => i % 3 === 0 || firstSignatures.includes(f))) {
    const path = join(root, file)
    const good = readFileSync(path)
    for (const at of [0, good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at] = bad[at]! ^ 1
      writeFileSync(path, bad)
      expect(['tampered', 'malformed'], `${file} at ${at}`).toContain(await verdict(root))
      // The script cannot vouch for itself: its own change is what the program above is for.
      // The same signature for other tools is checked by those.
      if (file !== 'bin/verify.sh' && (firstSignatures.includes(file) || !signaturesOfToday.includes(file))) for (const args of [[keyFile], []]) expect(script(...args).status, `${file} at ${at}`).toBe(1)
      writeFileSync(path, good)
    }
  }
  expect(await verdict(root)).toBe('trusted')
  expect(script(keyFile).status).toBe(0)
  expect(script().status).toBe(3)
}, 240_000)

test('an added, removed, renamed or replaced file: refused by both', async () => {
  const changes: [string, () => void, () => void][] = [
    ['added', () => { writeFileSync(join(root, 'extra'), 'x') }, () => { rmSync(join(root, 'extra')) }],
    ['added, empty', () => { writeFileSync(join(root, 'model/.hidden'), '') }, () => { rmSync(join(root, 'model/.hidden')) }],
    ['added among the signatures', () => { mkdirSync(join(root, 'signatures/x')); writeFileSync(join(root, 'signatures/x/SHA256SUMS.sig'), '') }, () => { rmSync(join(root, 'signatures/x'), { recursive: true }) }],
    ['a name with a line break', () => { writeFileSync(join(root, 'README.md\nbin'), '') }, () => { rmSync(join(root, 'README.md\nbin')) }],
    ['removed', () => { renameSync(join(root, 'README.md'), join(folder, 'kept')) }, () => { renameSync(join(folder, 'kept'), join(root, 'README.md')) }],
    ['signature removed', () => { renameSync(join(root, 'signatures/SHA256SUMS.sig'), join(folder, 'kept')) }, () => { renameSync(join(folder, 'kept'), join(root, 'signatures/SHA256SUMS.sig')) }],
    ['key removed', () => { renameSync(join(root, 'signatures/publisher.pub.pem'), join(folder, 'kept')) }, () => { renameSync(join(folder, 'kept'), join(root, 'signatures/publisher.pub.pem')) }],
    ['renamed', () => { renameSync(join(root, 'README.md'), join(root, 'readme.md')) }, () => { renameSync(join(root, 'readme.md'), join(root, 'README.md')) }],
    ['a link to the same bytes', () => { renameSync(join(root, 'README.md'), join(folder, 'kept')); symlinkSync(join(folder, 'kept'), join(root, 'README.md')) }, () => { rmSync(join(root, 'README.md')); renameSync(join(folder, 'kept'), join(root, 'README.md')) }],
    ['a linked folder', () => { symlinkSync(join(root, 'docs'), join(root, 'more')) }, () => { rmSync(join(root, 'more')) }],
  ]
  for (const [name, change, back] of changes) {
    change()
    expect(['tampered', 'malformed'], name).toContain(await verdict(root))
    expect(script(keyFile).status, name).toBe(1)
    expect(script().status, name).toBe(1)
    back()
  }
  expect(script(keyFile).status).toBe(0)
})

test('keys: another one, no Ed25519 key, a private one; and one that is written differently is the same', async () => {
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const secret = small.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const check = async (trust: string): Promise<[string, number]> => { const r = await verifyBundle(small.archive, { trust }); return [r.verdict, r.exit] }
  expect(await check(other)).toEqual(['tampered', 1])
  for (const wrong of [curve, secret, 'not a key', '']) expect(await check(wrong)).toEqual(['malformed', 2])
  expect(await check(`\n${small.key.publicPem.replaceAll('\n', '\r\n')}\n`)).toEqual(['trusted', 0])
  expect(() => publicPemOf(secret)).toThrow()
  const write = (pem: string): string => { const path = join(folder, 'given.pem'); writeFileSync(path, pem); return path }
  expect(script(write(other)).status).toBe(1)
  expect(script(write('not a key')).status).toBe(2)
  expect(script(join(folder, 'nowhere.pem')).status).toBe(2)
  expect(script(write(`\n${small.key.publicPem.replaceAll('\n', '\r\n')}\n`)).status).toBe(0)
})

/** A bundle with the given changes, signed again with the same key: what a careless or hostile publisher could make. */
async function resigned(name: string, change: (tree: string) => void, order: (entries: ZipSource[]) => ZipSource[] = (e) => e, above = top): Promise<string> {
  const tree = join(folder, `tree-${name}`)
  cpSync(root, tree, { recursive: true })
  change(tree)
  const all = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(tree.length + 1))
  const signed = all.filter((p) => p !== 'SHA256SUMS' && !p.startsWith('signatures/'))
  const sums = sumsText(signed.map((path) => ({ path, sha256: createHash('sha256').update(readFileSync(join(tree, path))).digest('hex') })))
  writeFileSync(join(tree, 'SHA256SUMS'), sums)
  writeFileSync(join(tree, 'signatures/SHA256SUMS.sig'), signBytes(small.key, Buffer.from(sums)))
  const manifest = BundleManifest.safeParse((() => { try { return JSON.parse(readFileSync(join(tree, 'bundle.json'), 'utf8')) as unknown } catch { return null } })())
  if (manifest.success) for (const { path, bytes } of signatureTexts(small.key, Buffer.from(sums), manifest.data, createHash('sha256').update(sums).digest('hex'))) writeFileSync(join(tree, path), bytes)
  const entries = sortFiles(all.map((path): ZipSource => {
    const bytes = readFileSync(join(tree, path))
    return { path: `${above}/${path}`, mode: path.endsWith('.sh') ? 0o755 : 0o644, bytes: bytes.length, crc32: crc32(bytes), file: join(tree, path) }
  }))
  const archive = join(folder, `${name}.zip`)
  await writeZip(archive, order(entries), new AbortController().signal)
  return archive
}

const edit = (tree: string, file: string, change: (text: string) => string): void => { const path = join(tree, file); writeFileSync(path, change(readFileSync(path, 'utf8'))) }
const editManifest = (tree: string, change: (m: BundleManifest) => BundleManifest): void => { edit(tree, 'bundle.json', (text) => `${canonicalJson(change(BundleManifest.parse(JSON.parse(text))))}\n`) }

test('a validly signed bundle is still refused when its parts contradict each other', async () => {
  const cases: [string, string, (tree: string) => void][] = [
    ['as-it-was', 'trusted', () => undefined],
    ['not-canonical', 'malformed', (t) => { edit(t, 'bundle.json', (text) => ` ${text}`) }],
    ['no-json', 'malformed', (t) => { edit(t, 'bundle.json', () => '{') }],
    ['unknown-field', 'malformed', (t) => { edit(t, 'bundle.json', (text) => `${canonicalJson({ ...(JSON.parse(text) as object), zzz: 1 })}\n`) }],
    ['other-model', 'tampered', (t) => { editManifest(t, (m) => ({ ...m, model: { ...m.model, sha256: 'b'.repeat(64) } })) }],
    ['other-publisher', 'tampered', (t) => { editManifest(t, (m) => ({ ...m, publisher: { ...m.publisher, keyId: '0'.repeat(16) } })) }],
    ['file-not-in-manifest', 'tampered', (t) => { writeFileSync(join(t, 'docs/more.md'), 'x') }],
    ['other-mode', 'tampered', (t) => { editManifest(t, (m) => ({ ...m, files: m.files.map((f) => (f.path === 'bin/run.sh' ? { ...f, mode: '0644' } : f)) })) }],
    ['other-size', 'tampered', (t) => { editManifest(t, (m) => ({ ...m, files: m.files.map((f) => (f.path === 'README.md' ? { ...f, bytes: 1 } : f)) })) }],
    ['other-version', 'tampered', (t) => { editManifest(t, (m) => ({ ...m, version: '9.9.9' })) }],
  ]
  for (const [name, expected, change] of cases) expect(await verdict(await resigned(name, change)), name).toBe(expected)
  expect(await verdict(await resigned('other-order', () => undefined, (e) => [...e].reverse()))).toBe('malformed')
  expect(await verdict(await resigned('other-top', () => undefined, (e) => e, 'elsewhere'))).toBe('tampered')
})

test('golden answers: run when a runtime is at hand, a wrong or unreadable line is told apart', async () => {
  const verify = (path: string): Promise<{ verdict: string; exit: number; checks: readonly { name: string; detail: string }[] }> => verifyBundle(path, { trust: small.key.publicPem, infer: inferHere, scratch: join(folder, 'scratch') })
  const good = await verify(small.archive)
  expect([good.verdict, good.exit]).toEqual(['trusted', 0])
  expect(good.checks.find((c) => c.name === 'golden requests')?.detail).toMatch(/8 synthetic requests answered/)
  const golden = (t: string, change: (text: string) => string): void => {
    edit(t, 'model/golden.jsonl', change)
    const bytes = readFileSync(join(t, 'model/golden.jsonl'))
    editManifest(t, (m) => ({ ...m, files: m.files.map((f) => (f.path === 'model/golden.jsonl' ? { ...f, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } : f)) }))
  }
  const answer = async (name: string, change: (text: string) => string): Promise<[string, number]> => { const r = await verify(await resigned(name, (t) => { golden(t, change) })); return [r.verdict, r.exit] }
  expect(await answer('golden-label', (text) => text.replace(/("datatype":"INT64","name":"label"|"data":\[)([012])\]/, (_, a: string, b: string) => `${a}${(Number(b) + 1) % 3}]`))).toEqual(['golden-mismatch', 4])
  expect(await answer('golden-garbage', () => '{"id":"x"}\n')).toEqual(['malformed', 2])
  expect(await answer('golden-shape', (text) => text.replaceAll('"name":"float_input"', '"name":"nope"'))).toEqual(['golden-mismatch', 4])
})

test('headers that ask for impossible sizes are malformed, not an exception', async () => {
  const good = readFileSync(small.archive)
  const at = good.readUInt32LE(good.length - 6)
  const bad = Buffer.from(good)
  bad.writeUInt32LE(0xffff_ffff, at + 24)
  bad.writeUInt16LE(20, at + 30)
  bad.fill(0xff, at + 46 + bad.readUInt16LE(at + 28), at + 46 + bad.readUInt16LE(at + 28) + 20)
  const path = join(folder, 'huge.zip')
  writeFileSync(path, bad)
  expect(await verdict(path)).toBe('malformed')
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(22), good.subarray(0, 100), Buffer.from('PK\u0005\u0006'), good.subarray(-22)]) {
    writeFileSync(path, bytes)
    expect(await verdict(path)).toBe('malformed')
  }
  chmodSync(path, 0o644)
})
