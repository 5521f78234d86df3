// Every malformed CSV of the fixtures meets its expected.json, through profileDataset and openTable.
import { readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRows } from '../../main/core/datasets/read-rows.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { calm, numbersOf, profileOf, sourceOf, textRows, type Profile } from './dataset-reading.ts'

interface Expected { readonly expect: string; readonly rows?: number; readonly same_table_as?: string; readonly headers?: readonly string[]; readonly cells?: readonly (readonly string[])[] }

const expected = (JSON.parse(readFileSync(fixture('malformed/expected.json'), 'utf8')) as { csv: Record<string, Expected> }).csv
const file = (name: string): string => fixture(`malformed/csv/${name}`)
const irisNames = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species']

/** Plain lines split at commas: an independent reading of the one well-formed file. */
const iris = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(','))

async function refusal(run: Promise<unknown>): Promise<SlipwayError> {
  try { await run } catch (thrown) { if (thrown instanceof SlipwayError) return thrown; throw thrown }
  throw new Error('was not refused')
}

const finding = (profile: Profile, kind: string) => profile.findings.filter((f) => f.kind === kind)
const staging = (): string[] => readdirSync(tmpdir()).filter((n) => n.startsWith(`slipway-reader-${process.pid}-`))

describe.each(Object.entries(expected).filter(([, e]) => e.expect.startsWith('accept') || e.expect === 'reject-or-rename'))('%s is accepted', (name, want) => {
  test('rows, columns and cells', async () => {
    const profile = await profileOf(file(name))
    expect(profile.kind).toBe('table')
    expect(profile.rows).toBe(want.rows)
    const rows = await textRows(sourceOf(file(name), profile))
    expect(rows.length).toBe(want.rows)
    // The careful path reads the same cells as the fast one.
    expect(await textRows(sourceOf(file(name), profile, true))).toEqual(rows)
    if (want.headers !== undefined) expect(profile.columns.map((c) => c.name)).toEqual(want.headers)
    if (want.same_table_as !== undefined) { expect(profile.columns.map((c) => c.name)).toEqual(irisNames); expect(rows).toEqual(iris) }
    if (want.cells !== undefined) expect(rows.map((r) => r.map((cell) => cell ?? ''))).toEqual(want.cells)
    expect(staging()).toEqual([])
  })
})

test('no case is left out', () => {
  const accepted = Object.values(expected).filter((e) => e.expect.startsWith('accept') || e.expect === 'reject-or-rename').length
  const rest = Object.keys(expected).filter((n) => !expected[n]!.expect.startsWith('accept') && expected[n]!.expect !== 'reject-or-rename').sort()
  expect(rest).toEqual(['header-missing.csv', 'nul-bytes.csv', 'ragged.csv', 'stray-quote.csv', 'unclosed-quote.csv', 'zero-bytes.csv', 'zero-rows.csv'])
  expect(accepted + rest.length).toBe(28)
  expect(readdirSync(fixture('malformed/csv')).sort()).toEqual(Object.keys(expected).sort())
})

describe('refused or reported', () => {
  test.each(['zero-rows.csv', 'zero-bytes.csv'])('%s has no rows', async (name) => {
    const error = await refusal(profileOf(file(name)))
    expect(error.code).toBe('dataset.empty')
    expect(error.message).toContain(name)
  })

  test('header-missing.csv asks, and reads with either answer', async () => {
    const error = await refusal(profileOf(file('header-missing.csv')))
    expect(error.code).toBe('dataset.headerUnclear')
    expect(error.message).toContain('5.1,3.5,1.4,0.2,setosa')
    const profile = await profileOf(file('header-missing.csv'), { header: false })
    expect(profile.rows).toBe(150)
    expect(profile.columns.map((c) => c.name)).toEqual(['column_1', 'column_2', 'column_3', 'column_4', 'column_5'])
    expect(await textRows(sourceOf(file('header-missing.csv'), profile))).toEqual(iris)
    expect((await profileOf(file('header-missing.csv'), { header: true })).rows).toBe(149)
  })

  test('ragged.csv reports records 2 and 3 and keeps the others', async () => {
    const path = file('ragged.csv')
    const profile = await profileOf(path)
    expect(profile.rows).toBe(4)
    expect(finding(profile, 'ragged-rows').map((f) => f.where)).toEqual([['2', '3']])
    expect(profile.columns.map((c) => c.name)).toEqual(['a', 'b', 'c'])
    expect(await numbersOf(sourceOf(path, profile), 'c')).toEqual([{ record: 1, value: 3, state: 0 }, { record: 4, value: 12, state: 0 }])
    const page = await readRows({ source: sourceOf(path, profile), offset: 0, limit: 10, records: [4, 2, 1] }, calm())
    expect(page).toMatchObject({ records: [4, 1], rows: [['10', '11', '12'], ['1', '2', '3']] })
  })

  test('unclosed-quote.csv names the record and the line', async () => {
    const error = await refusal(profileOf(file('unclosed-quote.csv')))
    expect(error.code).toBe('dataset.notReadable')
    expect(error.message).toContain('record 1, on line 2')
  })

  test('stray-quote.csv keeps the quote as text and says so', async () => {
    const profile = await profileOf(file('stray-quote.csv'))
    expect(finding(profile, 'note').map((f) => [f.severity, f.where])).toContainEqual(['warning', ['1']])
    expect(await textRows(sourceOf(file('stray-quote.csv'), profile))).toEqual([['1', '5" pipe', 'a'], ['2', 'b', 'c']])
  })

  test('nul-bytes.csv reports the record', async () => {
    const profile = await profileOf(file('nul-bytes.csv'))
    expect(finding(profile, 'nul-bytes').map((f) => f.where)).toEqual([['1']])
    expect(await textRows(sourceOf(file('nul-bytes.csv'), profile))).toEqual([['2', 'c', 'y']])
  })
})

describe('what the findings say', () => {
  test.each([
    ['duplicate-headers.csv', 'renamed-column', 'sepal_length_2'], ['blank-header.csv', 'renamed-column', 'column_2'], ['blank-lines.csv', 'blank-lines', 'blank lines'],
    ['spaces-after-comma.csv', 'trimmed', 'Blanks'], ['latin1.csv', 'encoding', 'Latin-1'], ['utf16le-bom.csv', 'encoding', 'UTF-16LE'], ['big-numbers.csv', 'large-integers', '“id”'],
  ])('%s: %s', async (name, kind, words) => {
    expect(finding(await profileOf(file(name)), kind).map((f) => f.sentence).join(' ')).toContain(words)
  })

  test('big-numbers.csv: the range of whole numbers beyond 2^53 keeps every digit', async () => {
    const [id, value] = (await profileOf(file('big-numbers.csv'))).columns
    expect(id).toMatchObject({ type: 'integer', exactMin: '9007199254740993', exactMax: '9223372036854775808' })
    expect(value).not.toHaveProperty('exactMin')
  })

  test('latin1.csv keeps its letters', async () => {
    const profile = await profileOf(file('latin1.csv'))
    expect((await textRows(sourceOf(file('latin1.csv'), profile))).map((r) => r[1])).toEqual(['café', 'Köln'])
  })

  test('formula cells stay as they are', async () => {
    const profile = await profileOf(file('formula-cells.csv'))
    expect((await textRows(sourceOf(file('formula-cells.csv'), profile)))[1]![1]).toBe('=HYPERLINK("http://example.invalid","x")')
  })

  test('the long cell arrives whole, the page cuts it', async () => {
    const path = file('long-cell.csv')
    const profile = await profileOf(path)
    expect((await textRows(sourceOf(path, profile)))[0]![1]!.length).toBe(300_000)
    const page = await readRows({ source: sourceOf(path, profile), offset: 0, limit: 1 }, calm())
    expect(page.rows[0]![1]!.length).toBeLessThan(11_000)
    expect(page.total).toBe(2)
  })

  test('2,000 columns are all there', async () => {
    const profile = await profileOf(file('wide-2000-columns.csv'))
    expect(profile.columns.length).toBe(2000)
    expect(profile.columns.slice(0, 3).map((c) => c.name)).toEqual(['c0', 'c1', 'c2'])
  })

  test('the name in an error is the file name, never its folder', async () => {
    const error = await refusal(profileOf(file('unclosed-quote.csv')))
    expect(error.message).not.toContain(file('').slice(0, -1).replace(/\/$/, ''))
    expect(error.message).toContain(basename(file('unclosed-quote.csv')))
  })
})
