// A flipped byte leaves the archive and the signature standing: the badge must say damaged, not that it never was a bundle.
import { expect, it } from 'vitest'
import type { VerifyReport } from '../../shared/domain/bundle.ts'
import { verdictWords } from '../../renderer/features/bundle/report-words.ts'

const report = (verdict: VerifyReport['verdict'], held: readonly string[], failed: string): VerifyReport => ({
  verdict, exit: 2, sentence: '', rootDigest: null, publisherKeyId: null, name: null, version: null,
  checks: [...held.map((name) => ({ name, ok: true, detail: '' })), { name: failed, ok: false, detail: '' }],
})

it('names what is left of a bundle', () => {
  expect(verdictWords(report('malformed', ['archive', 'signature'], 'contents'))).toEqual({ words: 'Damaged or tampered with', tone: 'bad' })
  expect(verdictWords(report('malformed', ['archive'], 'contents')).words).toBe('Damaged')
  expect(verdictWords(report('malformed', [], 'archive')).words).toBe('Not an intact bundle')
  expect(verdictWords(report('tampered', ['archive', 'signature'], 'hashes')).words).toBe('Tampered with')
})
