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
      expect([code, err], args.join(' ')).toEqual([3, '“./nowhere/model.onnx” does not exist.\nCheck how the name is written, or choose another file.\n'])
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
      [['evaluate', 'iris-logreg-tensor', '--data', 'iris.csv', '--batch', '0'], 'the batch size is 0, but must be a whole number from 1 to 65536'],
      [['evaluate', 'iris-logreg-tensor', '--data', 'iris.csv', '--limit', '0'], 'the largest number of rows is 0, but must be a whole number, 1 or more'],
      [['dataset', 'add', 'notes'], 'The folder “notes” has 1 file, which is neither an image nor a table (1 .md)'],
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
  })
}, 120_000)
