// Every kind of tampering with an unpacked bundle is refused by its script and by the commands of its README, run word for
// word in a shell; and by the program, which is no part of the bundle.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../main/core/bundle/canonical-json.ts'
import { firstSignatures, signaturesOfToday, signatureTexts } from '../../main/core/bundle/seal/signature-files.ts'
import { sumsText } from '../../main/core/bundle/stage.ts'
import { verifyBundle } from '../../main/core/bundle/verify.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import { inPlace, slipway } from '../cli/run-cli.ts'
import { exportSmall, irisFacts, type SmallBundle } from '../setup/small-bundle.ts'
import { readmeBlocks, runStock, stockCommands } from '../setup/stock-commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-tamper-'))
const root = join(folder, 'iris-1.2.3')
const verifier = join(folder, 'verify.sh')
let small: SmallBundle
let key = ''
let lines: string[] = []
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  small = await exportSmall(folder, 'good.zip', await irisFacts(folder))
  execFileSync('unzip', ['-q', small.archive, '-d', folder])
  key = join(folder, 'received key.pem')
  writeFileSync(key, small.key.publicPem)
  lines = stockCommands(root, key)
})

const filesOf = (at: string): string[] => readdirSync(at, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(at.length + 1))
const script = (at = root, trusted = key): number | null => spawnSync('sh', [join(at, 'bin/verify.sh'), ...(trusted === '' ? [] : [trusted])], { cwd: tmpdir() }).status
/** A script out of a tampered bundle proves nothing about itself: the good one judges its own change. */
function goodScript(): number | null {
  const inside = join(root, 'bin/verify.sh')
  const tampered = readFileSync(inside)
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const good = readFileSync(verifier, 'utf8').replace('here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 2', `here='${root}'`)
  writeFileSync(join(folder, 'bin/verify.sh'), good)
  expect(tampered.length).toBeGreaterThan(0)
  return spawnSync('sh', [join(folder, 'bin/verify.sh'), key]).status
}

async function refusedByAll(what: string): Promise<void> {
  expect(runStock(root, lines).failed, `README: ${what}`).not.toBeNull()
  expect(script(), `verify.sh: ${what}`).toBe(1)
  expect((await verifyBundle(root, { trust: small.key.publicPem })).exit, `program: ${what}`).toBeGreaterThan(0)
}

function holds(): void {
  expect(runStock(root, lines)).toEqual({ failed: null, out: 'Signature Verified Successfully\n' })
  expect(script()).toBe(0)
}

test('the README prints one block of commands with the received key, and all of them hold on a good bundle, in sh and in bash', () => {
  expect(lines.map((line) => line.split(' ')[0])).toEqual([`key='${key.split(' ')[0]!}`, 'export', 'cmp', 'openssl', 'odd=$(find', 'sha256sum', 'odd=$({'])
  for (const shell of ['sh', 'bash']) expect(runStock(root, lines, shell)).toEqual({ failed: null, out: 'Signature Verified Successfully\n' })
  expect(script()).toBe(0)
  // The line above the block tells the key id of the key that was received.
  const id = readmeBlocks(root)[0]!
  expect(id).toHaveLength(1)
  expect(execFileSync('sh', ['-c', id[0]!.replace('/path/to/publisher.pub.pem', `'${key}'`)], { cwd: root, encoding: 'utf8' }).trim()).toBe(small.key.keyId)
})

test('one changed byte at the beginning, in the middle or at the end of every file', async () => {
  cpSync(join(root, 'bin/verify.sh'), verifier)
  for (const [i, file] of filesOf(root).entries()) {
    const path = join(root, file)
    const good = readFileSync(path)
    // The three places by turns; all of them where the signature hangs on it.
    const places = [0, Math.floor(good.length / 2), good.length - 1]
    for (const at of firstSignatures.includes(file) || file === 'SHA256SUMS' ? places : [places[i % 3]!]) {
      const bad = Buffer.from(good)
      bad[at] = bad[at]! ^ 1
      writeFileSync(path, bad)
      const what = `${file} at ${at}`
      // The same signature for other tools is checked by those, and by the program.
      const stock = firstSignatures.includes(file) || !signaturesOfToday.includes(file)
      if (stock) expect(runStock(root, lines).failed, `README: ${what}`).not.toBeNull()
      if (stock) expect(file === 'bin/verify.sh' ? goodScript() : script(), `verify.sh: ${what}`).toBe(1)
      expect((await verifyBundle(root, { trust: small.key.publicPem })).exit, `program: ${what}`).toBeGreaterThan(0)
      writeFileSync(path, good)
    }
  }
  holds()
}, 300_000)

test('every other file removed, one at a time, and replaced by a link to the same bytes', async () => {
  for (const file of filesOf(root).filter((f, i) => i % 2 === 0 || firstSignatures.includes(f))) {
    const path = join(root, file)
    renameSync(path, join(folder, 'kept'))
    expect(runStock(root, lines).failed, `README: ${file} removed`).not.toBeNull()
    if (file !== 'bin/verify.sh') expect(script(), `verify.sh: ${file} removed`).toBe(1)
    expect((await verifyBundle(root, { trust: small.key.publicPem })).exit, `program: ${file} removed`).toBeGreaterThan(0)
    symlinkSync(join(folder, 'kept'), path)
    await refusedByAll(`${file} replaced by a link`)
    rmSync(path)
    renameSync(join(folder, 'kept'), path)
  }
  holds()
}, 300_000)

test('a file, a hidden file, a link or a pipe added in folders at every depth', async () => {
  const folders = ['', ...new Set(filesOf(root).filter((f) => f.includes('/')).map((f) => f.slice(0, f.lastIndexOf('/'))))]
  expect(folders.length).toBeGreaterThan(8)
  for (const at of folders.filter((f, i) => i % 3 === 0 || f === 'signatures')) {
    for (const [name, make] of [
      ['extra.txt', (path: string) => { writeFileSync(path, 'x') }], ['.hidden', (path: string) => { writeFileSync(path, '') }], ['-rf', (path: string) => { writeFileSync(path, '') }],
      ['two  words', (path: string) => { writeFileSync(path, 'x') }], ['line\nbreak', (path: string) => { writeFileSync(path, 'x') }], ['link', (path: string) => { symlinkSync('/etc/hostname', path) }],
      ['broken-link', (path: string) => { symlinkSync('/nowhere/at/all', path) }], ['folder-link', (path: string) => { symlinkSync(root, path) }], ['pipe', (path: string) => { execFileSync('mkfifo', [path]) }],
    ] as const) {
      const path = join(root, at, name)
      make(path)
      await refusedByAll(`${name} in ${at === '' ? 'the top' : at}`)
      rmSync(path)
    }
  }
  mkdirSync(join(root, 'new'))
  writeFileSync(join(root, 'new/SHA256SUMS'), '')
  await refusedByAll('a folder with a file')
  rmSync(join(root, 'new'), { recursive: true })
  holds()
}, 300_000)

describe('names that look like others, or like nothing', () => {
  const at = (name: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')])
  const cases: readonly (readonly [string, () => void, () => void, RegExp])[] = [
    // Two listed names in one: counted line by line, each would be there twice.
    ['two listed names with a line break between', () => { mkdirSync(join(root, 'docs/MODEL_CARD.md\nmodel')); writeFileSync(join(root, 'docs/MODEL_CARD.md\nmodel/io.json'), 'x') }, () => { rmSync(join(root, 'docs/MODEL_CARD.md\nmodel'), { recursive: true }) }, /forbid/],
    ['two listed names in one file name', () => { writeFileSync(join(root, 'docs/MODEL_CARD.md\nREADME.md'), '') }, () => { rmSync(join(root, 'docs/MODEL_CARD.md\nREADME.md')) }, /forbid/],
    ['a line break behind a byte that is no text', () => { writeFileSync(at('\xff\nREADME.md'), '') }, () => { rmSync(at('\xff\nREADME.md')) }, /whose name cannot be read/],
    ['a byte that is no text', () => { writeFileSync(at('\xff'), 'x') }, () => { rmSync(at('\xff')) }, /whose name cannot be read/],
    ['a folder whose name is no text', () => { mkdirSync(at('docs/\xfe')) }, () => { rmdirSync(at('docs/\xfe')) }, /whose name cannot be read/],
    ['an empty folder', () => { mkdirSync(join(root, 'emptyfolder')) }, () => { rmdirSync(join(root, 'emptyfolder')) }, /empty folder “emptyfolder” was added/],
    ['an empty folder in another', () => { mkdirSync(join(root, 'docs/a/b'), { recursive: true }) }, () => { rmSync(join(root, 'docs/a'), { recursive: true }) }, /empty folder “docs\/a\/b” was added/],
  ]
  test.each(cases)('%s: refused by the README in three locales, by both scripts, by the program and by the command line', async (what, change, back, words) => {
    change()
    try {
      for (const locale of ['C', 'C.UTF-8', 'POSIX']) expect(runStock(root, lines, 'sh', { LC_ALL: locale, LANG: locale }).failed, `README in ${locale}`).toMatch(/^odd=/)
      expect(script(), what).toBe(1)
      expect((await verifyBundle(root, { trust: small.key.publicPem })).sentence).toMatch(words)
      const node = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../out/parts/verify.mjs'), '--trust', key, root], { encoding: 'utf8' })
      expect([1, 2]).toContain(node.status)
      expect(`${node.stdout}${node.stderr}`).toMatch(words)
    } finally { back() }
    holds()
  })

  test('slipway verify says the same, with its exit code; what was left out is neither ok nor failed', async () => {
    await inPlace(async (place) => {
      writeFileSync(at('\xff'), 'x')
      const refused = await slipway(place, 'verify', root, '--trust', key, '--no-golden')
      rmSync(at('\xff'))
      expect([refused.code, refused.err]).toEqual([2, ''])
      expect(refused.out).toMatch(/whose name cannot be read/)
      const fine = await slipway(place, 'verify', root, '--trust', key, '--no-golden')
      expect(fine.code).toBe(0)
      expect(fine.out).toMatch(/golden requests\s+not run\s+they were not asked for/)
    })
  })
})

describe('another key', () => {
  const pem = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString()

  test('the key inside swapped alone', async () => {
    const inside = join(root, 'signatures/publisher.pub.pem')
    const good = readFileSync(inside)
    writeFileSync(inside, pem(generateKeyPairSync('ed25519').publicKey))
    await refusedByAll('the key inside swapped')
    expect(runStock(root, lines).failed).toBe('cmp "$key" signatures/publisher.pub.pem')
    expect(script(root, '')).toBe(1)
    writeFileSync(inside, good)
    holds()
  })

  test('the whole bundle changed, listed and signed again by somebody else: consistent in itself, and refused by whoever has the right key', async () => {
    const other = join(folder, 'other')
    cpSync(root, other, { recursive: true })
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const publicPem = pem(publicKey)
    const keyId = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16)
    const model = join(other, filesOf(other).find((f) => f.endsWith('/model.onnx'))!)
    // An unknown field at the end: still a model.
    writeFileSync(model, Buffer.concat([readFileSync(model), Buffer.from([0xa2, 0x06, 4]), Buffer.from('evil')]))
    const manifest = JSON.parse(readFileSync(join(other, 'bundle.json'), 'utf8')) as { files: { path: string; sha256: string; bytes: number }[]; model: { sha256: string; bytes: number; path: string }; publisher: { keyId: string } }
    const sha256 = createHash('sha256').update(readFileSync(model)).digest('hex')
    const bytes = statSync(model).size
    const changed = { ...manifest, publisher: { ...manifest.publisher, keyId }, model: { ...manifest.model, sha256, bytes }, files: manifest.files.map((f) => (f.path === manifest.model.path ? { ...f, sha256, bytes } : f)) }
    writeFileSync(join(other, 'bundle.json'), `${canonicalJson(changed)}\n`)
    const signed = filesOf(other).filter((f) => f !== 'SHA256SUMS' && !f.startsWith('signatures/'))
    const sums = sumsText(signed.map((path) => ({ path, sha256: createHash('sha256').update(readFileSync(join(other, path))).digest('hex') })))
    writeFileSync(join(other, 'SHA256SUMS'), sums)
    const rootDigest = createHash('sha256').update(sums).digest('hex')
    for (const { path, bytes } of signatureTexts({ privateKey, publicPem, keyId }, Buffer.from(sums), BundleManifest.parse(changed), rootDigest)) writeFileSync(join(other, path), bytes)
    // Consistent: their own key proves it. Ours does not, neither the comparison of keys nor, without it, the signature.
    const theirs = join(folder, 'theirs.pem')
    writeFileSync(theirs, publicPem)
    expect(runStock(other, stockCommands(other, theirs)).failed).toBeNull()
    expect([script(other, theirs), script(other, ''), script(other)]).toEqual([0, 3, 1])
    expect(runStock(other, lines).failed).toBe('cmp "$key" signatures/publisher.pub.pem')
    expect(runStock(other, lines.filter((line) => !line.startsWith('cmp'))).failed).toMatch(/^openssl pkeyutl/)
    expect((await verifyBundle(other, { trust: small.key.publicPem })).verdict).toBe('tampered')
    expect((await verifyBundle(other, { trust: publicPem })).verdict).toBe('trusted')
  })
})
