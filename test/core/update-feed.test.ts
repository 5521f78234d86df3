// The announcement of a newer version: believed only when the user's key signed these very bytes, asked for only at the address given.
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkFeed } from '../../main/core/update/check-feed.ts'

const project = resolve(import.meta.dirname, '../..')
let folder = ''
let server: Server
let base = ''
let body = ''
let status = 200
const asked: string[] = []
const keys = generateKeyPairSync('ed25519')
const strange = generateKeyPairSync('ed25519')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-update-'))
  writeFileSync(join(folder, 'key.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(folder, 'strange.pem'), strange.publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(folder, 'private.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(folder, `slipway-9.9.9-linux-${process.arch}.deb`), 'a package')
  writeFileSync(join(folder, 'other.txt'), 'no package')
  server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? ''}`.trim())
    if (request.url === '/moved') answer.writeHead(302, { location: '/feed' }).end()
    else answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Signed by the script that a publisher uses.
  execFileSync(process.execPath, [join(project, 'scripts/sign-update.mjs'), folder, join(folder, 'private.pem')])
  body = readFileSync(join(folder, 'slipway-update.json'), 'utf8')
})

afterAll(async () => {
  await new Promise((done) => { server.close(done) })
  rmSync(folder, { recursive: true, force: true })
})

const check = (current: string, key = 'key.pem', path = '/feed') => checkFeed(`${base}${path}`, join(folder, key), current)

test('a signed description is believed: newer, the same, older; its packages are those of this machine', async () => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string }
  asked.length = 0
  const newer = await check('0.0.9')
  expect(newer).toMatchObject({ current: '0.0.9', newest: version, newer: true })
  expect(newer.files.map((f) => f.name)).toEqual(process.platform === 'linux' ? [`slipway-9.9.9-linux-${process.arch}.deb`] : [])
  expect((await check(version)).newer).toBe(false)
  expect((await check('10.0.0')).newer).toBe(false)
  expect(asked).toEqual(['GET /feed', 'GET /feed', 'GET /feed'])
})

test('one changed byte, another key, no signature, no JSON: not believed', async () => {
  const whole = body
  const inside = JSON.parse(whole) as { description: string; signature: string }
  await expect(check('0.0.1', 'strange.pem')).rejects.toMatchObject({ code: 'update.notSigned' })
  for (const changed of [JSON.stringify({ ...inside, description: inside.description.replace('"version":"0', '"version":"9') }), JSON.stringify({ description: inside.description, signature: '' }), '{}', 'hello', '']) {
    body = changed
    await expect(check('0.0.1')).rejects.toMatchObject({ code: 'update.notSigned' })
  }
  body = whole
})

test('what is asked of the network is narrow: https or this machine, no redirect, a short answer', async () => {
  asked.length = 0
  for (const feed of ['http://example.invalid/feed', 'file:///etc/passwd', 'nonsense', '']) await expect(checkFeed(feed, join(folder, 'key.pem'), '1.0.0')).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(check('1.0.0', 'private-nowhere.pem')).rejects.toMatchObject({ code: 'file.missing' })
  expect(asked).toEqual([])
  await expect(check('1.0.0', 'key.pem', '/moved')).rejects.toMatchObject({ code: 'update.unreachable' })
  expect(asked).toEqual(['GET /moved'])
  const whole = body
  body = ' '.repeat(2_000_000)
  await expect(check('1.0.0')).rejects.toMatchObject({ code: 'update.unreachable' })
  body = whole
  status = 503
  await expect(check('1.0.0')).rejects.toMatchObject({ code: 'update.unreachable' })
  status = 200
})
