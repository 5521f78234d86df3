// What may leave in a diagnostics file: the program's own words and numbers, nothing of the user's.
import { describe, expect, it } from 'vitest'
import { logLineToShare, withoutPersonal } from '../../shared/without-personal.ts'

const secrets = ['/home/ada/Income study', '/home/ada', 'ada', 'ada-laptop', 'Ada Lovelace Ltd']

describe('words', () => {
  it.each([
    ['ENOENT: no such file, open \'/home/ada/Income study/blobs/4c1f\'', 'ENOENT: no such file, open “…”'],
    ['cannot read /mnt/share/clients/acme.parquet again', 'cannot read … again'], ['cannot read C:\\Users\\ada\\acme.csv', 'cannot read …'], ['published by Ada Lovelace Ltd on ada-laptop', 'published by … on …'],
    ['the model “Churn of Acme” has no input', 'the model “…” has no input'], ['mail to someone@example.org', 'mail to …'], ['churn-acme.onnx is not a model', '… is not a model'], ['a slow statement', 'a slow statement'],
  ])('%s', (text, expected) => {
    expect(withoutPersonal(text, secrets)).toBe(expected)
  })
})

describe('lines', () => {
  it('keep their own fields and lose the rest', () => {
    const line = JSON.stringify({ at: '2026-05-04T10:30:00.000Z', level: 'bug', what: 'cannot open /home/ada/x/secret.csv', where: 'run.evaluate', file: '/home/ada/x/secret.csv', rows: ['a', 'b'], stack: 'Error: cannot open /home/ada\n    at readRows (file:///opt/slipway/out/main/engine.js:10:3)\n    at async Jobs.run (/opt/x.js:1:1)' })
    expect(JSON.parse(logLineToShare(line, secrets)!)).toEqual({ at: '2026-05-04T10:30:00.000Z', level: 'bug', what: 'cannot open …', where: 'run.evaluate', stack: ['readRows', 'Jobs.run'] })
  })
  it.each(['', 'no json', '[1', '"text"', 'null'])('%j is left out', (line) => {
    expect(logLineToShare(line, secrets)).toBeNull()
  })
})
