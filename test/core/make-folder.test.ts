// Making a folder: the ones above it come too, and one that cannot be made is an error and never a hang.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from '../../main/core/files/make-folder.ts'

let place = ''
beforeEach(() => { place = mkdtempSync(join(tmpdir(), 'slipway-folder-')) })
afterEach(() => rmSync(place, { recursive: true, force: true }))

test('the folders above it are made too, and a second time is no error', () => {
  makeFolder(join(place, 'a/b/c'))
  makeFolder(join(place, 'a/b/c'))
  expect(existsSync(join(place, 'a/b/c'))).toBe(true)
})

test('below a file it is an error', () => {
  writeFileSync(join(place, 'file'), '')
  expect(() => makeFolder(join(place, 'file/below'))).toThrow()
})

test.runIf(process.platform === 'linux')('where the system makes no folders it is an error, at once', () => {
  expect(() => makeFolder('/proc/no-such-process/below')).toThrow()
})
