// The account of a binding: every part is told, and what the user corrected is told as theirs.
import { expect, test } from 'vitest'
import { bindingAccount, bindingParts, correctedGuesses } from '../../shared/binding/binding-account.ts'
import { calibrationGuesses, thresholdGuesses } from '../../shared/binding/saved-guesses.ts'
import { Binding, type Guess } from '../../shared/domain/binding.ts'

const binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'binary-classification', idColumn: 'id', positiveClass: 'yes', rows: 'lenient', decision: { kind: 'threshold', threshold: 0.4 },
  inputs: [
    { kind: 'columns', input: 'X', dtype: 'float32', columns: ['a', 'b'], missing: 'nan' }, { kind: 'constant', input: 'k', dtype: 'float32', value: 2 },
    { kind: 'image', input: 'p', dtype: 'float32', image: { width: 8, height: 6, resize: 'pad', kernel: 'bilinear', shorterSide: null, padValue: 7, color: 'bgr', layout: 'NHWC', scale: 0.5, mean: [1], std: [2] } },
  ],
  outputs: [{ output: 'y', role: 'positive-probability' }, { output: 'z', role: 'ignored' }], target: { kind: 'column', column: 't' }, classes: [{ label: 'no', output: '0' }, { label: 'yes', output: '1' }],
})
const guess = (about: string, value: string): Guess => ({ about, value, confidence: 'likely', reason: `Because of ${about}.` })
const guesses = [guess('inputs.X', '2 columns'), guess('inputs.X.missing', 'nan'), guess('positiveClass', 'yes'), guess('decision', 'threshold 0.4'), guess('probe', 'not run')]

test('no leaf of a binding is left out of its words', () => {
  const words = bindingParts(binding).map((p) => `${p.about}: ${p.value}`).join('\n')
  for (const value of ['Binary', 't', 'a, b', 'NaN', 'always 2', '8 × 6', 'bgr', 'NHWC', 'pad', 'bilinear', 'filled with 7', '× 0.5 − [1]) ÷ [2]', 'outputs.y: positive-probability', 'outputs.z: ignored', 'no, yes', '0.4', 'idColumn: id', 'rows: lenient']) expect(words).toContain(value)
})

test('every single edit shows in the words', () => {
  const edits: ((b: typeof binding) => unknown)[] = [
    (b) => { (b.inputs[0] as { columns: string[] }).columns.reverse() }, (b) => { (b.inputs[0] as { missing: unknown }).missing = { fill: 0 } }, (b) => { (b.inputs[1] as { value: unknown }).value = 3 },
    (b) => { (b.inputs[2] as { image: { color: string } }).image.color = 'rgb' }, (b) => { (b.inputs[2] as { image: { mean: number[] } }).image.mean = [0] }, (b) => { b.outputs[0]!.role = 'positive-logit' },
    (b) => { b.classes.reverse() }, (b) => { b.positiveClass = 'no' }, (b) => { b.decision = { kind: 'argmax' } }, (b) => { b.rows = 'strict' }, (b) => { b.target = null }, (b) => { b.calibration = { method: 'temperature', temperature: 2, fitted: { runId: 'r', dataset: 'd', rows: 1 } } }, (b) => { b.idColumn = null },
  ]
  for (const edit of edits) {
    const changed = structuredClone(binding)
    edit(changed)
    expect(bindingParts(changed), edit.toString()).not.toEqual(bindingParts(binding))
  }
})

test('what was corrected is the user’s, what was not keeps its guess', () => {
  const changed = structuredClone(binding)
  ;(changed.inputs[0] as { columns: string[] }).columns.reverse()
  changed.rows = 'strict'
  const told = correctedGuesses(binding, changed, guesses)
  expect(told).toContainEqual({ about: 'inputs.X', value: '2 columns in this order: b, a', confidence: 'set', reason: 'Set by you; the proposal was: 2 columns in this order: a, b.' })
  expect(told).toContainEqual(expect.objectContaining({ about: 'rows', value: 'strict', confidence: 'set' }))
  expect(told.filter((g) => g.confidence !== 'set')).toEqual(guesses.slice(1))
  expect(correctedGuesses(binding, structuredClone(binding), guesses)).toEqual(guesses)
})

test('a saved threshold is a decision, one that moved along says so, and an old note of 0.5 does not speak of 0.2', () => {
  const half = { ...structuredClone(binding), decision: { kind: 'threshold' as const, threshold: 0.5 } }
  const proposed = [{ about: 'decision', value: 'threshold 0.5', confidence: 'guess' as const, reason: 'The usual threshold.' }]
  const saved = { ...half, decision: { kind: 'threshold' as const, threshold: 0.2 } }
  const told = thresholdGuesses(half, saved, proposed, 'run_1 on bin.csv')
  expect(told).toEqual([{ about: 'decision', value: 'from a score of 0.2', confidence: 'set', reason: 'Saved by you from the thresholds of run_1 on bin.csv; before: from a score of 0.5.' }])
  const moved = { ...saved, decision: { kind: 'threshold' as const, threshold: 0.20585779276127186 }, calibration: { method: 'temperature' as const, temperature: 1.5, fitted: { runId: 'run_1', dataset: 'bin.csv', rows: 9 } } }
  expect(calibrationGuesses(saved, moved, told).find((g) => g.about === 'decision')).toEqual({
    about: 'decision', value: 'from a score of 0.205857', confidence: 'set',
    reason: 'Moved along with the saved recalibration, so that it decides as before; without it: from a score of 0.2. Saved by you from the thresholds of run_1 on bin.csv; before: from a score of 0.5.',
  })
  expect(bindingAccount(saved, proposed).find((l) => l.about === 'decision')).toMatchObject({ confidence: 'set', reason: 'Saved since the proposal, which was: threshold 0.5.' })
  expect(bindingAccount(half, proposed).find((l) => l.about === 'decision')).toMatchObject({ confidence: 'guess' })
})

test('the account has a line for each part, with the reason where there was one', () => {
  const account = bindingAccount(binding, guesses)
  expect(account.filter((l) => l.about !== 'probe').map((l) => l.about)).toEqual(bindingParts(binding).map((p) => p.about))
  expect(account.find((l) => l.about === 'inputs.X')).toEqual({ about: 'inputs.X', value: '2 columns in this order: a, b', confidence: 'likely', reason: 'Because of inputs.X.' })
  expect(account.find((l) => l.about === 'rows')).toMatchObject({ confidence: null })
  expect(account.at(-1)).toMatchObject({ about: 'probe', value: 'not run' })
})
