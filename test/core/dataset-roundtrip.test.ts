// Any table written by the rules of RFC 4180 is read back cell by cell, on the fast path and on the careful one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { profileOf, sourceOf, textRows } from './dataset-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const piece = fc.constantFrom('a', 'b', '"', ',', ';', '\n', '\r\n', '\r', ' ', '  ', '1', '.5', "'", '\t', 'é', '漢', '😀', '\\', '#', '|', '-', '_', 'NULL', '%', 'x'.repeat(20))
const cell = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''))
const table = fc.integer({ min: 2, max: 5 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }))
const writing = fc.record({ end: fc.constantFrom('\n', '\r\n'), delimiter: fc.constantFrom(',', ';', '\t', '|'), quoteAll: fc.boolean(), mark: fc.boolean(), lastEnd: fc.boolean() })

test('what was written is what is read', async () => {
  const path = join(folder, 'table.csv')
  await fc.assert(fc.asyncProperty(table, writing, async (rows, { end, delimiter, quoteAll, mark, lastEnd }) => {
    const quoted = (text: string): string => (quoteAll || /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text)
    const header = rows[0]!.map((_, i) => `c${i}`)
    writeFileSync(path, (mark ? '\ufeff' : '') + [header, ...rows].map((r) => r.map(quoted).join(delimiter)).join(end) + (lastEnd ? end : ''))
    const profile = await profileOf(path, { header: true, delimiter, quote: '"', trim: false, encoding: 'utf-8' })
    expect(profile.rows).toBe(rows.length)
    for (const slow of [false, true]) expect((await textRows(sourceOf(path, profile, slow))).map((r) => r.map((c) => c ?? ''))).toEqual(rows)
  }), { numRuns: 40, seed: 7 })
})
