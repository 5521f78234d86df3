// The private key under the operating system's key store (a fake one: the real one belongs to a desktop session), and without it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KeyStore } from '../../main/core/core.ts'
import { openTestCore, type TestCore } from './open-test-core.ts'

/** Keeps texts as one machine would: what another one sealed does not open. */
const storeOf = (machine: string): KeyStore => ({
  seal: (text) => Buffer.from(JSON.stringify({ machine, text: Buffer.from(text).toString('hex') })),
  open(sealed) {
    const found = JSON.parse(sealed.toString()) as { machine: string; text: string }
    if (found.machine !== machine) throw new Error('not sealed here')
    return Buffer.from(found.text, 'hex').toString()
  },
})

let test: TestCore
beforeEach(async () => { test = await openTestCore({ keyStore: storeOf('a') }) })
afterEach(() => test.done())

it('the key is encrypted on disk, opens again on this machine, and nowhere else', async () => {
  expect(await test.core.client.call('identity.get', {})).toMatchObject({ kept: 'none', keyId: null })
  const made = await test.core.client.call('identity.make', {})
  expect(made.kept).toBe('system')
  expect(readFileSync(join(test.workspace, 'keys/publisher.key.pem'), 'utf8')).toContain('ENCRYPTED')
  test = await test.reopen()
  expect(await test.core.client.call('identity.make', {})).toEqual(made)
  for (const keyStore of [{ keyStore: storeOf('b') }, {}]) {
    await test.core.close()
    const elsewhere = await openTestCore(keyStore, test.folder)
    expect(await elsewhere.core.client.call('identity.get', {})).toMatchObject({ kept: 'locked', keyId: null })
    await expect(elsewhere.core.client.call('identity.make', {})).rejects.toMatchObject({ code: 'key.locked' })
    await elsewhere.core.close()
  }
  test = await test.reopen()
})

it('a key that was made without a key store stays as it is', async () => {
  await test.core.close()
  const plain = await openTestCore({}, test.folder)
  const made = await plain.core.client.call('identity.make', {})
  await plain.core.close()
  test = await test.reopen()
  expect(made.kept).toBe('file')
  expect(await test.core.client.call('identity.make', {})).toEqual(made)
})
