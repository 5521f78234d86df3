// Approval by two people over two workspaces with two keys and real files, and everything that must be refused.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GateFinding } from '../../shared/domain/gate.ts'
import type { SignedAnswer, SignedRequest } from '../../shared/domain/review.ts'
import type { ModelId, RunId, VersionId } from '../../shared/ids.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { signReview } from '../../main/core/steps/signed-review.ts'
import { openStore } from '../../main/core/store/open.ts'
import { fixture } from '../setup/fixtures.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

let author: TestCore
let ada: TestCore
let eve: TestCore
let subject: { readonly modelId: ModelId; readonly versionId: VersionId; readonly runId: RunId }

const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T
const place = (name: string): string => join(author.folder, name)
type Changeable = { body: { -readonly [K in keyof SignedAnswer['body']]: SignedAnswer['body'][K] } & { reviewer: { name: string } }; signature: string }
const ask = (core: TestCore) => core.core.client
const code = (wanted: string) => expect.objectContaining({ code: wanted })
const life = async (): Promise<string> => (await ask(author).call('version.life', { versionId: subject.versionId })).state

async function request(name: string, message = 'ready'): Promise<string> {
  await ask(author).call('review.request', { versionId: subject.versionId, message, destination: await author.token(place(name), 'write') })
  return place(name)
}
async function answer(reviewer: TestCore, file: string, decision: 'approve' | 'reject', name: string, comment = ''): Promise<string> {
  await ask(reviewer).call('review.answer', { file: await reviewer.token(file), decision, comment, destination: await reviewer.token(place(name), 'write') })
  return place(name)
}
const accept = async (file: string) => ask(author).call('review.accept', { file: await author.token(file) })
const changed = <T>(file: string, name: string, change: (value: T) => void): string => {
  const value = read<T>(file)
  change(value)
  writeFileSync(place(name), JSON.stringify(value))
  return place(name)
}

/** The answer with something changed, and signed anew with the reviewer's own key. */
async function signedByAda(name: string, as: string, change: (answer: Changeable) => void): Promise<string> {
  const key = await loadOrCreateKey(join(ada.workspace, 'keys'), undefined)
  return changed<Changeable>(place(name), as, (a) => { change(a); a.signature = signReview(key, a.body as SignedAnswer['body']) })
}

const judge = (limit: number) => ask(author).call('gate.check', { runId: subject.runId, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit }] } })

async function trust(reviewer: TestCore, name: string): Promise<void> {
  const { publicKey } = await ask(reviewer).call('identity.make', {})
  writeFileSync(place(`${name}.pem`), publicKey!)
  await ask(author).call('reviewer.trust', { name, file: await author.token(place(`${name}.pem`)) })
}

beforeAll(async () => {
  ;[author, ada, eve] = await Promise.all([openTestCore({ actor: 'Charles' }), openTestCore({ actor: 'Ada' }), openTestCore({ actor: 'Eve' })])
  const [imported] = await author.job('version.import', { files: [await author.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
  const dataset = await author.job('dataset.add', { file: await author.token(fixture('iris/data/iris.csv')) })
  const version = imported!.version!
  const { binding, guesses } = await author.job('binding.propose', { versionId: version.id, datasetId: dataset.id, target: 'species' })
  const { runId } = await author.job('run.evaluate', { versionId: version.id, datasetId: dataset.id, binding, guesses })
  subject = { modelId: version.modelId, versionId: version.id, runId }
  await judge(0.9)
  await trust(ada, 'Ada Lovelace')
  await ask(eve).call('identity.make', {})
}, 120_000)
afterAll(() => Promise.all([author.done(), ada.done(), eve.done()]))

describe('refused, with nothing recorded', () => {
  let file: string
  let good: string
  beforeAll(async () => {
    file = await request('2.review.json')
    good = await answer(ada, file, 'approve', '2.answer.json')
  })

  it('an edited request, a request with another key, and what is no request', async () => {
    const better = changed<SignedRequest>(file, 'better.json', (r) => { (r.body.evidence.run.metrics[0] as { value: number }).value = 1 })
    await expect(answer(ada, better, 'approve', 'x.json')).rejects.toEqual(code('review.altered'))
    const stranger = generateKeyPairSync('ed25519')
    const resigned = changed<SignedRequest>(file, 'resigned.json', (r) => {
      r.body.author.publicKey = stranger.publicKey.export({ type: 'spki', format: 'pem' }).toString()
      r.signature = sign(null, Buffer.from('anything'), stranger.privateKey).toString('base64')
    })
    await expect(answer(ada, resigned, 'approve', 'x.json')).rejects.toEqual(code('review.wrongKey'))
    for (const [name, text] of [['text.json', 'no JSON'], ['other.json', '{"body":{"schema":"else/1"}}'], ['more.json', JSON.stringify({ ...read<SignedRequest>(file), extra: 1 })]] as const) {
      writeFileSync(place(name), text)
      await expect(answer(ada, place(name), 'approve', 'x.json')).rejects.toEqual(code('review.notAFile'))
    }
    await expect(answer(ada, good, 'approve', 'x.json')).rejects.toEqual(code('review.notAFile'))
  })

  it('an edited answer, an answer to edited evidence, an unknown reviewer, one of another workspace, the author’s own', async () => {
    await expect(accept(changed<SignedAnswer>(good, 'edited.json', (a) => { a.body.comment = 'perfect' }))).rejects.toEqual(code('review.altered'))
    await expect(accept(changed<SignedAnswer>(good, 'name.json', (a) => { a.body.reviewer.keyId = '0123456789abcdef' }))).rejects.toEqual(code('review.wrongKey'))
    await expect(accept(await answer(eve, file, 'approve', 'eve.json'))).rejects.toEqual(code('review.unknownReviewer'))
    await expect(answer(author, file, 'approve', 'self.json')).rejects.toEqual(code('review.selfApproval'))
    expect(await ask(author).call('review.open', { file: await author.token(file) })).toMatchObject({ own: true, mayNotAnswer: expect.stringContaining('may not approve') })
    await expect(ask(ada).call('review.accept', { file: await ada.token(good) })).rejects.toEqual(code('review.unknownRequest'))
    expect((await ask(author).call('review.list', { versionId: subject.versionId }))[0]).toMatchObject({ open: true, answers: [] })
    expect(await life()).toBe('in-review')
  })

  it('a stale version: a newer request, a newer judgement, a version that left review; and a key that is trusted no more', async () => {
    await judge(0.99)
    await expect(accept(good)).rejects.toMatchObject({ code: 'review.stale', details: { reason: expect.stringContaining('judged otherwise') } })
    const newer = await request('3.review.json', 'now with the real gate')
    await expect(accept(good)).rejects.toMatchObject({ code: 'review.stale', details: { reason: expect.stringContaining('newer request') } })
    const no = await answer(ada, newer, 'reject', '3.answer.json', 'the gate is not passed')
    await ask(author).call('reviewer.distrust', { reviewer: 'Ada Lovelace', reason: 'key lost' })
    await expect(accept(no)).rejects.toEqual(code('review.unknownReviewer'))
    await trust(ada, 'Ada Lovelace')
    expect(await accept(no)).toMatchObject({ state: 'evaluated', answers: [{ decision: 'reject' }] })
    const last = await answer(ada, await request('4.review.json'), 'approve', '4.answer.json')
    await ask(author).call('version.transition', { versionId: subject.versionId, action: 'withdraw', reason: 'not yet' })
    await expect(accept(last)).rejects.toMatchObject({ code: 'review.stale', details: { reason: expect.stringContaining('not in review') } })
  })
})

describe('two people, two workspaces', () => {
  it('the reviewer sees exactly the stored numbers; the approval comes back, names the key and moves the version', async () => {
    await judge(0.9)
    const file = await request('1.review.json')
    expect(await life()).toBe('in-review')
    const opened = await ask(ada).call('review.open', { file: await ada.token(file) })
    const run = await ask(author).call('run.get', { runId: subject.runId })
    expect(opened).toMatchObject({ own: false, knownAs: null, mayNotAnswer: null, body: { message: 'ready', needed: 1, authorMayApprove: false, author: { name: 'Charles' } } })
    expect(opened.body.evidence.run).toMatchObject({ metrics: run.metrics.filter((m) => m.slice === ''), datasetSha256: run.datasetSha256, rows: run.rows })
    expect(opened.body.evidence.gate).toMatchObject({ passed: true, findings: [{ verdict: 'pass' }] })
    // The independent reading of the accuracy: scikit-learn's.
    expect(opened.body.evidence.run.metrics.find((m) => m.metric === 'accuracy')?.value).toBe(read<{ metrics: { accuracy: number } }>(fixture('iris/reference/logreg-tensor.iris.json')).metrics.accuracy)

    // It waits in the reviewer's inbox until it is answered, and needs its file no more.
    const waiting = async (core: TestCore): Promise<unknown> => ask(core).call('review.counts', {})
    expect(await waiting(author)).toEqual({ asked: 1, received: 0 })
    const mine = (await ask(ada).call('review.received', {}))[0]!
    expect(mine).toMatchObject({ body: { id: opened.body.id }, sha256: opened.sha256, answer: null, aside: null })
    const before = (await waiting(ada) as { received: number }).received
    await ask(ada).call('review.answer', { request: mine.sha256, decision: 'approve', comment: 'I looked at the confusion matrix.', destination: await ada.token(place('1.answer.json'), 'write') })
    expect(await waiting(ada)).toEqual({ asked: 0, received: before - 1 })
    expect((await ask(ada).call('review.received', {})).find((r) => r.sha256 === mine.sha256)).toMatchObject({ answer: { decision: 'approve', comment: 'I looked at the confusion matrix.' } })
    // Eve opens it too and puts it aside.
    expect(await ask(eve).call('review.take', { file: await eve.token(file) })).toMatchObject({ kind: 'request', opened: { sha256: mine.sha256 } })
    const eves = await ask(eve).call('review.aside', { request: mine.body.id, reason: 'Ada does it' })
    expect(eves.find((r) => r.sha256 === mine.sha256)).toMatchObject({ answer: null, aside: { reason: 'Ada does it' } })
    const otherVersion = await signedByAda('1.answer.json', 'other-version.json', (a) => { a.body.modelNumber = 2 })
    await expect(accept(otherVersion)).rejects.toEqual(code('review.otherEvidence'))
    const review = await accept(place('1.answer.json'))
    // The key says who answered, whatever name the file claims.
    const otherName = await signedByAda('1.answer.json', 'other-name.json', (a) => { a.body.reviewer.name = 'Eve' })
    await expect(accept(otherName)).rejects.toMatchObject({ code: 'review.replayed', details: { name: 'Ada Lovelace' } })
    expect(await waiting(author)).toEqual({ asked: 0, received: 0 })
    expect(review).toMatchObject({ state: 'approved', open: false, answers: [{ decision: 'approve', name: 'Ada Lovelace', comment: 'I looked at the confusion matrix.' }] })
    expect(await life()).toBe('approved')
    const events = await ask(author).call('history.list', { subject: subject.versionId })
    expect(events.find((e) => e.verb === 'review.accept')).toMatchObject({ who: { name: 'Ada Lovelace', keyId: review.answers[0]!.keyId }, why: 'I looked at the confusion matrix.' })
    await expect(accept(place('1.answer.json'))).rejects.toEqual(code('review.replayed'))
  })
})

/** Judges a run by an accuracy of `limit` and by one approval; answers what became of the approvals. */
async function approvals(runId: RunId = subject.runId, limit = 0.9): Promise<GateFinding & { readonly checkId: string }> {
  const check = await ask(author).call('gate.check', { runId, policy: { schema: 'slipway.gate/2', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit }, { kind: 'approvals', count: 1 }] } })
  return { ...check.findings[1]!, checkId: check.id }
}
const evaluate = async (file: string, again = false): Promise<RunId> => {
  const dataset = await author.job('dataset.add', { file: await author.token(file) })
  const { binding, guesses } = await author.job('binding.propose', { versionId: subject.versionId, datasetId: dataset.id, target: 'species' })
  return (await author.job('run.evaluate', { versionId: subject.versionId, datasetId: dataset.id, binding, guesses, again })).runId
}
const open = (verdict: GateFinding['verdict'], sentence: RegExp) => expect.objectContaining({ verdict, sentence: expect.stringMatching(sentence) as string })

describe('an approval counts for what was seen', () => {
  it('the same run and rules, or a run that says the same; not other data, not laxer rules; a new request leaves the state until it is decided', async () => {
    const passed = await approvals()
    expect(passed).toEqual(open('pass', /^Ada Lovelace approved; the gate asks for 1 approval\.$/))
    expect(await approvals(await evaluate(fixture('iris/data/iris.csv'), true))).toEqual(open('pass', /^Ada Lovelace approved;/))
    expect(await approvals(subject.runId, 0.5)).toEqual(open('not-established', /Ada Lovelace approved other evidence \(other rules \(revision \d+ of the policy\)\), so ask again/))
    const part = place('part.csv')
    writeFileSync(part, readFileSync(fixture('iris/data/iris.csv'), 'utf8').split('\n').slice(0, 121).join('\n'))
    expect(await approvals(await evaluate(part))).toEqual(open('not-established', /Ada Lovelace approved other evidence \(other data \(part\.csv\)\)/))

    const file = (await ask(author).call('review.request', { versionId: subject.versionId, runId: subject.runId, message: 'again', destination: await author.token(place('5.review.json'), 'write') })).state
    expect(file).toBe('approved')
    expect(await approvals()).toEqual(open('pass', /^Ada Lovelace approved/))
    const answered = await answer(ada, place('5.review.json'), 'approve', '5.answer.json')
    const { binding } = await ask(author).call('run.get', { runId: subject.runId })
    await ask(author).call('binding.save', { versionId: subject.versionId, binding: { ...binding, rows: 'strict' }, guesses: [] })
    await expect(accept(answered)).rejects.toMatchObject({ code: 'review.stale', details: { reason: expect.stringMatching(/^another binding was saved since, as revision \d+$/) } })
    await ask(author).call('binding.save', { versionId: subject.versionId, binding, guesses: [] })
    const run = await author.job('run.evaluate', { versionId: subject.versionId, datasetId: (await ask(author).call('run.get', { runId: subject.runId })).datasetId, binding, options: { limit: 50 } })
    await expect(accept(answered)).rejects.toMatchObject({ code: 'review.stale', details: { reason: expect.stringContaining('a newer run on iris.csv has other') } })
    expect(run.runId).not.toBe(subject.runId)

    // Who is trusted no more counts no more, and an old check is no way around it.
    await ask(author).call('reviewer.distrust', { reviewer: 'Ada Lovelace', reason: 'key lost' })
    expect(await approvals()).toEqual(open('not-established', /the key of Ada Lovelace \([0-9a-f]{16}\) is not trusted any more/))
    await expect(author.job('bundle.export', { checkId: passed.checkId as never, destination: await author.token(place('x.zip'), 'write') })).rejects.toEqual(code('review.approvalsLost'))
    await trust(ada, 'Ada Lovelace')
    await expect(trust(ada, 'Countess')).rejects.toMatchObject({ code: 'review.otherName', details: { name: 'Ada Lovelace', wanted: 'Countess' } })
    expect((await approvals()).verdict).toBe('pass')
  })

  it('taken back here, or by the reviewer’s later answer; an answer that was written into the database is not believed', async () => {
    const taken = await ask(author).call('review.revoke', { versionId: subject.versionId, reason: 'leaked rows' })
    expect(taken[0]).toMatchObject({ state: 'evaluated' })
    expect(await approvals()).toEqual(open('not-established', /the approval of Ada Lovelace was taken back: leaked rows/))
    await expect(accept(place('1.answer.json'))).rejects.toEqual(code('review.replayed'))
    await expect(ask(author).call('review.revoke', { versionId: subject.versionId, reason: 'again' })).rejects.toEqual(code('review.nothingToRevoke'))

    await ask(author).call('gate.save', { modelId: subject.modelId, policy: { schema: 'slipway.gate/2', rules: [{ kind: 'metric', metric: 'accuracy', slice: '', op: '>=', limit: 0.9 }, { kind: 'approvals', count: 1 }] } })
    const runId = await evaluate(fixture('iris/data/iris.csv'), true)
    const file = await request('6.review.json')
    expect(await accept(await answer(ada, file, 'approve', '6.answer.json'))).toMatchObject({ state: 'approved' })
    expect((await approvals(runId)).verdict).toBe('pass')
    expect(await accept(await answer(ada, file, 'reject', '6.late.json', 'I was wrong'))).toMatchObject({ state: 'evaluated', answers: [{ revoked: { reason: 'I was wrong', byReviewer: true } }] })
    expect(await approvals(runId)).toEqual(open('fail', /^Ada Lovelace rejected this version/))
    expect(await author.job('audit.verify', {})).toMatchObject({ whole: true })

    await trust(eve, 'Eve')
    const asked = await ask(author).call('review.request', { versionId: subject.versionId, runId, destination: await author.token(place('7.review.json'), 'write') })
    const real = read<SignedAnswer>(await answer(eve, place('7.review.json'), 'reject', '7.answer.json'))
    // Through a connection that keeps the ledger: every row has its entry, and only the signature tells.
    const store = openStore(join(author.workspace, 'slipway.db'))
    try {
      const forged = { ...real.body, decision: 'approve' as const }
      store.write((db) => db.run('INSERT INTO review_answers (request_id, key_id, decision, name, body, signature, event_id, created_at) VALUES ($id, $key, $decision, $name, $body, $signature, $event, $at)',
        { id: asked.body.id, key: real.body.reviewer.keyId, decision: 'approve', name: 'Eve', body: JSON.stringify(forged), signature: real.signature, event: asked.eventId, at: Date.now() }))
    } finally { store.close() }
    expect(await approvals(runId)).toEqual(open('fail', /^Ada Lovelace rejected this version; the stored answer of Eve \([0-9a-f]{16}\) does not fit its signature/))
    const { findings } = await author.job('audit.verify', {})
    expect(findings).toEqual([expect.objectContaining({ kind: 'unproven', table: 'review_answers' })])
    expect((await author.job('workspace.check', {})).findings.map((f) => f.sentence).join(' ')).toContain('does not fit its signature')
  })

  it('whoever imported the version is an author, also where it came from another workspace', async () => {
    const [carol, home] = await Promise.all([openTestCore({ actor: 'Carol' }), openTestCore({ actor: 'Somebody' })])
    try {
      await ask(carol).call('identity.make', {})
      const [imported] = await carol.job('version.import', { files: [await carol.token(fixture('iris/models/iris-logreg-tensor.onnx'))] })
      const version = imported!.version!
      const dataset = await carol.job('dataset.add', { file: await carol.token(fixture('iris/data/iris.csv')) })
      const { binding, guesses } = await carol.job('binding.propose', { versionId: version.id, datasetId: dataset.id, target: 'species' })
      await carol.job('run.evaluate', { versionId: version.id, datasetId: dataset.id, binding, guesses })
      await carol.job('model.pack', { modelId: version.modelId, file: await carol.token(place('carol.slipway'), 'write') })
      await ada.job('model.unpack', { file: await ada.token(place('carol.slipway')) })
      await ask(ada).call('review.request', { versionId: version.id, destination: await ada.token(place('8.review.json'), 'write') })
      await expect(answer(carol, place('8.review.json'), 'approve', '8.x.json')).rejects.toMatchObject({ code: 'review.selfApproval', details: { part: 'imported' } })
      // The same key in a workspace that knows nothing of the model.
      mkdirSync(join(home.workspace, 'keys'), { recursive: true })
      copyFileSync(join(carol.workspace, 'keys', 'publisher.key.pem'), join(home.workspace, 'keys', 'publisher.key.pem'))
      const signed = await answer(home, place('8.review.json'), 'approve', '8.answer.json')
      const { publicKey } = await ask(carol).call('identity.get', {})
      writeFileSync(place('carol.pem'), publicKey!)
      await ask(ada).call('reviewer.trust', { name: 'Somebody Else', file: await ada.token(place('carol.pem')) })
      await expect(ask(ada).call('review.accept', { file: await ada.token(signed) })).rejects.toMatchObject({ code: 'review.selfApproval', details: { part: 'imported' } })
    } finally { await Promise.all([carol.done(), home.done()]) }
  })
})
