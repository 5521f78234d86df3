// What the command line says when a newcomer types something that cannot be: their words, what is allowed, the next step.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway } from './run-cli.ts'

const library = /Invalid|expected|Too (big|small)|received|ZodError|"code":/

test('a path that never existed is named as it was typed, and never as one that was there', async () => {
  await inPlace(async (place) => {
    for (const args of [['import', './nowhere/model.onnx'], ['dataset', 'add', './nowhere/model.onnx'], ['verify', './nowhere/model.onnx']]) {
      const { code, err } = await slipway(place, ...args)
      expect([code, err], args.join(' ')).toEqual([2, '“./nowhere/model.onnx” does not exist.\nCheck how the name is written, or choose another file.\n'])
    }
  })
}, 60_000)

test('options, folders and policies that cannot be: a sentence with what is allowed, and the code for input', async () => {
  await inPlace(async (place) => {
    const data = fixture('iris/data/iris.csv')
    const model = fixture('iris/models/iris-logreg-tensor.onnx')
    mkdirSync(join(place.folder, 'notes'))
    writeFileSync(join(place.folder, 'notes/a.md'), 'x')
    writeFileSync(join(place.folder, 'gate.yaml'), 'schema: slipway.gate/1\nrules:\n  - {kind: metric, metric: acuracy, op: ">=", limit: 0.9}\n')
    expect((await slipway(place, 'evaluate', model, '--data', data, '--target', 'species')).code).toBe(0)
    const cases: [string[], string][] = [
      [['dataset', 'add', data, '--delimiter', ';;'], 'the delimiter is “;;”, but must be exactly one character'],
      [['evaluate', 'iris-logreg-tensor', '--data', 'iris.csv', '--batch', '0'], '--batch must be a whole number from 1 to 65,536, not “0”'],
      [['evaluate', 'iris-logreg-tensor', '--data', 'iris.csv', '--limit', '0'], '--limit must be a whole number from 1 to '],
      [['dataset', 'add', 'notes'], 'The folder “notes” has 1 file, which is neither an image nor a table (1 .md)'],
      [['dataset', 'add', data, '--label-file', 'labels.csv'], 'the label file can be set for a folder of pictures only, but this is delimited text'],
      [['gate', 'iris-logreg-tensor'], 'There is no policy yet for the model “iris-logreg-tensor”'],
      [['gate', 'iris-logreg-tensor', '--policy', 'gate.yaml'], 'rule 1 asks for the metric “acuracy”, which does not exist; the nearest'],
      [['gate', 'iris-logreg-tensor', '--policy', 'gate.yaml', '--save'], '“accuracy”'],
    ]
    for (const [args, words] of cases) {
      const { code, err } = await slipway(place, ...args)
      expect(err, args.join(' ')).toContain(words)
      expect(err, args.join(' ')).not.toMatch(library)
      expect(code, args.join(' ')).toBe(2)
    }
    const early = await slipway(place, 'export', 'iris-logreg-tensor', '--out', 'out')
    expect([early.code, early.err]).toEqual([1, expect.stringMatching(/has not been judged by a gate yet, so it is not exported\.\nJudge its run by a policy first/)])
  })
}, 120_000)

test('rows that are left out by the policy and by request are counted once, each with one reason', async () => {
  await inPlace(async (place) => {
    const data = fixture('adult-income/data/test-messy.csv')
    // Record 3 has no label and record 2 is no good either: excluded on request is the one reason that is told of them.
    writeFileSync(join(place.folder, 'out.txt'), '2, 3\n3\n2')
    const { code, out } = await slipway(place, 'evaluate', fixture('adult-income/models/income-v2-gboost.onnx'), '--data', data, '--target', 'income', '--rows', 'strict', '--exclude-records', 'out.txt')
    expect(code).toBe(0)
    const [, scored, read] = /Rows +(\d+) of (\d+) scored/.exec(out) ?? []
    const counts = [...out.matchAll(/^ *(\d+) {2}left out: .*? {2,}(?:columns? .*?; )?records [\d ]+( and \d+ more)?$/gm)]
    expect(counts.length).toBeGreaterThan(5)
    expect(counts.reduce((n, [, count]) => n + Number(count), Number(scored))).toBe(Number(read))
    expect(out).toMatch(/^ *2 {2}left out: excluded on request +records 2 3$/m)
    expect((await slipway(place, 'history')).out).toContain(`: ${String(scored)} of ${String(read)} rows were scored, ${Number(read) - Number(scored)} were left out.`)
    for (const [text, words] of [['401', 'names record 401, but the data set has 400 rows'], ['1.5', '“out.txt” must hold record numbers only (1 is the first row of data), not “1.5”'], ['-3', 'not “-3”']] as const) {
      writeFileSync(join(place.folder, 'out.txt'), text)
      const refused = await slipway(place, 'evaluate', 'income-v2-gboost', '--data', 'test-messy.csv', '--exclude-records', 'out.txt')
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(words)])
    }
    writeFileSync(join(place.folder, 'out.txt'), Array.from({ length: 400 }, (_, i) => i + 1).join('\n'))
    const none = await slipway(place, 'evaluate', 'income-v2-gboost', '--data', 'test-messy.csv', '--exclude-records', 'out.txt')
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('Not one row could be scored: all 400 rows were left out, 400 with “excluded on request”.')])
  })
}, 120_000)
