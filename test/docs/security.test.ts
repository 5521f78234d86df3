// docs/security.md names a test for each point of Electron's checklist: the items are all there, and the tests exist under these names.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '../..')
const rows = readFileSync(resolve(project, 'docs/security.md'), 'utf8').split('\n').filter((line) => /^\| \d+\. /.test(line))

test('all twenty items are answered', () => {
  expect(rows.map((row) => Number(/^\| (\d+)\./.exec(row)![1]))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
})

test('every test that an item names is there', () => {
  const named = rows.flatMap((row) => [...row.split(' | ').at(-1)!.matchAll(/`([a-z-]+\.spec\.ts)`: ([^;|]+?)(?=;|\. [A-Z]|\s*\|$)/g)].map(([, file, title]) => ({ file: file!, title: title! })))
  expect(named.length).toBeGreaterThanOrEqual(20)
  const missing = named.filter(({ file, title }) => !readFileSync(resolve(project, 'test/desktop', file), 'utf8').includes(`test('${title}'`))
  expect(missing).toEqual([])
})
