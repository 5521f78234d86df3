// The command line as a process of its own: exit codes, help, words of failures, pipes, and two programs on one workspace.
import Database from 'better-sqlite3'
import type { Command } from 'commander'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test, vi } from 'vitest'
import { exampleOf } from '../../main/cli/example.ts'
import { wholeNumber } from '../../main/cli/number-option.ts'
import { buildProgram } from '../../main/cli/program.ts'
import type { ImportOutcome } from '../../shared/contract.ts'
import type { HistoryEvent } from '../../shared/domain/history.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, program as built, start, unwordedPart, type Ended, type Place } from './run-cli.ts'

// Many processes on few cores: no time here is a measurement.
vi.setConfig({ testTimeout: 180_000 })

const iris = fixture('iris/models/iris-logreg-tensor.onnx')
const irisData = fixture('iris/data/iris.csv')
const evaluateIris = ['evaluate', iris, '--data', irisData, '--target', 'species']

/** Runs and holds that the failure is worded: nothing on stdout, no trace of our insides. */
async function refusedWith(place: Place, code: number, args: readonly string[]): Promise<Ended> {
  const ended = await slipway(place, ...args)
  expect(unwordedPart(ended), `${args.join(' ')}\n${ended.err}`).toBeNull()
  expect({ code: ended.code, signal: ended.signal }, `${args.join(' ')}\n${ended.err}`).toEqual({ code, signal: null })
  return ended
}

/** Every command of the program that runs something, with its words: `dataset add`. */
function verbs(command: Command, words: readonly string[] = []): { readonly words: readonly string[]; readonly command: Command }[] {
  return command.commands.flatMap((child) => [{ words: [...words, child.name()], command: child }, ...verbs(child, [...words, child.name()])])
}

/** The words of a line as a shell reads them: what stands between double quotes is one. */
const shellWords = (line: string): string[] => [...line.matchAll(/"([^"]*)"|\S+/g)].map((m) => m[1] ?? m[0])

describe('help', () => {
  const all = verbs(buildProgram())
  it('knows every verb that it must', () => {
    for (const verb of ['import', 'inspect', 'dataset add', 'dataset list', 'dataset show', 'binding propose', 'binding check', 'evaluate', 'compare', 'gate', 'export', 'verify', 'history', 'devices']) {
      expect(all.map((v) => v.words.join(' '))).toContain(verb)
    }
  })

  /** What `--help` of a verb prints, by the program in this process: a process for each of so many verbs would take minutes. */
  async function helpOf(words: readonly string[]): Promise<string> {
    const program = buildProgram()
    let out = ''
    for (const { command } of [{ command: program }, ...verbs(program)]) command.exitOverride().configureOutput({ writeOut: (text) => { out += text } })
    await expect(program.parseAsync(['node', 'slipway', ...words, '--help'])).rejects.toMatchObject({ code: 'commander.helpDisplayed', exitCode: 0 })
    return out
  }

  test('as a process of its own a verb prints the same', async () => {
    const ended = await start(['dataset', 'add', '--help']).ended
    expect(ended).toMatchObject({ code: 0, err: '', out: await helpOf(['dataset', 'add']) })
  })

  test.each(all.map((v) => ({ name: v.words.join(' '), ...v })))('$name --help has an example that parses', async ({ words }) => {
    const example = /\nExample:\n {2}(slipway .+)\n/.exec(await helpOf(words))?.[1]
    expect(example).toBeDefined()
    const program = buildProgram()
    const seen: string[] = []
    for (const verb of verbs(program)) {
      verb.command.exitOverride().configureOutput({ writeErr: () => undefined })
      verb.command.action(() => { seen.push(verb.words.join(' ')) })
    }
    await program.exitOverride().parseAsync(['node', ...shellWords(example!)])
    expect(seen.map((name) => name.split(' ')[0])).toEqual([words[0]])
    expect(verbs(buildProgram()).map((v) => exampleOf(v.command))).toContain(example)
  })

  test('without a command the help comes and the exit code is 2; with --help or --version it is 0', async () => {
    const [none, help, version] = await Promise.all([start([]).ended, start(['--help']).ended, start(['--version']).ended])
    expect({ code: none.code, out: none.out }).toEqual({ code: 2, out: '' })
    expect(none.err).toContain('Usage: slipway')
    expect({ code: help.code, err: help.err }).toEqual({ code: 0, err: '' })
    expect(help.out).toContain('Exit codes: 0 yes · 1 the check said no · 2 your input · 3 your machine · 4 the engine · 5 Slipway · 130 interrupted')
    expect(version).toMatchObject({ code: 0, err: '', out: '0.1.0\n' })
  })
})

describe('exit codes', () => {
  test('0 and 1: a gate that is passed, a gate that is not, an export without a gate, a binding that does not fit', async () => {
    await inPlace(async (place) => {
      await slipwayJson(place, evaluateIris)
      const [met, missed, binding] = ['met.yaml', 'missed.yaml', 'binding.yaml'].map((name) => join(place.folder, name)) as [string, string, string]
      writeFileSync(met, 'schema: slipway.gate/1\nrules: [{ kind: metric, metric: accuracy, op: ">=", limit: 0.9 }]\n')
      writeFileSync(missed, 'schema: slipway.gate/1\nrules: [{ kind: metric, metric: accuracy, op: ">=", limit: 0.99 }]\n')
      const no = await refusedWith(place, 1, ['export', 'iris-logreg-tensor', '--out', place.folder])
      expect(no.err).toContain('iris-logreg-tensor@1 has not been judged by a gate yet')
      const failed = await refusedWith(place, 1, ['gate', 'iris-logreg-tensor', '--policy', missed])
      expect(failed.out).toContain('does not pass the gate: 1 of 1 rule not met')
      expect((await refusedWith(place, 1, ['export', 'iris-logreg-tensor', '--out', place.folder])).err).toContain('iris-logreg-tensor@1 has not passed its gate')
      const passed = await slipway(place, 'gate', 'iris-logreg-tensor', '--policy', met)
      expect(passed, passed.err).toMatchObject({ code: 0, err: '' })
      expect(passed.out).toContain('iris-logreg-tensor@1 on iris.csv passes the gate.')
      await slipwayJson(place, ['binding', 'propose', 'iris-logreg-tensor', irisData, '--target', 'species', '--out', binding])
      writeFileSync(binding, readFileSync(binding, 'utf8').replace('petal_width', 'petal_wide'))
      const unfit = await refusedWith(place, 1, ['binding', 'check', 'iris-logreg-tensor', binding, '--data', irisData])
      expect(unfit.out).toContain('petal_wide')
    })
  })

  test('3: a workspace inside a file, a database of a newer Slipway', async () => {
    await inPlace(async (place) => {
      const file = join(place.folder, 'file')
      writeFileSync(file, 'x')
      for (const workspace of [file, join(file, 'inside')]) {
        const ended = await start(['--workspace', workspace, 'history']).ended
        expect(unwordedPart(ended)).toBeNull()
        expect(ended.code, ended.err).toBe(3)
        expect(ended.err).toContain(workspace)
      }
      expect(readFileSync(file, 'utf8')).toBe('x')
      await slipwayJson(place, ['history'])
      const database = new Database(join(place.workspace, 'slipway.db'))
      database.pragma('user_version = 9999')
      database.close()
      expect((await refusedWith(place, 3, ['history'])).err).toContain('newer Slipway')
    })
  })
})

describe('2: your input', () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown verb', ['improt', iris], /Unknown command 'improt'.*import/],
    ['an unknown option', ['history', '--al'], /Unknown option '--al'/],
    ['a missing argument', ['inspect'], /Missing required argument 'model'/],
    ['too many arguments', ['inspect', 'a', 'b'], /Too many arguments/],
    ['a missing option', ['evaluate', iris], /--data/],
    ['a choice that is none', [...evaluateIris, '--rows', 'loose'], /lenient, strict/],
    ['a model that is nowhere', ['inspect', 'income'], /There is no model “income” in this workspace/],
    ['a data set that is nowhere', ['evaluate', iris, '--data', 'test'], /There is no data set “test” in this workspace/],
    ['a version that is nowhere', ['compare', 'version_00000000000000000000', 'x'], /There is no version/],
    ['a path that is nowhere', ['import', './models/nope.onnx'], /^“\.\/models\/nope\.onnx” does not exist\.\n/],
    ['a model path that is nowhere', ['inspect', '../nope.onnx'], /^“\.\.\/nope\.onnx” does not exist\.\n/],
    ['a data path that is nowhere', ['dataset', 'add', 'sub/nope.csv'], /^“sub\/nope\.csv” does not exist\.\n/],
    ['a data path to evaluate on that is nowhere', ['evaluate', iris, '--data', 'sub/nope.csv'], /^“sub\/nope\.csv” does not exist\.\n/],
    ['a binding that is nowhere', [...evaluateIris, '--binding', 'nope.yaml'], /^“nope\.yaml” does not exist\.\n/],
    ['a policy that is nowhere', ['gate', 'x', '--policy', 'nope.yaml'], /^“nope\.yaml” does not exist\.\n/],
    ['a bundle that is nowhere', ['verify', 'nope.zip'], /^“nope\.zip” does not exist\.\n/],
    ['records that are nowhere', [...evaluateIris, '--exclude-records', 'nope.txt'], /^“nope\.txt” does not exist\.\n/],
    ['a binding that is a folder', [...evaluateIris, '--binding', '.'], /“\.” is a folder, not an ordinary file/],
    ['a label that is no column', ['evaluate', iris, '--data', irisData, '--target', 'spezies'], /“spezies”.*species/s],
    ['half an override', ['gate', 'x', '--override-name', 'me'], /--override-reason/],
    ['an empty workspace', ['--workspace', '', 'history'], /empty text/],
    ['a delimiter of three characters', ['dataset', 'add', irisData, '--delimiter', 'abc'], /delimiter/],
    ['an empty name', ['dataset', 'add', irisData, '--name', ''], /name/],
    ['a device that is not here', [...evaluateIris, '--device', process.platform === 'win32' ? 'coreml' : 'dml'], /does not work on this machine/],
  ]
  test.concurrent.each(wrong.map(([name, args, says]) => ({ name, args, says })))('$name', async ({ args, says }) => {
    await inPlace(async (place) => {
      const ended = await refusedWith(place, 2, args)
      expect(ended.out).toBe('')
      expect(ended.err).toMatch(says)
      expect(ended.err).not.toContain('any more')
    })
  })

  test.each(['-1', '1.5', '1e3', 'ten', '', ' 5', '0x10', '257', '99999999999999999999'])('a number option refuses “%s”', (value) => {
    expect(() => wholeNumber('--threads', value, { least: 1, most: 256 })).toThrow(`The request is not valid: --threads must be a whole number from 1 to 256, not “${value}”.`)
    expect([wholeNumber('--threads', '1', { least: 1, most: 256 }), wholeNumber('--threads', '256', { least: 1, most: 256 }), wholeNumber('--threads', undefined, { least: 1, most: 256 })]).toEqual([1, 256, null])
  })

  const numbers = [['--batch', '0'], ['--batch', '65537'], ['--limit', '0'], ['--limit', '-1'], ['--threads', '0'], ['--threads', '1e9'], ['--seed', '-1'], ['--seed', '1.5']] as const
  it('every number out of its range is one sentence with the range, before anything is read', async () => {
    await inPlace(async (place) => {
      await Promise.all(numbers.map(async ([option, value]) => {
        const ended = await refusedWith(place, 2, [...evaluateIris, `${option}=${value}`])
        expect(ended.err, `${option}=${value}`).toMatch(new RegExp(`^The request is not valid: ${option} must be a whole number from [01] to [\\d,]+, not “${value}”\\.\\n[^\\n]+\\n$`))
      }))
      await Promise.all(['0', '-1', 'all', '1001'].map(async (value) => {
        expect((await refusedWith(place, 2, ['history', `--limit=${value}`])).err).toContain(`--limit must be a whole number from 1 to 1,000, not “${value}”.`)
      }))
      expect(await slipwayJson(place, ['history'])).toEqual([])
    })
  })

  it('with --json the failure is JSON on stdout too, whoever notices it', async () => {
    await inPlace(async (place) => {
      for (const args of [['inspect', 'income'], ['evaluate', iris], ['import', 'nope.onnx'], [...evaluateIris, '--batch', '0']]) {
        const { error } = await slipwayJson(place, args, 2) as { error: { code: string; message: string; next: string } }
        expect(error.code).toMatch(/^(input|file)\./)
        expect(error.message).toMatch(/\S/)
      }
    })
  })
})

describe('output', () => {
  test('no progress and no control character where stderr is a pipe; the answer alone on stdout', async () => {
    await inPlace(async (place) => {
      const ended = await slipway(place, ...evaluateIris)
      expect(ended).toMatchObject({ code: 0, err: '' })
      expect(ended.out).toContain('Accuracy')
      expect(ended.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    })
  })

  test('a reader that closes its end early is no failure', async () => {
    await inPlace(async (place) => {
      await slipwayJson(place, evaluateIris)
      const text = execFileSync('bash', ['-c', 'set -o pipefail; "$0" "$1" --workspace "$2" --json history iris-logreg-tensor | head -c 10', process.execPath, built, place.workspace], { encoding: 'utf8' })
      expect(text.length).toBe(10)
    })
  })

  test('a path that leads somewhere means that file, not the data set of the same name', async () => {
    await inPlace(async (place) => {
      const folders = ['a', 'b'].map((name) => join(place.folder, name))
      for (const folder of folders) mkdirSync(folder)
      const rows = readFileSync(irisData, 'utf8').trim().split('\n')
      writeFileSync(join(folders[0]!, 'test.csv'), rows.join('\n'))
      writeFileSync(join(folders[1]!, 'test.csv'), rows.slice(0, 121).join('\n'))
      const read = async (folder: string): Promise<number> => {
        const ended = await start(['--workspace', place.workspace, '--json', 'dataset', 'show', 'test.csv'], {}, folder).ended
        return (JSON.parse(ended.out) as { rows: number }).rows
      }
      expect([await read(folders[0]!), await read(folders[1]!)]).toEqual([150, 120])
    })
  })
})

describe('two programs on one workspace', () => {
  test('six imports, data sets and evaluations at once: all succeed, nothing is double or lost, the database is whole', async () => {
    await inPlace(async (place) => {
      const ended = await Promise.all([...Array(3).keys()].flatMap(() => [slipway(place, '--json', ...evaluateIris), slipway(place, '--json', 'import', iris, '--model', 'other')]))
      expect(ended.map((e) => [e.code, e.err])).toEqual(ended.map(() => [0, '']))
      const imported = ended.flatMap((e) => { const value = JSON.parse(e.out) as unknown; return Array.isArray(value) ? (value as ImportOutcome[]) : [] })
      expect(new Set(imported.map((o) => o.version?.id)).size).toBe(1)
      const events = await slipwayJson(place, ['history']) as HistoryEvent[]
      const count = (verb: string): number => events.filter((e) => e.verb === verb).length
      expect({ datasets: count('dataset.add'), runs: count('run.evaluate') }).toEqual({ datasets: 1, runs: 3 })
      // Whoever is first imports: a model named “other” that is there already is what the others evaluate, else there are two.
      expect([1, 2]).toContain(count('version.import'))
      const database = new Database(join(place.workspace, 'slipway.db'), { readonly: true })
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(database.pragma('foreign_key_check')).toEqual([])
      expect(database.prepare('SELECT status, count(*) AS n FROM runs GROUP BY status').all()).toEqual([{ status: 'done', n: 3 }])
      database.close()
    })
  })
})

test('a link to a model is refused by name, as everything that is no ordinary file', async () => {
  await inPlace(async (place) => {
    symlinkSync(iris, join(place.folder, 'link.onnx'))
    const ended = await refusedWith(place, 2, ['import', join(place.folder, 'link.onnx')])
    expect(ended.err).toContain('“link.onnx” is a link, not an ordinary file')
  })
})
