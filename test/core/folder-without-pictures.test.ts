// A folder that holds no picture is answered with what it holds and what to choose instead.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { profileDataset } from '../../main/core/datasets/profile.ts'
import { SlipwayError } from '../../shared/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

async function refusal(name: string, files: readonly string[], links: readonly string[] = []): Promise<SlipwayError> {
  const root = join(folder, name)
  mkdirSync(root)
  for (const file of files) { mkdirSync(dirname(join(root, file)), { recursive: true }); writeFileSync(join(root, file), 'x') }
  for (const link of links) symlinkSync('/etc/hostname', join(root, link))
  const thrown: unknown = await profileDataset({ path: root, format: {} }, { signal: new AbortController().signal, progress: () => undefined }).catch((e: unknown) => e)
  if (!(thrown instanceof SlipwayError)) throw new Error(`not refused: ${String(thrown)}`)
  expect(thrown.code).toBe('dataset.folderWithoutData')
  expect(thrown.next.length).toBeGreaterThan(20)
  return thrown
}

test('says how many files there are and of which kinds', async () => {
  const twelve = [...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((n) => `src/${n}.py`), 'x.md', 'y.md', 'z.md', 'Makefile', 'deep/er/notes.txt']
  expect((await refusal('code', twelve)).message).toBe('The folder “code” has 12 files, none of them an image or a table (7 .py, 3 .md, 1 .txt and 1 other).')
  expect((await refusal('one', ['readme'])).message).toBe('The folder “one” has 1 file, which is neither an image nor a table (1 without an ending).')
})

test('an empty folder, links only, and tables that are to be added by themselves', async () => {
  expect((await refusal('empty', [])).message).toBe('The folder “empty” is empty.')
  expect((await refusal('links', [], ['a.png', 'b.png'])).message).toBe('The folder “links” holds only 2 links, which are not followed.')
  const tables = await refusal('tables', ['train.csv', 'test.csv', 'more/valid.parquet', 'more/x.jsonl', 'readme.md'], ['l'])
  expect(tables.message).toBe('The folder “tables” holds no image, but 4 tables: “more/valid.parquet”, “more/x.jsonl”, “test.csv” and 1 more, and 1 link, which is not followed.')
  expect(tables.next).toBe('A table is added by itself: choose the file, not its folder.')
  expect((await refusal('table', ['test.csv'])).message).toBe('The folder “table” holds no image, but the table “test.csv”.')
})
