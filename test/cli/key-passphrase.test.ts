// A new private key on a real terminal asks for its passphrase twice, shows nothing of it, and is encrypted by it; without a terminal it is told how.
import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { inPlace, program, start, type Place } from './run-cli.ts'

vi.setConfig({ testTimeout: 120_000 })
const script = '/usr/bin/script'
const keyOf = (place: Place): string => readFileSync(join(place.workspace, 'keys/publisher.key.pem'), 'utf8')

/** Types each answer when its question has been shown; everything that the terminal was sent. */
function typed(place: Place, answers: readonly (readonly [question: string, answer: string])[], ...args: string[]): Promise<string> {
  const line = [process.execPath, program, '--workspace', place.workspace, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn(script, ['-qec', line, '/dev/null'], { env: { ...process.env, HOME: place.home, SHELL: '/bin/sh' } })
  const left = [...answers]
  let sent = ''
  let seen = 0
  child.stdout.on('data', (piece: Buffer) => {
    sent += piece.toString()
    const at = left[0] === undefined ? -1 : sent.indexOf(left[0][0], seen)
    if (at >= 0) { seen = at + left[0]![0].length; child.stdin.write(`${left.shift()![1]}\n`) }
  })
  return new Promise((resolve) => { child.on('close', () => resolve(sent)) })
}

test.runIf(existsSync(script))('asks twice on a terminal until both are the same, and the key opens with it alone', async () => {
  await inPlace(async (place) => {
    const sent = await typed(place, [['New passphrase: ', 'wrong horse'], ['Once more: ', 'right horse'], ['New passphrase: ', 'battery staple'], ['Once more: ', 'battery staple']], 'identity', '--make')
    expect(sent).toContain('They differ. Try again.')
    expect(sent).toContain('encrypted by your passphrase')
    expect(sent).not.toMatch(/horse|staple/)
    expect(() => createPrivateKey({ key: keyOf(place), passphrase: 'wrong horse' })).toThrow()
    expect(createPrivateKey({ key: keyOf(place), passphrase: 'battery staple' }).asymmetricKeyType).toBe('ed25519')
  })
})

test('without a terminal it says how, unless none is wanted', async () => {
  await inPlace(async (place) => {
    const quiet = await start(['--workspace', join(place.home, 'a'), 'identity', '--make', '--no-passphrase'], { HOME: place.home }).ended
    expect([quiet.code, quiet.err]).toEqual([0, ''])
    const told = await start(['--workspace', place.workspace, 'identity', '--make'], { HOME: place.home }).ended
    expect(told.code).toBe(0)
    expect(told.err).toContain('SLIPWAY_PASSPHRASE')
    expect(createPrivateKey(keyOf(place)).asymmetricKeyType).toBe('ed25519')
  })
})
