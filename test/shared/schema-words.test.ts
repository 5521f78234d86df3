// What does not fit a schema is said in the user's words: field, what was given, what is allowed. No word of the schema library.
import { describe, expect, it, test } from 'vitest'
import { contract } from '../../shared/contract.ts'
import { GatePolicy } from '../../shared/domain/gate-rules.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import { nearestNames } from '../../shared/nearest-names.ts'
import { documentFault, parseRequest, requestFault } from '../../shared/schema-words.ts'
import { newId } from '../../shared/ids.ts'
import { bindingFromText, bindingToText } from '../../main/core/binding/binding-text.ts'
import { parsePolicy } from '../../main/core/gate/policy-text.ts'
import { samples } from '../contract-samples.ts'
import { binding } from '../core/sample-rows.ts'

/** Words that only the library or its types know. */
const foreign = /Invalid|[Ee]xpected|Too (big|small)|received|pattern|undefined|\bNaN\b|\[object|Unrecognized|[Zz]od/

const refusal = (read: () => unknown): string => {
  try { read() } catch (thrown) { return (thrown as Error).message }
  throw new Error('it was not refused')
}

describe('policy files', () => {
  const policy = (...rules: string[]): string => `schema: slipway.gate/1\nrules:\n${rules.map((r) => `  - ${r}\n`).join('')}`
  test.each([
    ['a limit in words', policy('{kind: metric, metric: accuracy, op: ">=", limit: high}'), 'The gate policy is not valid: line 3: “limit” of rule 1 (accuracy) is “high”, but must be a number.'],
    ['a wrong sign', policy('{kind: rows, atLeast: 5}', '{kind: metric, metric: accuracy, op: ">", limit: 0.9}'), 'The gate policy is not valid: line 4: “op” of rule 2 (accuracy) is “>”, but must be one of >= or <=.'],
    ['a wrong kind', policy('{kind: metrics, metric: accuracy, op: ">=", limit: 0.9}'), 'The gate policy is not valid: line 3: “kind” of rule 1 (accuracy) is “metrics”, but must be one of metric, no-regression, rows, size or left-out; the nearest name is “metric”.'],
    ['a missing field', policy('{kind: rows}'), 'The gate policy is not valid: line 3: “atLeast” of rule 1 (rows) is missing; it must be a whole number, 1 or more.'],
    ['a misspelt field', policy('{kind: metric, metric: recall, slise: "class:a", op: ">=", limit: 0.5}'), 'The gate policy is not valid: line 3: “slise” of rule 1 (recall) is not known there; the nearest name is “slice”.'],
    ['a share above 1', policy('{kind: left-out, atMostShare: 5}'), 'The gate policy is not valid: line 3: “atMostShare” of rule 1 (left-out) is 5, but must be a number from 0 to 1.'],
    ['no rules', 'schema: slipway.gate/1\nrules: []\n', 'The gate policy is not valid: line 2: “rules” is an empty list, but must be a list with at least one entry.'],
    ['another schema', 'schema: slipway.gate/3\nrules: [{kind: rows, atLeast: 1}]\n', 'The gate policy is not valid: line 1: “schema” is “slipway.gate/3”, but must be one of slipway.gate/1 or slipway.gate/2; the nearest names are “slipway.gate/1” and “slipway.gate/2”.'],
    ['no map', '- 1\n', 'The gate policy is not valid: the file holds no policy; it begins with “schema: slipway.gate/2” and a list of “rules”.'],
    ['nothing', '', 'The gate policy is not valid: the file holds no policy; it begins with “schema: slipway.gate/2” and a list of “rules”.'],
    ['an open bracket', 'rules: [1', 'The gate policy is not valid: line 1: the indentation does not fit the lines above, or a closing bracket is missing.'],
    ['an alias', 'a: &x [1]\nb: *x\n', 'The gate policy is not valid: aliases are not allowed in a policy.'],
    ['many faults', policy('{kind: rows}', '{kind: rows}', '{kind: rows}', '{kind: rows, atLeast: 0}'), 'The gate policy is not valid: line 3: “atLeast” of rule 1 (rows) is missing; it must be a whole number, 1 or more; and line 4: “atLeast” of rule 2 (rows) is missing; it must be a whole number, 1 or more; and line 5: “atLeast” of rule 3 (rows) is missing; it must be a whole number, 1 or more; and line 6: “atLeast” of rule 4 (rows) is 0, but must be a whole number, 1 or more.'],
  ])('%s', (_, text, sentence) => {
    expect(refusal(() => parsePolicy(text))).toBe(sentence)
  })
  it('a good one is taken, with a mark of byte order and as JSON', () => {
    expect(parsePolicy('\uFEFF{"schema": "slipway.gate/1", "rules": [{"kind": "rows", "atLeast": 3}]}').rules).toEqual([{ kind: 'rows', atLeast: 3 }])
  })
})

describe('binding files', () => {
  const change = (format: 'yaml' | 'json', edit: (plain: Record<string, unknown>) => void): string => {
    const plain = JSON.parse(bindingToText(binding, 'json')) as Record<string, unknown>
    edit(plain)
    return format === 'json' ? JSON.stringify(plain) : JSON.stringify(plain, null, 1).replaceAll('\t', ' ')
  }
  const first = (plain: Record<string, unknown>): Record<string, unknown> => (plain['inputs'] as Record<string, unknown>[])[0]!
  const name = binding.inputs[0]!.input
  test.each<[string, (plain: Record<string, unknown>) => void, string]>([
    ['a task', (p) => { p['task'] = 'classification' }, '“task” is “classification”, but must be one of binary-classification, multiclass-classification'],
    ['a missing rule', (p) => { first(p)['missing'] = 'zero' }, `“missing” of input 1 (${name}) is “zero”, but must be one of nan, empty or drop, or a map with “fill” (a number, or a text)`],
    ['a fill value', (p) => { first(p)['missing'] = { fill: true } }, `“missing” of input 1 (${name}) is a map, but must be one of nan, empty or drop, or a map with “fill” (a number, or a text)`],
    ['a type', (p) => { first(p)['dtype'] = 'float' }, `“dtype” of input 1 (${name}) is “float”, but must be one of `],
    ['a threshold', (p) => { p['decision'] = { kind: 'threshold', threshold: 50 } }, '“threshold” of “decision” is 50, but must be a number from 0 to 1'],
    ['a row policy', (p) => { p['rows'] = 'strickt' }, '“rows” is “strickt”, but must be one of lenient or strict; the nearest name is “strict”'],
    ['a misspelt field', (p) => { p['idColum'] = 'id' }, '“idColum” is not known there; the nearest name is “idColumn”'],
    ['classes', (p) => { p['classes'] = 'a, b' }, '“classes” is “a, b”, but must be a list'],
    ['no target', (p) => { delete p['target'] }, '“target” is missing; it must be a map whose “kind” is one of column'],
    ['a picture', (p) => { p['inputs'] = [{ kind: 'image', input: 'x', dtype: 'float32', image: { width: 0 } }] }, '“width” of “image” of input 1 (x) is 0, but must be a whole number from 1 to 16384'],
  ])('%s', (_, edit, sentence) => {
    for (const format of ['yaml', 'json'] as const) {
      const said = refusal(() => bindingFromText(change(format, edit)))
      expect(said).toContain(sentence)
      expect(said).not.toMatch(foreign)
    }
  })
})

describe('requests and options', () => {
  const said = (schema: Parameters<typeof requestFault>[0], value: unknown): string => {
    const parsed = schema.safeParse(value)
    if (parsed.success) throw new Error('it fits')
    return requestFault(schema, value, parsed.error)
  }
  const add = (format: object): string => said(contract['dataset.add'].input, { file: newId('file'), format })
  const start = (options: object): string => said(contract['run.evaluate'].input, { versionId: newId('version'), datasetId: newId('dataset'), options })
  test.each([
    ['two characters', add({ delimiter: ';;' }), 'the delimiter is “;;”, but must be exactly one character'],
    ['no delimiter', add({ delimiter: '' }), 'the delimiter is empty, but must be exactly one character'],
    ['a long quote', add({ quote: '""' }), 'the quote character is “""”, but must be one character or none'],
    ['an encoding', add({ encoding: 'utf8' }), 'the encoding is “utf8”, but must be one of utf-8, utf-16le, utf-16be or latin-1; the nearest name is “utf-8”'],
    ['a column type', add({ types: { age: 'int' } }), '“age” of the column types'.replace('“age”', 'the age') + ' is “int”, but must be one of number, integer, boolean, string or timestamp; the nearest name is “integer”'],
    ['a batch of 0', start({ batchSize: 0 }), 'the batch size is 0, but must be a whole number from 1 to 65536'],
    ['a large batch', start({ batchSize: 100_000 }), 'the batch size is 100000, but must be a whole number from 1 to 65536'],
    ['half a thread', start({ threads: 0.5 }), 'the number of threads is 0.5, but must be a whole number'],
    ['a record', start({ excludeRecords: [3, 0] }), 'record number 2 is 0, but must be a whole number, 1 or more'],
    ['a device', start({ provider: 'gpu' }), 'the device is “gpu”, but must be one of cpu, webgpu, cuda, tensorrt, dml or coreml'],
    ['a name of spaces', said(contract['model.rename'].input, { modelId: newId('model'), name: '  ' }), 'the name is only spaces, but must be a text of 1 to 120 characters'],
    ['a bundle version', said(contract['bundle.export'].input, { checkId: newId('check'), destination: newId('file'), version: '1.0' }), 'the version of the bundle is “1.0”, but must be three whole numbers with dots between, such as 1.2.0'],
    ['a policy in a request', said(contract['gate.save'].input, { modelId: newId('model'), policy: { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 0 }] } }), '“atLeast” of rule 1 (rows) of the policy is 0, but must be a whole number, 1 or more'],
    ['an id', said(contract['model.get'].input, { modelId: 'iris' }), 'the model id is “iris”, but must be a model id'],
    ['nothing', said(contract['model.get'].input, undefined), 'the request is missing; it must be a map with “modelId” (a text)'],
  ])('%s', (_, sentence, expected) => { expect(sentence.startsWith(expected), sentence).toBe(true) })

  it('an option that does not fit is a refusal with the code for input, not a bug', () => {
    expect(() => parseRequest(RunOptions, { limit: 0 })).toThrow('The request is not valid: the largest number of rows is 0, but must be a whole number, 1 or more.')
    expect(parseRequest(RunOptions, { limit: 3 }).limit).toBe(3)
  })

  it('whatever is wrong with any question of the contract, no word of the library is said', () => {
    const wrong = [undefined, null, 0, -1, 1.5, '', 'x'.repeat(200_000), [], {}, true, [[null]], { kind: 'nothing' }]
    let refused = 0
    for (const key of Object.keys(contract) as (keyof typeof contract)[]) {
      const schema = contract[key].input
      const good = samples[key].input as Record<string, unknown>
      for (const field of Object.keys(good)) {
        for (const bad of wrong) {
          const value = { ...good, [field]: bad }
          const parsed = schema.safeParse(value)
          if (parsed.success) continue
          refused++
          const sentence = requestFault(schema, value, parsed.error)
          // A field’s own name is ours, even where the library knows the same word.
          expect(sentence.replaceAll(`the ${field} `, '').replaceAll('“expected”', ''), `${key} ${field}`).not.toMatch(foreign)
          expect(sentence.length, `${key} ${field}`).toBeLessThan(900)
        }
      }
    }
    expect(refused).toBeGreaterThan(300)
  })
})

test('control characters and long texts of the user do not reach the sentence as they are', () => {
  const sentence = documentFault(GatePolicy, { schema: `a\u001b[31m\u202e${'x'.repeat(500)}`, rules: [{ kind: 'rows', atLeast: 1 }] })
  expect(sentence).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(sentence?.length).toBeLessThan(200)
})

test('nearest names: misspelt, swapped, in another case, a part of it; strangers have none', () => {
  const known = ['accuracy', 'balanced_accuracy', 'roc_auc', 'macro.f1', 'rmse']
  expect(nearestNames('acuracy', known)[0]).toBe('accuracy')
  expect(nearestNames('accuarcy', known)[0]).toBe('accuracy')
  expect(nearestNames('ROC-AUC', known)[0]).toBe('roc_auc')
  expect(nearestNames('auc', known)).toEqual(['roc_auc'])
  expect(nearestNames('macro_f1', known)[0]).toBe('macro.f1')
  expect(nearestNames('zebra', known)).toEqual([])
})
