// Names that strangers chose, in files, columns, classes, models and notes: they are used exactly and shown as plain text.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test, vi } from 'vitest'
import { printable, safeJson, truncate, widthOf, wrap } from '../../main/cli/text.ts'
import type { ImportOutcome } from '../../shared/contract.ts'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Run } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, start, unwordedPart, type Ended, type Place } from './run-cli.ts'

// Many processes on few cores: no time here is a measurement.
vi.setConfig({ testTimeout: 180_000 })

const iris = fixture('iris/models/iris-forest.onnx')
const irisData = readFileSync(fixture('iris/data/iris.csv'), 'utf8')

/** Whatever moves a cursor, starts a line, turns the direction, or cannot be seen; of the output of one command only line feeds remain. */
const harmful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/u

const names: readonly (readonly [string, string])[] = [
  ['spaces', '  my   model '], ['quotes', `it's "the" \`one\``], ['a line feed', 'line\nforged: yes'], ['a carriage return', 'a\rforged'], ['a tab', 'a\tb'], ['colours', '\u001b[31mred\u001b[0m'],
  ['a title sequence', '\u001b]0;owned\u0007'], ['eight-bit controls', '\u009b31mred'], ['a leading dash', '-rf'], ['two leading dashes', '--json'], ['another script', 'модель-模型-نموذج'], ['an emoji', 'rocket-🚀'],
  ['a direction override', 'out\u202egpj.exe'], ['invisible characters', 'a\u200bb\u2060c\ufeffd\u3164'], ['line separators', 'a\u2028b\u2029c'], ['a shell', '$(touch owned); rm -rf *'], ['a percent sign', '%s%n%d'], ['tags', 'a\u{e0041}b'],
  ['a very long name', 'n'.repeat(200)],
]

function harmless(ended: Ended): void {
  expect(ended.out).not.toMatch(harmful)
  expect(ended.err).not.toMatch(harmful)
  expect(unwordedPart(ended)).toBeNull()
}

/** A folder where the name is used for a model and for data; the program runs inside it. */
async function withName(name: string, use: (place: Place, run: (...args: string[]) => Promise<Ended>) => Promise<void>): Promise<void> {
  await inPlace(async (place) => {
    copyFileSync(iris, join(place.folder, `${name}.onnx`))
    writeFileSync(join(place.folder, `${name}.csv`), irisData)
    await use(place, (...args) => start(['--workspace', place.workspace, ...args], { HOME: place.home }, place.folder).ended)
  })
}

describe('file names', () => {
  it('each stays in its row of the table and is exact in JSON', async () => {
    await inPlace(async (place) => {
      const files = names.map(([, name]) => `${name}.onnx`)
      for (const file of files) copyFileSync(iris, join(place.folder, file))
      const run = (...args: string[]): Promise<Ended> => start(['--workspace', place.workspace, ...args], { HOME: place.home }, place.folder).ended
      const imported = await run('import', '--', ...files)
      harmless(imported)
      expect({ code: imported.code, err: imported.err }).toEqual({ code: 0, err: '' })
      // Whatever the names hold: heading, rule, one row each.
      expect(imported.out.split('\n').length).toBe(files.length + 3)
      const exact = JSON.parse((await run('--json', 'import', '--', ...files)).out) as ImportOutcome[]
      expect(exact.map(({ outcome, fileName }) => ({ outcome, fileName }))).toEqual(files.map((fileName) => ({ outcome: 'existing', fileName })))
      expect(exact[0]?.version?.sourceName).toBe(files[0])
    })
  })

  test.concurrent.each(names.filter((_, i) => i % 3 === 0))('%s of a file that is not there', async (_what, name) => {
    await withName(name, async (_place, run) => {
      const missing = await run('import', '--', `${name}-gone.onnx`)
      harmless(missing)
      expect(missing.code).toBe(2)
      expect(missing.err.split('\n').length).toBe(3)
    })
  })

  it('a name with everything at once goes through every verb', async () => {
    const name = `-\u001b[31m "a'b"\n\u202e模\u200b`
    await withName(name, async (_place, run) => {
      const evaluated = await run('evaluate', '--data', `${name}.csv`, '--target', 'species', '--', `${name}.onnx`)
      harmless(evaluated)
      expect({ code: evaluated.code, err: evaluated.err }).toEqual({ code: 0, err: '' })
      const model = (JSON.parse((await run('--json', 'history')).out) as { sentence: string }[]).length
      expect(model).toBeGreaterThan(2)
      const shown = [await run('history'), await run('dataset', 'list'), await run('dataset', 'show', '--', `${name}.csv`), await run('inspect', '--', `${name}.onnx`), await run('binding', 'propose', '--target', 'species', '--', `${name}.onnx`, `${name}.csv`)]
      for (const ended of shown) {
        harmless(ended)
        expect(ended.code, ended.err).toBe(0)
      }
    })
  })

  it('without the two dashes a name that begins with one is refused, with the way out', async () => {
    await withName('-rf', async (_place, run) => {
      const ended = await run('import', '-rf.onnx')
      harmless(ended)
      expect(ended.code).toBe(2)
      expect(ended.err).toContain('slipway import -- -rf.onnx')
      expect((await run('import', './-rf.onnx')).code).toBe(0)
    })
  })
})

test('what was typed is shown harmless too: options, verbs, names', async () => {
  await inPlace(async (place) => {
    const evil = '\u001b[2Jx\u202e\u2028'
    for (const args of [[evil], [`--${evil}`], ['inspect', evil], ['inspect', `./${evil}.onnx`], ['history', evil], ['history', '--limit', evil], ['evaluate', iris, '--data', evil, '--rows', evil], ['--workspace', join(iris, evil), 'history']]) {
      const ended = await slipway(place, ...args)
      harmless(ended)
      expect([2, 3]).toContain(ended.code)
    }
  })
})

test('columns and classes with hostile names keep their rows; JSON gives them back exactly and is harmless itself', async () => {
  await inPlace(async (place) => {
    const label = 'set\u001b[31m\u202eosa'
    const file = join(place.folder, 'data.csv')
    writeFileSync(file, irisData.replaceAll('setosa', label).replace('petal_width', 'petal\u2028\u0007width'))
    const ended = await slipway(place, 'dataset', 'add', file)
    harmless(ended)
    expect(ended.code, ended.err).toBe(0)
    const json = await slipway(place, '--json', 'dataset', 'show', file)
    harmless(json)
    const dataset = JSON.parse(json.out) as Dataset
    expect(dataset.columns.map((c) => c.name)).toContain('petal\u2028\u0007width')
    expect(dataset.columns.find((c) => c.name === 'species')?.top.map((t) => t.value)).toContain(label)
  })
})

describe('text', () => {
  it('neutralises what is harmful and keeps what is not', () => {
    for (const [, name] of names) expect(printable(name)).not.toMatch(/[\n\t]/)
    expect(printable('a\u200bb\u2028c\u0000d\u202ee\ufefff')).toBe('a·b·c·d·e·f')
    expect(printable('Köln 模型 نموذج ❤️ 🚀 e\u0301 ½')).toBe('Köln 模型 نموذج ❤️ 🚀 e\u0301 ½')
    expect(printable('\ud800x')).toBe('·x')
  })
  it('measures what a terminal shows', () => {
    expect([widthOf('abc'), widthOf('模型'), widthOf('e\u0301'), widthOf('🚀')]).toEqual([3, 4, 1, 2])
    expect(truncate('模型模型', 5)).toBe('模型…')
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('x'.repeat(10), 4)).toEqual(['xxxx', 'xxxx', 'xx'])
  })
  it('JSON means the same and holds no harmful character', () => {
    const value = { [names.map(([, n]) => n).join('')]: names.map(([, n]) => n), lone: '\ud800' }
    expect(JSON.parse(safeJson(value))).toEqual(value)
    expect(safeJson(value)).not.toMatch(harmful)
  })
})

test.each([60, 80, 120])('with %i columns no line of a result is longer, and no number is cut', async (columns) => {
  await inPlace(async (place) => {
    const env = { COLUMNS: String(columns), HOME: place.home }
    const run = (...args: string[]): Promise<Ended> => start(['--workspace', place.workspace, ...args], env).ended
    const text = await run('evaluate', iris, '--data', fixture('iris/data/iris.csv'), '--target', 'species', '--all')
    const exact = JSON.parse((await run('--json', 'evaluate', iris, '--data', fixture('iris/data/iris.csv'), '--target', 'species')).out) as Run
    expect(text.code, text.err).toBe(0)
    expect(text.out.split('\n').filter((line) => widthOf(line) > columns)).toEqual([])
    expect(text.out).toContain(exact.metrics.find((m) => m.metric === 'log_loss')!.value!.toFixed(4))
    for (const args of [['history'], ['history', 'iris-forest'], ['inspect', 'iris-forest'], ['dataset', 'list']]) {
      expect((await run(...args)).out.split('\n').filter((line) => widthOf(line) > columns), args.join(' ')).toEqual([])
      // An id can be copied as it stands.
      if (args[1] === 'iris-forest') expect((await run(...args)).out).toContain(args[0] === 'history' ? exact.id : exact.versionId)
    }
  })
})
