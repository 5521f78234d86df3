// The folder of releases on a single host, without servers: what is kept, where a rollback leads, and that two changes cannot run at once.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Home, homeOf, readEnvironment } from '../../main/core/bundle/release/home.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-home-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const fresh = (name: string, ...digests: string[]): Home => {
  const home = new Home(join(folder, name))
  home.prepare()
  for (const digest of digests) mkdirSync(join(home.root, 'releases', digest))
  return home
}

test('three releases are kept, and those that a slot points to; what an interrupted installation left goes', () => {
  const home = fresh('kept', 'one', 'two', 'three', 'four', 'canary', 'new-five')
  for (const [digest, before] of [['one', null], ['two', 'one'], ['three', 'two'], ['four', 'three']] as const) home.remember(digest, before)
  home.fill('a', 'four', '')
  home.fill('c', 'canary', '')
  home.prune()
  expect(readdirSync(join(home.root, 'releases')).sort()).toEqual(['canary', 'four', 'order', 'three', 'two'])
  home.fill('b', 'two', '--allow-downgrade')
  expect(readEnvironment(join(home.root, 'slots/b.env'))).toEqual({ SLIPWAY_ARM: 'stable', SLIPWAY_PORT: '18082', SLIPWAY_OPTIONS: '--allow-downgrade' })
})

test('after a rollback and a new release, the way back leads to what ran before, not to what was rolled back', () => {
  const home = fresh('order', 'good', 'bad', 'better')
  home.remember('good', null)
  home.remember('bad', 'good')
  // Rolled back to good; better then takes over from good.
  home.remember('better', 'good')
  expect(home.order()).toEqual(['bad', 'good', 'better'])
  // The same release installed again stays where it is.
  home.remember('better', 'better')
  expect(home.order()).toEqual(['bad', 'good', 'better'])
})

test('current goes from one release to the next in one rename', () => {
  const home = fresh('current', 'one', 'two')
  expect([home.live(), home.liveSlot()]).toEqual([null, null])
  home.fill('a', 'one', '')
  home.makeCurrent('a')
  home.fill('b', 'two', '')
  expect(home.live()).toBe('one')
  home.makeCurrent('b')
  expect([home.live(), home.liveSlot(), basename(realpathSync(join(home.root, 'current')))]).toEqual(['two', 'b', 'two'])
  expect(homeOf(join(home.root, 'current'))).toBe(realpathSync(home.root))
  expect(homeOf(folder)).toBeNull()
})

test('two changes at once are refused; the lock of a process that is gone is not', async () => {
  const home = fresh('lock')
  await home.alone(async () => { await expect(home.alone(() => Promise.resolve())).rejects.toThrow(/another change/) })
  expect(existsSync(join(home.root, 'lock'))).toBe(false)
  symlinkSync('99999999', join(home.root, 'lock'))
  await expect(home.alone(() => Promise.resolve('done'))).resolves.toBe('done')
})

test('what the operator wrote stays', () => {
  const home = fresh('settings')
  const text = readFileSync(join(home.root, 'server.env'), 'utf8')
  expect(text).toMatch(/^SLIPWAY_HOST=127\.0\.0\.1$/m)
  home.prepare()
  expect(readFileSync(join(home.root, 'server.env'), 'utf8')).toBe(text)
  expect(home.port('c')).toBe(18083)
})
