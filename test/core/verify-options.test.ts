// What a receiver can demand beyond an intact bundle: keys from a list, approvals by people, no secrets, nothing older than before; the same
// from the program and from bin/verify.mjs, with the same exit codes.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../main/core/bundle/canonical-json.ts'
import { readSerials } from '../../main/core/bundle/seal/serials.ts'
import { signatureTexts } from '../../main/core/bundle/seal/signature-files.ts'
import { keyIdOf, type SigningKey } from '../../main/core/bundle/sign.ts'
import { sumsText } from '../../main/core/bundle/stage.ts'
import { verifyBundle, type VerifyOptions } from '../../main/core/bundle/verify.ts'
import { signReview } from '../../main/core/steps/signed-review.ts'
import { BundleManifest } from '../../shared/domain/bundle.ts'
import type { ReviewAnswerBody, ReviewRequestBody, SignedAnswer } from '../../shared/domain/review.ts'
import type { ReviewId } from '../../shared/ids.ts'
import { exportSmall, irisFacts, type SmallBundle } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-options-'))
let small: SmallBundle
let author: SigningKey
const makeKey = (): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return { privateKey, publicPem, keyId: keyIdOf(publicPem) }
}
const [ada, bob, eve] = [makeKey(), makeKey(), makeKey()]
const signer = (name: string, key: SigningKey): { name: string; keyId: string; publicKey: string } => ({ name, keyId: key.keyId, publicKey: key.publicPem })

function answer(request: ReviewRequestBody, name: string, key: SigningKey, decision: 'approve' | 'reject' = 'approve'): SignedAnswer {
  const body: ReviewAnswerBody = { schema: 'slipway.review-answer/1', requestId: request.id, requestSha256: createHash('sha256').update(canonicalJson(request), 'utf8').digest('hex'), modelName: 'Iris', modelNumber: 1, decision, comment: 'looked at it', answeredAt: Date.parse('2026-02-01'), reviewer: signer(name, key) }
  return { body, signature: signReview(key, body) }
}

afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  const facts = await irisFacts(folder)
  author = makeKey()
  const request: ReviewRequestBody = {
    schema: 'slipway.review-request/1', id: 'review_00000000000000000001' as ReviewId, createdAt: 1_700_000_300_000, author: signer('Carl', author), message: '', needed: 2, authorMayApprove: false,
    evidence: {
      model: { name: 'Iris', number: 1, versionId: facts.version.id, sha256: facts.version.sha256, modelSha256: facts.run.modelSha256, bytes: facts.version.bytes, signature: facts.version.signature },
      run: { id: facts.run.id, datasetId: facts.dataset.id, datasetName: 'iris', datasetSha256: facts.run.datasetSha256, task: facts.run.task, rows: facts.run.rows, device: 'cpu', endedAt: facts.run.endedAt, bindingSha256: 'c'.repeat(64), metrics: facts.run.metrics, notes: [], guesses: [] }, gate: null,
    },
  }
  const answers = [answer(request, 'Ada', ada), answer(request, 'Bob', bob), answer(request, 'Carl', author), answer(request, 'Eve', eve, 'reject')]
  const release = { state: 'approved', aliases: ['champion'], approvals: { needed: 2, approved: [{ name: 'Ada', keyId: ada.keyId }] }, record: { entry: 7, hash: 'd'.repeat(64) } }
  small = await exportSmall(folder, 'good.zip', { ...facts, evidence: { release, approvals: { schema: 'slipway.approval/1', request: { body: request, signature: signReview(author, request) }, answers }, fairness: null, comparisons: [] } })
  execFileSync('unzip', ['-q', small.archive, '-d', folder])
})

const listOf = (...entries: object[]): string => JSON.stringify(entries)
const entry = (key: { keyId: string; publicPem: string }, more: object = {}): object => ({ keyId: key.keyId, publicKey: key.publicPem, ...more })
const verify = async (options: VerifyOptions, path = small.archive): Promise<[string, number, string]> => { const r = await verifyBundle(path, options); return [r.verdict, r.exit, r.sentence] }

/** A copy with a change, listed and signed again by the same publisher. */
function resigned(name: string, change: (root: string) => void): string {
  const root = join(folder, name)
  cpSync(join(folder, 'iris-1.2.3'), root, { recursive: true })
  change(root)
  const all = readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1)).filter((f) => f !== 'SHA256SUMS' && !f.startsWith('signatures/'))
  const digest = (path: string): string => createHash('sha256').update(readFileSync(join(root, path))).digest('hex')
  const manifest = BundleManifest.parse(JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')))
  const next = { ...manifest, files: manifest.files.map((f) => ({ ...f, sha256: digest(f.path), bytes: readFileSync(join(root, f.path)).length })) }
  writeFileSync(join(root, 'bundle.json'), `${canonicalJson({ ...next, model: { ...next.model, sha256: digest(next.model.path) } })}\n`)
  const sums = Buffer.from(sumsText(all.map((path) => ({ path, sha256: digest(path) }))))
  writeFileSync(join(root, 'SHA256SUMS'), sums)
  const signed = BundleManifest.parse(JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')))
  for (const { path, bytes } of signatureTexts(small.key, sums, signed, createHash('sha256').update(sums).digest('hex'))) writeFileSync(join(root, path), bytes)
  return root
}

describe('a list of keys', () => {
  // The evaluation inside finished on 14 November 2023.
  test.each([
    ['the key, without limits', () => listOf(entry(ada), entry(small.key)), 'trusted', 0, /trusted publisher/],
    ['good on that day', () => listOf(entry(small.key, { notBefore: '2023-11-14', notAfter: '2023-11-14' })), 'trusted', 0, /trusted publisher/],
    ['not good yet', () => listOf(entry(small.key, { notBefore: '2023-11-15' })), 'unknown-publisher', 3, /not good yet/],
    ['good no longer', () => listOf(entry(small.key, { notAfter: '2023-11-13T23:59:59Z' })), 'unknown-publisher', 3, /no longer good/],
    ['revoked', () => listOf(entry(small.key, { revoked: true })), 'unknown-publisher', 3, /is revoked/],
    ['may only approve', () => listOf(entry(small.key, { use: ['approve'] })), 'unknown-publisher', 3, /may not publish/],
    ['other keys only', () => listOf(entry(ada)), 'unknown-publisher', 3, /is not on the list/],
    ['a key id that is another key’s', () => listOf({ keyId: ada.keyId, publicKey: small.key.publicPem }), 'malformed', 2, /is not its key’s/],
    ['a field that nobody knows', () => listOf(entry(small.key, { revokd: true })), 'malformed', 2, /not understood/],
    ['a key twice', () => listOf(entry(small.key), entry(small.key, { revoked: true })), 'malformed', 2, /twice/],
    ['no list', () => '[', 'malformed', 2, /not JSON/], ['nothing in it', () => '[]', 'malformed', 2, /not understood/], ['a day that does not exist', () => listOf(entry(small.key, { notAfter: 'tomorrow' })), 'malformed', 2, /not a day/],
  ])('%s', async (_, trust, verdict, exit, words) => {
    const found = await verify({ trust: trust() })
    expect(found).toEqual([verdict, exit, expect.stringMatching(words) as string])
  })
})

describe('approvals', () => {
  const trust = (...keys: SigningKey[]): string => listOf(entry(small.key, { use: ['publish'] }), ...keys.map((k) => entry(k, { use: ['approve'] })))

  test('count by trusted keys: not the author’s, not a rejection, not a stranger’s', async () => {
    expect(await verify({ trust: trust(ada, bob), requireApprovals: 2 })).toEqual(['trusted', 0, expect.any(String)])
    expect(await verify({ trust: trust(ada), requireApprovals: 2 })).toEqual(['not-approved', 3, expect.stringContaining('only 1') as string])
    expect(await verify({ trust: trust(ada, author, eve), requireApprovals: 2 })).toEqual(['not-approved', 3, expect.stringContaining('only 1') as string])
    expect(await verify({ trust: listOf(entry(small.key), entry(ada, { revoked: true })), requireApprovals: 1 })).toEqual(['not-approved', 3, expect.stringContaining('nobody') as string])
    expect(await verify({ trust: small.key.publicPem, requireApprovals: 1 })).toEqual(['not-approved', 3, expect.stringContaining('nobody') as string])
    expect(await verify({ trust: small.key.publicPem })).toEqual(['trusted', 0, expect.any(String)])
  })

  test('an answer or a request that was changed, or is about something else, is refused whoever is trusted', async () => {
    const edit = (name: string, from: string | RegExp, to: string): string => resigned(name, (root) => { const path = join(root, 'evidence/approval.json'); const text = readFileSync(path, 'utf8'); expect(text).toMatch(from); writeFileSync(path, text.replace(from, to)) })
    for (const [name, from, to] of [['rejection-turned', '"decision":"reject"', '"decision":"approve"'], ['comment', 'looked at it', 'looked at ill'], ['request', '"needed":2', '"needed":1'], ['other-run', 'run_00000000000000000001', 'run_00000000000000000009'], ['no-json', /^\{/, '']] as const) {
      expect((await verify({ trust: trust(ada, bob) }, edit(name, from, to))).slice(0, 2), name).toEqual(['malformed', 2])
    }
  })
})

test('an older bundle is a downgrade; the same and newer ones are not; another bundle’s number does not count', async () => {
  const trust = small.key.publicPem
  const after = (last: number, name = 'iris'): VerifyOptions => ({ trust, lastSerial: (asked) => (asked === name ? last : null) })
  expect(await verify(after(4))).toEqual(['downgrade', 5, expect.stringContaining('its serial number is 3, the last one was 4') as string])
  expect((await verify(after(3)))[1]).toBe(0)
  expect((await verify(after(2)))[1]).toBe(0)
  expect((await verify(after(9, 'other')))[1]).toBe(0)
})

test('--strict refuses what the export would have refused, with file and line', async () => {
  const root = resigned('with-secret', (at) => { writeFileSync(join(at, 'README.md'), `one\ntwo ${'gh'}p_${'a1B2'.repeat(9)}\n`) })
  expect((await verify({ trust: small.key.publicPem }, root))[1]).toBe(0)
  expect(await verify({ trust: small.key.publicPem, strict: true }, root)).toEqual(['secrets', 2, expect.stringMatching(/“README\.md”, line 2: an access token/) as string])
  expect((await verify({ trust: small.key.publicPem, strict: true }))[1]).toBe(0)
})

test('parts that contradict each other: io.json, config.pbtxt, the graph', async () => {
  const trust = small.key.publicPem
  const edit = (name: string, file: string, from: string, to: string): string => resigned(name, (root) => { const path = join(root, file); const bytes = readFileSync(path, 'latin1'); expect(bytes).toContain(from); writeFileSync(path, bytes.replaceAll(from, to), 'latin1') })
  const config = 'model/repository/iris/config.pbtxt'
  for (const [name, file, from, to, words] of [
    ['io-shape', 'model/io.json', '"shape":[-1,4]', '"shape":[-1,5]', /io\.json has other inputs/], ['io-none', 'model/io.json', '{', '', /not a description/],
    ['config-name', config, 'name: "iris"', 'name: "rose"', /names another model/], ['config-type', config, 'TYPE_FP32', 'TYPE_FP64', /another type/], ['config-dims', config, 'dims: [ 4 ]', 'dims: [ 5 ]', /another shape/],
    ['config-version', config, 'versions: [ 3 ]', 'versions: [ 4 ]', /serves another version/], ['config-garbage', config, 'name: "iris"', 'name: [', /text form/],
    ['graph-name', 'model/repository/iris/3/model.onnx', 'float_input', 'float_inpux', /other inputs than the manifest/],
  ] as const) {
    const found = await verify({ trust }, edit(name, file, from, to))
    expect(found.slice(0, 2), name).toEqual(['malformed', 2])
    expect(found[2], name).toMatch(words)
  }
})

test('bin/verify.mjs says the same with the same exit codes, and keeps the serial numbers that it trusted', async () => {
  const script = resolve(import.meta.dirname, '../../out/parts/verify.mjs')
  const write = (name: string, text: string): string => { const path = join(folder, name); writeFileSync(path, text); return path }
  const run = (...args: string[]): [number | null, string] => { const e = spawnSync(process.execPath, [script, ...args, small.archive], { encoding: 'utf8' }); return [e.status, e.stdout + e.stderr] }
  const key = write('key.pem', small.key.publicPem)
  const list = write('keys.json', listOf(entry(small.key), entry(ada), entry(bob)))
  const state = join(folder, 'serials.json')
  expect(run('--trust', list, '--require-approvals', '2', '--strict', '--state', state)).toEqual([0, expect.stringContaining('approvals: 2 by keys that you trust') as string])
  expect(await readSerials(state)).toEqual({ iris: 3 })
  expect(run('--trust', key, '--last-serial', '4')).toEqual([5, expect.stringContaining('DOWNGRADE') as string])
  writeFileSync(state, '{"iris": 5}')
  expect(run('--trust', key, '--state', state)[0]).toBe(5)
  expect(await readSerials(state)).toEqual({ iris: 5 })
  writeFileSync(state, '{"iris": "none"}')
  expect(run('--trust', key, '--state', state)).toEqual([2, expect.stringContaining('cannot be used') as string])
  expect(run('--trust', key, '--require-approvals', '1')).toEqual([3, expect.stringContaining('NOT-APPROVED') as string])
  expect(run('--trust', key, '--require-approvals', 'many')[0]).toBe(2)
  expect(run('--help')[1]).toContain('--require-approvals N')
  expect(existsSync(`${state}.part`)).toBe(false)
})
