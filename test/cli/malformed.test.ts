// Every malformed model, archive and CSV of the fixtures through the command line, against expected.json.
// After a refusal the workspace, the home folder and the folder of the file are as they were.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test, vi } from 'vitest'
import type { ImportOutcome } from '../../shared/contract.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, unwordedPart, type Ended, type Place } from './run-cli.ts'
import { filesBelow, workspaceState } from './workspace-state.ts'

// Many processes on few cores: no time here is a measurement.
vi.setConfig({ testTimeout: 180_000 })

interface Expected { readonly expect: string; readonly rows?: number; readonly same_table_as?: string; readonly headers?: readonly string[]; readonly cells?: readonly (readonly string[])[] }

const expected = JSON.parse(readFileSync(fixture('malformed/expected.json'), 'utf8')) as { readonly models: Record<string, Expected>; readonly archives: Record<string, Expected>; readonly csv: Record<string, Expected> }
const named = (all: Record<string, Expected>, which: (e: Expected) => boolean): { readonly name: string; readonly want: Expected }[] =>
  Object.entries(all).filter(([, want]) => which(want)).map(([name, want]) => ({ name, want }))

/** A place whose workspace holds something already, and a folder with copies of the fixtures and a bait outside of it. */
async function inUse<T>(kind: 'models' | 'archives' | 'csv', use: (place: Place, folder: string) => Promise<T>): Promise<T> {
  return inPlace(async (place) => {
    const folder = join(place.folder, 'deep', 'er', kind)
    cpSync(fixture(`malformed/${kind}`), folder, { recursive: true })
    mkdirSync(join(place.folder, 'deep', 'etc'))
    writeFileSync(join(place.folder, 'deep', 'etc', 'passwd'), new Uint8Array(48))
    await slipwayJson(place, ['import', fixture('iris/models/iris-logreg-tensor.onnx')])
    return use(place, folder)
  })
}

/** Runs what must be refused, and holds that nothing anywhere has changed. */
async function refused(place: Place, args: readonly string[], code = 2): Promise<Ended> {
  const outside = (): unknown => filesBelow(place.folder, /^workspace/)
  const before = { workspace: workspaceState(place.workspace), outside: outside() }
  const ended = await slipway(place, '--json', ...args)
  expect({ code: ended.code, signal: ended.signal }, `${args.join(' ')}\n${ended.err}`).toEqual({ code, signal: null })
  expect(unwordedPart(ended)).toBeNull()
  expect(ended.err).not.toContain(place.folder)
  expect({ workspace: workspaceState(place.workspace), outside: outside() }, args.join(' ')).toEqual(before)
  return ended
}

describe('models', () => {
  /** What the sentence must name, where expected.json asks for it. */
  const names: Readonly<Record<string, readonly string[]>> = {
    'external-data-missing.onnx': ['weights.bin'], 'external-data-traversal.onnx': ['../../etc/passwd'], 'unknown-op-domain.onnx': ['Frobnicate', 'com.example.custom'], 'unknown-op.onnx': ['Frobnicate'],
    'pickle-named.onnx': ['pickle', 'not opened'], 'text-named.onnx': ['text'], 'empty.onnx': ['empty'], 'huge-initializer.onnx': ['2147483648'],
  }
  it.concurrent('every one that is to be rejected is refused by name, and changes nothing', async () => {
    await inUse('models', async (place, folder) => {
      const cases = named(expected.models, (e) => e.expect === 'reject')
      expect(cases.length).toBe(10)
      for (const { name } of cases) {
        const ended = await refused(place, ['import', join(folder, name)])
        const outcomes = JSON.parse(ended.out) as ImportOutcome[]
        expect(outcomes, name).toMatchObject([{ fileName: name, outcome: 'refused', version: null, error: { code: expect.stringMatching(/^model\./) as string } }])
        for (const word of [`“${name}”`, ...(names[name] ?? [])]) expect(ended.err).toContain(word)
      }
    })
  })

  it('all others are accepted, in one import with the refused ones between them', async () => {
    await inUse('models', async (place, folder) => {
      const all = Object.keys(expected.models)
      const outcomes = await slipwayJson(place, ['import', ...all.map((name) => join(folder, name))], 2) as ImportOutcome[]
      const rejected = Object.fromEntries(outcomes.map((o) => [o.fileName, o.outcome]))
      expect(rejected).toEqual(Object.fromEntries(all.map((name) => [name, expected.models[name]!.expect === 'reject' ? 'refused' : 'created'])))
    })
  })

  it('what loads and cannot be run is said when it is run: nothing to map, or an input that no machine can hold', async () => {
    await inUse('models', async (place, folder) => {
      for (const name of ['zero-dim.onnx', 'huge-declared-shape.onnx']) {
        const ended = await slipway(place, 'evaluate', join(folder, name), '--data', fixture('iris/data/iris.csv'), '--target', 'species')
        expect(unwordedPart(ended)).toBeNull()
        expect({ name, code: ended.code, out: ended.out }).toEqual({ name, code: 2, out: '' })
        expect(ended.err).toContain('“x”')
      }
    })
  })

  it('hostile names inside a model reach a terminal as plain text', async () => {
    await inUse('models', async (place, folder) => {
      const ended = await slipway(place, 'inspect', join(folder, 'hostile-names.onnx'))
      expect(ended).toMatchObject({ code: 0, err: '' })
      expect(ended.out).toContain('<img src=x onerror=alert(1)>')
      expect(ended.out).toContain('../../out·gpj.exe')
      expect(ended.out).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    })
  })
})

describe('archives', () => {
  it.concurrent('every one but the good one is refused and changes nothing; the good one gives its model', async () => {
    await inUse('archives', async (place, folder) => {
      const cases = named(expected.archives, (e) => e.expect !== 'accept')
      expect(cases.length).toBe(6)
      for (const { name } of cases) {
        const outcomes = JSON.parse((await refused(place, ['import', join(folder, name)])).out) as ImportOutcome[]
        expect(outcomes, name).toMatchObject([{ fileName: name, outcome: 'refused', version: null, error: { code: expect.stringMatching(/^archive\./) as string } }])
      }
      expect(await slipwayJson(place, ['import', join(folder, 'good.zip')])).toMatchObject([{ outcome: 'created', error: null }])
    })
  })
})

describe('CSV files', () => {
  /** The one well-formed file, read independently: its numbers and labels. */
  const iris = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','))
  const facts = iris[0]!.map((name, i) => {
    const cells = iris.slice(1).map((row) => row[i]!)
    const numbers = cells.map(Number)
    return name === 'species'
      ? { name, distinct: 3, top: [...new Set(cells)].sort().map((value) => ({ value, count: cells.filter((c) => c === value).length })) }
      : { name, distinct: new Set(numbers).size, min: Math.min(...numbers), max: Math.max(...numbers), mean: numbers.reduce((a, b) => a + b, 0) / numbers.length }
  })
  const accepts = (e: Expected): boolean => e.expect.startsWith('accept') || e.expect === 'reject-or-rename'

  function meets(dataset: Dataset, want: Expected): void {
    expect(dataset.rows).toBe(want.rows)
    const names = dataset.columns.map((c) => c.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name.trim() !== '')).toBe(true)
    if (want.headers !== undefined) expect(names).toEqual(want.headers)
    if (want.same_table_as !== undefined) {
      expect(names).toEqual(iris[0])
      for (const [i, fact] of facts.entries()) {
        const column = dataset.columns[i]!
        expect(column).toMatchObject({ missing: 0, invalid: 0, distinct: fact.distinct })
        if (fact.top !== undefined) expect([...column.top].sort((a, b) => (a.value < b.value ? -1 : 1))).toEqual(fact.top)
        else expect([column.min, column.max, Number(column.mean?.toPrecision(12))]).toEqual([fact.min, fact.max, Number(fact.mean.toPrecision(12))])
      }
    }
    want.cells?.[0]?.forEach((_, i) => {
      const cells = want.cells!.map((row) => row[i]!).filter((cell) => cell !== '')
      const top = dataset.columns[i]!.top.map((t) => t.value)
      if (dataset.columns[i]!.type === 'number') expect(top.map(Number).sort()).toEqual(cells.map(Number).sort())
      else expect(top.sort()).toEqual([...new Set(cells)].sort())
    })
  }

  test.concurrent.each(named(expected.csv, accepts))('$name is read as it is meant', async ({ name, want }) => {
    await inPlace(async (place) => { meets(await slipwayJson(place, ['dataset', 'add', fixture(`malformed/csv/${name}`)]) as Dataset, want) })
  })

  it('a table that lacks what the model needs is added, and refused when it is to be evaluated on', async () => {
    await inPlace(async (place) => {
      const ended = await slipway(place, 'evaluate', fixture('iris/models/iris-forest.onnx'), '--data', fixture('malformed/csv/one-column.csv'), '--target', 'species')
      expect({ code: ended.code, out: ended.out, bad: unwordedPart(ended) }).toEqual({ code: 2, out: '', bad: null })
      expect((await slipwayJson(place, ['dataset', 'list']) as Dataset[]).map((d) => d.rows)).toEqual([150])
    })
  })

  const refusals: Readonly<Record<string, { readonly code: string; readonly says: string }>> = {
    'zero-rows.csv': { code: 'dataset.empty', says: 'has no data rows' }, 'zero-bytes.csv': { code: 'dataset.empty', says: 'is empty: it has no bytes' },
    'header-missing.csv': { code: 'dataset.headerUnclear', says: '--header no' }, 'unclosed-quote.csv': { code: 'dataset.notReadable', says: 'line 2' },
  }
  const reports: Readonly<Record<string, string>> = { 'ragged.csv': 'record 2', 'nul-bytes.csv': 'record 1', 'stray-quote.csv': 'quote' }
  it('has a test for every file', () => {
    expect([...named(expected.csv, accepts).map((c) => c.name), ...Object.keys(refusals), ...Object.keys(reports)].sort()).toEqual(Object.keys(expected.csv).sort())
    for (const [name, want] of Object.entries(expected.csv)) {
      if (name in refusals) expect(want.expect).toMatch(/reject|ask/)
      if (name in reports) expect(want.expect).toMatch(/report/)
    }
  })

  it.concurrent('what is to be rejected, or asked about, is refused by name, and changes nothing', async () => {
    await inUse('csv', async (place, folder) => {
      for (const [name, { code, says }] of Object.entries(refusals)) {
        const ended = await refused(place, ['dataset', 'add', join(folder, name)])
        expect(JSON.parse(ended.out), name).toMatchObject({ error: { code } })
        for (const words of [`“${name}”`, says]) expect(ended.err).toContain(words)
      }
    })
  })

  it('a file without a header line is read with the answer that was asked for', async () => {
    await inPlace(async (place) => {
      expect(await slipwayJson(place, ['dataset', 'add', fixture('malformed/csv/header-missing.csv'), '--header', 'no'])).toMatchObject({ rows: expected.csv['header-missing.csv']!.rows })
    })
  })

  test.concurrent.each(Object.entries(reports))('%s: what is sound is read, the rest is named (%s)', async (name, where) => {
    await inPlace(async (place) => {
      const ended = await slipway(place, 'dataset', 'add', fixture(`malformed/csv/${name}`))
      expect(ended).toMatchObject({ code: 0, err: '' })
      expect(ended.out).toMatch(new RegExp(`\nFindings\n\n[^]*${where}`))
    })
  })
})
