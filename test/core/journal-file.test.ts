// The file below a journal: what was written whole is found again, whatever was cut off or changed behind it.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendFrames, readFrames } from '../../main/core/engine/journal-file.ts'

let folder = ''
let path = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-journal-')); path = join(folder, 'deep', 'a.journal') })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const texts = ['first', 'second', '', 'the fourth frame']

async function write(): Promise<void> {
  const file = await appendFrames(path, Buffer.from(texts[0]!))
  for (const text of texts.slice(1)) await file.append(Buffer.from(text))
  await file.close()
}

async function found(): Promise<string[]> {
  const seen: string[] = []
  const file = await readFrames(path, (bytes) => seen.push(bytes.toString()))
  await file.close()
  return seen
}

it('finds every frame again, reads it from its place, and goes on behind the last one', async () => {
  await write()
  const places: { at: number; length: number }[] = []
  const file = await readFrames(path, (bytes, at) => places.push({ at, length: bytes.length }))
  expect((await file.read(places[3]!)).toString()).toBe('the fourth frame')
  await file.append(Buffer.from('fifth'))
  await file.close()
  expect(await found()).toEqual([...texts, 'fifth'])
})

it('cut anywhere: whole frames only, and the next one fits behind them', async () => {
  await write()
  const whole = readFileSync(path)
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole)
    truncateSync(path, length)
    const seen = await found()
    expect(seen).toEqual(texts.slice(0, seen.length))
    expect(seen.length).toBeLessThan(texts.length)
    const file = await readFrames(path, () => undefined)
    await file.append(Buffer.from('next'))
    await file.close()
    expect(await found()).toEqual([...seen, 'next'])
  }
})

it('a changed byte, or zeros that a power cut left, end the list', async () => {
  await write()
  const whole = readFileSync(path)
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole)
    changed[at]! ^= 1
    writeFileSync(path, changed)
    const seen = await found()
    expect(seen).toEqual(texts.slice(0, seen.length))
    expect(seen.length).toBeLessThan(texts.length)
  }
  writeFileSync(path, whole)
  appendFileSync(path, Buffer.alloc(64))
  expect(await found()).toEqual(texts)
  expect(statSync(path).size).toBe(whole.length)
})
