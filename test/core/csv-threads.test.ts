// Large regular CSV files are read by threads of our own: every value, bit by bit, is what DuckDB reads from the same file.
import { mkdtempSync, rmSync, statSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { DatasetSource } from '../../shared/domain/dataset.ts'
import type { ColumnWish, TableChunk } from '../../main/core/datasets/rows.ts'
import { openDirect } from '../../main/core/datasets/table-csv.ts'
import { openTable } from '../../main/core/datasets/table.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { chunksOf, profileOf, sourceOf } from './dataset-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function directly(source: DatasetSource, wishes: readonly ColumnWish[], signal = new AbortController().signal): Promise<TableChunk[]> {
  const reading = openDirect(source, wishes, statSync(source.path).size)
  if (reading === null) throw new Error('the file is not read directly')
  const chunks: TableChunk[] = []
  for await (const chunk of reading.chunks(signal)) chunks.push(chunk)
  return chunks
}

/** All cells column by column: numbers as their bits, so that −0, NaN and the last digit count. */
function cellsOf(chunks: readonly TableChunk[]): (string | null)[][] {
  const width = chunks[0]?.columns.length ?? 0
  return Array.from({ length: width }, (_, c) => chunks.flatMap((chunk) => {
    const column = chunk.columns[c]!
    return Array.from({ length: chunk.rows }, (_, r) => {
      if (column.kind === 'text') return column.values[r] ?? null
      if (column.kind === 'integer') return String(column.values[r])
      return `${(column.states?.[r] ?? 0) === 0 ? Buffer.from(Float64Array.of(column.values[r]!).buffer).toString('hex') : 'gone'} ${column.states?.[r] ?? 0}`
    })
  }))
}

const random = randomStream(5)
const pick = <T,>(list: readonly T[]): T => list[random.below(list.length)]!
const digits = (n: number): string => Array.from({ length: n }, () => random.below(10)).join('')
const odd = ['', '0', '-0', '+1', '.5', '5.', '-.25', '1e5', '1E-7', '2.5e+10', ' 7 ', '0000012', '-12345678.9', '123456789', '1234567890', '999999999999999', '0.1', '1e-300', '1e22', '1e23', '9007199254740993', '0.30000000000000004', '"3.5"', '""', '4.9e-324', '123456789012345678901234567890']
const number = (): string => { const k = random.below(4); return k === 0 ? pick(odd) : k === 1 ? `${random.below(2) === 0 ? '-' : ''}${random.below(100)}.${digits(1 + random.below(6))}` : k === 2 ? String(random.below(1e9)) : `${random.below(9)}.${digits(random.below(14))}e${random.below(40) - 20}` }
const texts = ['a', 'b', 'yes', 'no', '漢字', '"quoted"', '"with, comma"', '"with ""quotes"""', '', '""', 'ends in blank ', `${'long '.repeat(12)}`, '\ufeffmark', 'é', '1', '1.0']

function write(name: string, rows: number, { end = '\n', header = true, lastEnd = true, delimiter = ',' } = {}): string {
  const lines = Array.from({ length: rows }, (_, r) => [number(), pick(texts).replaceAll(',', delimiter), `id${r}`, String(random.below(9) - 4), number()].join(delimiter))
  const path = join(folder, name)
  writeFileSync(path, [...(header ? [['x', 'word', 'id', 'n', 'y'].join(delimiter)] : []), ...lines].join(end) + (lastEnd ? end : ''))
  return path
}

const wishes = (names: readonly string[]): ColumnWish[] => [
  { name: names[4]!, as: 'float32' }, { name: names[0]!, as: 'float64' }, { name: names[1]!, as: 'text' }, { name: names[3]!, as: 'float32' }, { name: names[3]!, as: 'text' }, { name: names[2]!, as: 'text' },
]

test.each<[string, number, { end?: string; header?: boolean; lastEnd?: boolean; delimiter?: string }]>([
  ['lines of a few stretches', 90_000, {}], ['CRLF, no last line end', 3000, { end: '\r\n', lastEnd: false }], ['no header, semicolons', 3000, { header: false, delimiter: ';' }], ['one row', 1, {}],
])('%s', async (_, rows, options) => {
  const path = write('table.csv', rows, options)
  const profile = await profileOf(path, { header: options.header ?? true, delimiter: options.delimiter ?? ',', trim: false, quote: '"' })
  const source: DatasetSource = { ...sourceOf(path, profile), columns: profile.columns.map(({ name }, i) => ({ name, type: i === 1 || i === 2 ? 'string' : 'number', invalid: 0 })) }
  expect(source.format).toMatchObject({ regular: true })
  const asked = wishes(profile.columns.map((c) => c.name))
  const [mine, duck] = [await directlyWhatever(source, asked), await chunksOf(source, asked)]
  expect(mine.flatMap((c) => [...c.records])).toEqual(Array.from({ length: rows }, (_, i) => i + 1))
  expect(cellsOf(mine)).toEqual(cellsOf(duck))
})

/** The sample of these files is full of slow numbers on purpose, so the reader is asked below its own door. */
async function directlyWhatever(source: DatasetSource, asked: readonly ColumnWish[]): Promise<TableChunk[]> {
  const path = `${source.path}.calm`
  const lines = readFileSync(source.path, 'utf8')
  const header = source.format.kind === 'csv' && source.format.header ? lines.slice(0, lines.indexOf('\n') + 1) : ''
  const [delimiter, end] = [source.format.kind === 'csv' ? source.format.delimiter : ',', lines.includes('\r\n') ? '\r\n' : '\n']
  const calm = 3000
  writeFileSync(path, `${header}${`${['1', 'a', 'id', '1', '1'].join(delimiter)}${end}`.repeat(calm * 4)}${lines.slice(header.length)}`)
  const chunks = await directly({ ...source, path }, asked)
  return dropRows(chunks, calm * 4)
}

function dropRows(chunks: readonly TableChunk[], count: number): TableChunk[] {
  let left = count
  return chunks.map((chunk) => {
    const gone = Math.min(left, chunk.rows)
    left -= gone
    return {
      ...chunk, rows: chunk.rows - gone, records: chunk.records.slice(gone).map((r) => r - count),
      columns: chunk.columns.map((c) => (c.kind === 'text' ? { kind: 'text', name: c.name, values: c.values.slice(gone) } : c.kind === 'number' ? { ...c, values: c.values.slice(gone), states: c.states?.slice(gone) ?? null } : c)),
    }
  })
}

const plain = (rows: number): string => `x,y\n${Array.from({ length: rows }, (_, i) => `${i / 8},${i % 3}`).join('\n')}\n`
const plainSource = (path: string): DatasetSource => ({
  path, format: { kind: 'csv', encoding: 'utf-8', byteOrderMark: false, delimiter: ',', quote: '"', decimal: '.', header: true, missing: [], trim: false, regular: true },
  columns: [{ name: 'x', type: 'number', invalid: 0 }, { name: 'y', type: 'integer', invalid: 0 }],
})
const both: ColumnWish[] = [{ name: 'x', as: 'float32' }, { name: 'y', as: 'text' }]

test.each([['a field too many', '1,2,3'], ['a field too few', '1'], ['a word among numbers', 'one,2'], ['an infinity', 'inf,2'], ['a hexadecimal number', '0x10,2']])('%s that the profile did not see is named with its record', async (_, line) => {
  const path = join(folder, 'changed.csv')
  writeFileSync(path, `${plain(200_000)}${line}\n1,2\n`)
  await expect(directly(plainSource(path), both)).rejects.toMatchObject({ code: 'dataset.notReadable', details: { reason: expect.stringContaining('record 200001 ') } })
})

test('a file that is gone, an abort, and a reader that stops early end in order', async () => {
  const path = join(folder, 'plain.csv')
  writeFileSync(path, plain(600_000))
  const stop = new AbortController()
  const reader = await openTable(plainSource(path), { columns: both, whole: true })
  const seen = reader.chunks(stop.signal)[Symbol.asyncIterator]()
  expect((await seen.next()).value?.rows).toBeGreaterThan(8192)
  stop.abort()
  await expect((async () => { for (;;) if ((await seen.next()).done === true) return 'ended' })()).rejects.toMatchObject({ code: 'job.cancelled' })
  const early = await openTable(plainSource(path), { columns: both, whole: true })
  for await (const chunk of early.chunks(new AbortController().signal)) if (chunk.rows > 0) break
  early.close()
  await expect(openTable(plainSource(join(folder, 'gone.csv')), { columns: both, whole: true })).rejects.toMatchObject({ code: 'dataset.notReadable' })
})

test('numbers with more digits than can be read fast go to the general reader', () => {
  const path = join(folder, 'long.csv')
  writeFileSync(path, `x,y\n${'0.12345678901234567,1\n'.repeat(50_000)}`)
  expect(openDirect(plainSource(path), both, statSync(path).size)).toBeNull()
})
