// One table in five formats and in Parquet; numbers, integers and text as wished; cancel; overrides; what is refused.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { hashDataset } from '../../main/core/datasets/dataset-hash.ts'
import { profileDataset } from '../../main/core/datasets/profile.ts'
import { readRows } from '../../main/core/datasets/read-rows.ts'
import { openTable } from '../../main/core/datasets/table.ts'
import type { FormatOverride } from '../../shared/domain/dataset.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { calm, chunksOf, numbersOf, profileOf, sourceOf, textRows } from './dataset-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, content: string | Uint8Array): string => { const path = join(folder, name); writeFileSync(path, content); return path }
async function codeOf(run: Promise<unknown>): Promise<string> {
  try { await run } catch (thrown) { return thrown instanceof SlipwayError ? `${thrown.code}: ${thrown.message}` : `not ours: ${String(thrown)}` }
  return 'accepted'
}

const lines = readFileSync(fixture('diabetes/data/test.csv'), 'utf8').trim().split('\n')
const names = lines[0]!.split(',')
const numbers = lines.slice(1).map((line) => line.split(',').map(Number))

describe('diabetes in every format is the same table', () => {
  test.each(['test.csv', 'test.tsv', 'test-semicolon-decimal-comma.csv', 'test.json', 'test.jsonl'])('%s', async (name) => {
    const path = fixture(`diabetes/data/${name}`)
    const profile = await profileOf(path)
    expect(profile.rows).toBe(142)
    expect(profile.columns.map((c) => c.name)).toEqual(names)
    expect(profile.columns.every((c) => c.type === 'number' || c.type === 'integer')).toBe(true)
    for (const slow of [false, true]) {
      const chunks = await chunksOf(sourceOf(path, profile, slow), names.map((n) => ({ name: n, as: 'float64' as const })))
      const got = chunks.flatMap((c) => Array.from({ length: c.rows }, (_, i) => c.columns.map((column) => column.values[i])))
      expect(got).toEqual(numbers)
      expect(chunks.every((c) => c.columns.every((column) => column.kind === 'number' && column.states === null))).toBe(true)
    }
    expect(profile.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'))
    expect(await hashDataset({ path, format: profile.format }, calm())).toEqual({ sha256: profile.sha256, bytes: profile.bytes })
  })

  test('Parquet', async () => {
    const path = join(folder, 'diabetes.parquet')
    const db = await (await DuckDBInstance.create(':memory:')).connect()
    await db.run(`COPY (SELECT * FROM read_csv('${fixture('diabetes/data/test.csv')}')) TO '${path}' (FORMAT parquet)`)
    const profile = await profileOf(path)
    expect([profile.format.kind, profile.rows]).toEqual(['parquet', 142])
    const chunks = await chunksOf(sourceOf(path, profile), names.map((n) => ({ name: n, as: 'float64' as const })), { chunkRows: 50 })
    expect(chunks.map((c) => c.rows)).toEqual([50, 50, 42])
    expect(chunks.flatMap((c) => Array.from({ length: c.rows }, (_, i) => c.columns.map((column) => column.values[i])))).toEqual(numbers)
  })
})

test('what was measured before is taken over for the same bytes read in the same way, and for no others', async () => {
  const path = fixture('diabetes/data/test.csv')
  const known = { ...await profileOf(path), rows: 7 }
  const again = (format: FormatOverride, sha256 = known.sha256): Promise<number> => profileDataset({ path, format, known: [{ ...known, sha256 }] }, calm()).then((p) => p.rows)
  expect(await again({})).toBe(7)
  expect(await again({ missing: ['', '0'] })).toBe(142)
  expect(await again({}, 'a'.repeat(64))).toBe(142)
})

test('the profile’s figures agree with a plain computation', async () => {
  const profile = await profileOf(fixture('diabetes/data/test.csv'))
  profile.columns.forEach((column, j) => {
    const values = numbers.map((row) => row[j]!)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    expect(column.mean).toBeCloseTo(mean, 8)
    expect(column.standardDeviation).toBeCloseTo(Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1)), 8)
    expect([column.min, column.max, column.distinct, column.missing]).toEqual([Math.min(...values), Math.max(...values), new Set(values).size, 0])
    const { edges, counts } = column.histogram!
    expect(edges.length).toBe(21)
    expect(counts).toEqual(edges.slice(1).map((high, i) => values.filter((v) => v >= edges[i]! && (i === 19 ? v <= high : v < high)).length))
    const most = Math.max(...[...new Set(values)].map((v) => values.filter((w) => w === v).length))
    expect(column.top[0]!.count).toBe(most)
  })
})

describe('numbers', () => {
  const cells: readonly (readonly [string, number, number])[] = [
    ['1', 1, 0], ['-2.5e3', -2500, 0], ['.5', 0.5, 0], [' 7 ', 7, 0], ['', NaN, 1], ['NaN', NaN, 3], ['inf', NaN, 3], ['-Infinity', NaN, 3], ['1e400', NaN, 3], ['1_000', NaN, 2], ['0x1F', NaN, 2],
    ['"1,5"', NaN, 2], ['٣', NaN, 2], ['--1', NaN, 2], ['abc', NaN, 2], ['9007199254740993', 9007199254740992, 0], ['0.1', 0.1, 0], ['1e-320', 1e-320, 0],
  ]

  test('every kind of cell has its value and its state', async () => {
    const path = write('cells.csv', `x,y\n${cells.map(([text]) => `${text},k\n`).join('')}`)
    const profile = await profileOf(path, { types: { x: 'number' } })
    expect(profile.columns[0]).toMatchObject({ type: 'number', missing: 1, invalid: 10 })
    expect(await numbersOf(sourceOf(path, profile), 'x')).toEqual(cells.map(([, value, state], i) => ({ record: i + 1, value, state })))
  })

  test('int64 keeps every digit and refuses fractions', async () => {
    const path = write('integers.csv', 'x,y\n9007199254740993,a\n-9223372036854775808,a\n9223372036854775808,a\n3.0,a\n1.5,a\n,a\n1e3,a\n')
    const [chunk] = await chunksOf(sourceOf(path, await profileOf(path)), [{ name: 'x', as: 'int64' }])
    const column = chunk!.columns[0]!
    expect(column.kind).toBe('integer')
    expect([...column.values]).toEqual([9007199254740993n, -9223372036854775808n, 0n, 3n, 0n, 0n, 0n])
    expect(column.kind === 'integer' && [...column.states!]).toEqual([0, 0, 2, 0, 2, 1, 2])
  })

  test('float32 is the nearest float32 of the float64', async () => {
    const source = sourceOf(fixture('diabetes/data/test.csv'), await profileOf(fixture('diabetes/data/test.csv')))
    const [chunk] = await chunksOf(source, [{ name: 's5', as: 'float32' }])
    expect([...chunk!.columns[0]!.values]).toEqual(numbers.map((row) => Math.fround(row[names.indexOf('s5')]!)))
  })

  test('dates are times, other texts with digits are not', async () => {
    const profile = await profileOf(write('dates.csv', 'd,t,n\n2020-01-31,2020-01-31 10:00:00,1 2 3\n2021/02/01,2020-01-31T10:00:00Z,4 5 6\n'))
    expect(profile.columns.map((c) => c.type)).toEqual(['timestamp', 'timestamp', 'string'])
  })

  test('texts named as missing are missing, and booleans count as 1 and 0', async () => {
    const path = write('missing.csv', 'x,b\n1,true\nNA,false\n-,TRUE\n')
    const profile = await profileOf(path, { missing: ['NA', '-'] })
    expect(profile.columns.map((c) => [c.type, c.missing, c.invalid])).toEqual([['integer', 2, 0], ['boolean', 0, 0]])
    expect((await numbersOf(sourceOf(path, profile), 'x')).map((c) => c.state)).toEqual([0, 1, 1])
    expect((await numbersOf(sourceOf(path, profile), 'b')).map((c) => c.value)).toEqual([1, 0, 1])
  })
})

describe('text files', () => {
  const table = 'name,size\n"Zoë, the first",1\n漢字,2\n'
  const wide = (text: string, bigEndian: boolean, mark: boolean): Uint8Array => { const b = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le'); return bigEndian ? b.swap16() : b }

  test.each([
    ['UTF-16LE without a mark', wide('name,size\nZoe,1\nAnn,2\n', false, false), 'utf-16le'], ['UTF-16BE without a mark', wide('name,size\nZoe,1\nAnn,2\n', true, false), 'utf-16be'],
  ])('%s', async (name, content, encoding) => {
    const path = write(`${encoding}.csv`, content)
    const profile = await profileOf(path)
    expect(profile.format, name).toMatchObject({ encoding, byteOrderMark: false })
    expect(await textRows(sourceOf(path, profile))).toEqual([['Zoe', '1'], ['Ann', '2']])
  })

  test('UTF-16 with a mark keeps every letter, across block borders', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `漢${i}é,${i}`)
    const path = write('wide.csv', wide(`name,size\n${rows.join('\n')}\n`, true, true))
    const got = await textRows(sourceOf(path, await profileOf(path)))
    expect(got.map((r) => r.join(','))).toEqual(rows)
  })

  test('a detected thing can be overridden', async () => {
    const path = write('semi.csv', table)
    const profile = await profileOf(path, { delimiter: ';' })
    expect(profile.columns.map((c) => c.name)).toEqual(['name,size'])
    expect(await codeOf(profileOf(write('broken.csv', Buffer.from([0x61, 0x0a, 0xff, 0x0a])), { encoding: 'utf-8' }))).toContain('not valid UTF-8')
  })

  test.each([
    ['label,0,1,2\n5,0,0,1\n3,0,9,0\n', true], ['a,b\n1,x\n', true], ['name,city\nAnn,Rome\nBob,Oslo\n', true], ['NA,1,2\n3,0,9\n4,1,1\n', null], ['5,0,0\n3,0,9\n', null],
    ['Ann,Rome\nBob,Oslo\nAnn,Rome\n', null], ['x,2019.5,2020\n1,4,5\n', null],
  ])('header or not: %j', async (text, header) => {
    const said = profileOf(write('header.csv', text))
    if (header === null) expect(await codeOf(said)).toMatch(/^dataset\.headerUnclear/)
    else expect((await said).format).toMatchObject({ header })
  })

  test('a file that seems to be one column says so', async () => {
    const profile = await profileOf(write('colons.csv', 'name:size\nann:1\nbob:2\ncid:3\n'))
    expect(profile.columns.length).toBe(1)
    expect(profile.findings.map((f) => f.sentence).join(' ')).toContain('read as one column')
  })

  test('records that all differ from the header are refused', async () => {
    expect(await codeOf(profileOf(write('short.csv', 'a,b,c,d\n1,2,3\n4,5,6\n'), {}))).toContain('none of its 2 records fits the 4 columns')
  })

  test('text after a closing quote is a rejected record', async () => {
    const path = write('junk.csv', 'a,b\n1,"x"y\n2,"z"\n')
    const profile = await profileOf(path)
    expect(profile.findings.find((f) => f.kind === 'ragged-rows')?.sentence).toContain('text after a closing quote')
    expect(await textRows(sourceOf(path, profile))).toEqual([['2', 'z']])
  })

  test('the careful path survives quotes, line breaks and blocks of any size', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [`${i}`, i % 7 === 0 ? `line\r\n"${i}"` : `plain, ${i}`, i % 5 === 0 ? '' : 'x'.repeat(i % 90)])
    const text = `a,b,c\r\n${rows.map((r) => r.map((c) => (/[",\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',')).join('\r\n')}`
    const path = write('blocks.csv', text)
    const got = await textRows(sourceOf(path, await profileOf(path)))
    expect(got.length).toBe(rows.length)
    expect(got.map((r) => r.map((c) => c ?? ''))).toEqual(rows)
  })
})

describe('refusals and cleanliness', () => {
  test.each([
    ['not there.csv', null, 'does not exist'], ['sheet.csv', Buffer.from('PK\u0003\u0004rest'), 'Excel'], ['p.parquet', Buffer.from('a,b\n1,2\n'), 'its bytes do not'], ['bin.csv', Buffer.from([1, 2, 3, 0, 200, 1, 2, 3]), 'not text'],
    ['bad.jsonl', Buffer.from('{"a":1}\n{"a":\n'), 'Malformed JSON'], ['pretty.json', Buffer.from('{\n "a": 1\n}\n'), 'one object a line'], ['sep.csv', Buffer.from('sep=;\na;b\n1;2\n'), 'hint for Excel'],
    ['list.json', Buffer.from('[{"a":1},5]'), 'record 2 is no object'],
  ])('%s', async (name, content, words) => {
    const path = content === null ? join(folder, name) : write(name, content)
    const said = await codeOf(profileOf(path))
    expect(said).toMatch(/^dataset\.notReadable: /)
    expect(said).toContain(words)
    expect(said).not.toContain(folder)
  })

  test.each(['a[1].csv', 'a*.csv', 'a?.csv', "it's {x} 漢.csv", 'x.csv.gz', 'http:x.csv', '%41.csv', '[a]*?.csv'])('a file called %s is that file and no other', async (name) => {
    write('ab.csv', 'a,b\n9,decoy\n')
    const path = write(name, 'a,b\n1,x\n')
    const profile = await profileOf(path)
    expect(await textRows(sourceOf(path, profile))).toEqual([['1', 'x']])
    expect(await textRows(sourceOf(path, profile, true))).toEqual([['1', 'x']])
  })

  test('JSON keys that differ only in case, or are odd, stay apart', async () => {
    const path = write('keys.jsonl', '{"a":1,"A":2,"__proto__":"p","x/y~":true}\n{"a":3,"late":"z","big":9007199254740993}\n')
    const profile = await profileOf(path)
    expect(profile.columns.map((c) => c.name)).toEqual(['a', 'A', '__proto__', 'x/y~', 'late', 'big'])
    expect(await textRows(sourceOf(path, profile))).toEqual([['1', '2', 'p', 'true', null, null], ['3', null, null, null, 'z', '9007199254740993']])
  })

  test('columns that are not there are named', async () => {
    const path = write('few.csv', 'a,b\n1,x\n')
    expect(await codeOf(openTable(sourceOf(path, await profileOf(path)), { columns: [{ name: 'nope', as: 'text' }] }))).toContain('“nope”')
  })

  test('an abort ends the pass as cancelled and leaves no temporary file', async () => {
    const path = write('long.csv', `a,b\n${Array.from({ length: 300_000 }, (_, i) => `${i},"${i % 3 === 0 ? 'two\nlines' : 'one'}"`).join('\n')}\n`)
    const profile = await profileOf(path)
    const stop = new AbortController()
    const reader = await openTable(sourceOf(path, profile), { columns: [{ name: 'a', as: 'float64' }], chunkRows: 1000 })
    let rows = 0
    const run = (async () => { for await (const chunk of reader.chunks(stop.signal)) { rows += chunk.rows; stop.abort() } })()
    expect(await codeOf(run)).toMatch(/^job\.cancelled/)
    expect(rows).toBe(1000)
    expect(readdirSync(tmpdir()).filter((n) => n.startsWith(`slipway-reader-${process.pid}-`))).toEqual([])
  })

  test('pages and picked records', async () => {
    const source = sourceOf(fixture('diabetes/data/test.csv'), await profileOf(fixture('diabetes/data/test.csv')))
    const page = await readRows({ source, offset: 140, limit: 10 }, calm())
    expect([page.total, page.records]).toEqual([142, [141, 142]])
    expect(page.rows[1]!.map(Number)).toEqual(numbers[141])
    const picked = await readRows({ source, offset: 0, limit: 0, records: [100, 3, 999] }, calm())
    expect(picked.records).toEqual([100, 3])
    expect(picked.rows.map((r) => r.map(Number))).toEqual([numbers[99], numbers[2]])
  })
})
