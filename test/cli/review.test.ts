// The command line's side of a review: the exit codes of a refusal, and a key that nobody trusts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

test('the author is refused, an unknown key is refused by name, and the list says what waits', { timeout: 120_000 }, async () => {
  await inPlace(async (place) => {
    const at = (name: string): string => join(place.folder, name)
    await slipwayJson(place, ['evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species'])
    expect((await slipway(place, 'review', 'request', 'iris-logreg-tensor', '--out', at('1.review.json'))).code).toBe(0)
    const own = await slipway(place, 'review', 'approve', at('1.review.json'), '--out', at('own.json'))
    expect([own.code, own.err]).toEqual([2, expect.stringContaining('its author may not approve it too')])
    const other = { ...place, workspace: at('other') }
    expect((await slipway(other, 'review', 'approve', at('1.review.json'), '--out', at('answer.json'), '--comment', 'fine')).code).toBe(0)
    const unknown = await slipway(place, 'review', 'accept', at('answer.json'))
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('slipway reviewer trust NAME KEY-FILE')])
    writeFileSync(at('nonsense.json'), '{}')
    expect((await slipway(place, 'review', 'show', at('nonsense.json'))).err).toContain('not a review request or answer')
    expect((await slipway(place, 'review', 'list')).out).toMatch(/iris-logreg-tensor@1 +waiting .*no answer yet/)
  })
})
