// Bindings as documents: what is refused and in which words, and that the text forms lose nothing.
import { describe, expect, it } from 'vitest'
import { checkBinding } from '../../shared/binding/check-binding.ts'
import { tensorDims, rowLayout } from '../../shared/binding/shapes.ts'
import type { Binding, InputBinding } from '../../shared/domain/binding.ts'
import type { Column } from '../../shared/domain/dataset.ts'
import type { Signature, ValueSpec } from '../../shared/domain/model.ts'
import { bindingFromText, bindingToText } from '../../main/core/binding/binding-text.ts'

const spec = (name: string, dtype: ValueSpec['dtype'], shape: ValueSpec['shape'], kind: ValueSpec['kind'] = 'tensor'): ValueSpec =>
  ({ name, kind, dtype, shape, text: kind === 'tensor' ? `${dtype}[${shape?.map((d) => d ?? '?').join(', ') ?? '?'}]` : 'sequence(map(string, float32))' })

const irisSignature: Signature = { inputs: [spec('X', 'float32', ['N', 4])], outputs: [spec('label', 'int64', ['N']), spec('probabilities', 'float32', ['N', 3])] }
const features = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width']
const irisColumns: Pick<Column, 'name' | 'type'>[] = [...features.map((name) => ({ name, type: 'number' as const })), { name: 'species', type: 'string' }]
const iris: Binding = {
  schema: 'slipway.binding/1', task: 'multiclass-classification',
  inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: features, missing: 'nan' }],
  outputs: [{ output: 'label', role: 'label' }, { output: 'probabilities', role: 'probabilities' }],
  target: { kind: 'column', column: 'species' }, idColumn: null,
  classes: ['setosa', 'versicolor', 'virginica'].map((label, i) => ({ label, output: String(i) })), positiveClass: null, decision: { kind: 'label-output' }, rows: 'lenient',
}
const input = iris.inputs[0]! as Extract<InputBinding, { kind: 'columns' }>
const withInput = (change: Partial<typeof input>): Binding => ({ ...iris, inputs: [{ ...input, ...change }] })
const errors = (binding: Binding, signature = irisSignature, columns: typeof irisColumns | null = irisColumns): string[] =>
  checkBinding(binding, signature, columns).filter((p) => p.severity === 'error').map((p) => p.sentence)

describe('checkBinding', () => {
  it('finds nothing wrong with a binding that fits', () => {
    expect(checkBinding(iris, irisSignature, irisColumns)).toEqual([])
    expect(checkBinding(iris, irisSignature, null)).toEqual([])
  })

  it.each<[string, Binding, RegExp]>([
    ['a missing column is named', withInput({ columns: ['sepal_length', 'sepal_width', 'petal_length', 'stem'] }), /needs the column “stem”, which the data set does not have/],
    ['too few columns', withInput({ columns: features.slice(0, 3) }), /takes 4 values a row, but 3 columns are bound/],
    ['a text column in a number tensor, and the label as input', withInput({ columns: [...features.slice(0, 3), 'species'] }), /“species” holds text/],
    ['the answer fed to the model', withInput({ columns: [...features.slice(0, 3), 'species'] }), /the model would see the answer/],
    ['another element type', withInput({ dtype: 'float64' }), /feeds float64 values, but the input “X” is float32/],
    ['an empty text for a missing number', withInput({ missing: 'empty' }), /cannot become the empty text/],
    ['a text to fill a number with', withInput({ missing: { fill: 'none' } }), /fill value of “X” is a string/],
    ['an input that the model does not have', withInput({ input: 'Y' }), /has no input “Y”/],
    ['nothing bound', { ...iris, inputs: [] }, /Nothing is bound to the input “X”/],
    ['a label column that is not there', { ...iris, target: { kind: 'column', column: 'kind' } }, /no label column “kind”. It has: sepal_length/],
    ['a regression on texts', { ...iris, task: 'regression', classes: [], outputs: [{ output: 'label', role: 'value' }] }, /needs numbers as true answers/],
    ['one class too few', { ...iris, classes: iris.classes.slice(0, 2), task: 'binary-classification', positiveClass: 'setosa' }, /has 3 columns, but 2 classes are bound/],
    ['a class twice', { ...iris, classes: [iris.classes[0]!, iris.classes[0]!, iris.classes[2]!] }, /“setosa” appears twice/],
    ['a role that does not fit the shape', { ...iris, outputs: [{ output: 'probabilities', role: 'label' }] }, /has 3 values a row, but the role label needs one/],
    ['a decision without its output', { ...iris, outputs: [{ output: 'probabilities', role: 'probabilities' }] }, /no output has the role label/],
    ['a threshold for three classes', { ...iris, decision: { kind: 'threshold', threshold: 0.5 } }, /threshold needs a binary classification/],
    ['an id that is an input', { ...iris, idColumn: 'petal_width' }, /id column “petal_width” is also fed/],
    ['a positive class that is none', { ...iris, positiveClass: 'rose' }, /“rose” is not among the classes/],
  ])('refuses %s', (_, binding, sentence) => {
    expect(errors(binding).join('\n')).toMatch(sentence)
  })

  it('says that a map output cannot be read before it is rewritten', () => {
    const signature: Signature = { ...irisSignature, outputs: [spec('label', 'int64', ['N']), spec('probabilities', null, null, 'sequence')] }
    expect(errors(iris, signature).join('\n')).toMatch(/sequence\(map\(string, float32\)\), which the runtime cannot return/)
    const labelOnly: Binding = { ...iris, outputs: [{ output: 'label', role: 'label' }, { output: 'probabilities', role: 'ignored' }] }
    const problems = checkBinding(labelOnly, signature, irisColumns)
    expect(problems.every((p) => p.severity === 'warning')).toBe(true)
    expect(problems.map((p) => p.next).join(' ')).toMatch(/Rewrite the model/)
  })

  it.each<[string, ValueSpec['shape'], RegExp]>([
    ['a dimension of 0', ['N', 0], /there is nothing to map/],
    ['a scalar', [], /is a scalar/],
    ['10^15 elements', [1_000_000_000, 1_000_000], /1,000,000,000,000,000 elements/],
  ])('refuses %s', (_, shape, sentence) => {
    const signature: Signature = { ...irisSignature, inputs: [spec('X', 'float32', shape)] }
    expect(errors(iris, signature).join('\n')).toMatch(sentence)
    expect(errors({ ...iris, inputs: [] }, signature).join('\n')).toMatch(sentence)
  })

  it('checks pictures against the declared shape', () => {
    const signature: Signature = { inputs: [spec('image', 'float32', ['N', 3, 32, 32])], outputs: irisSignature.outputs }
    const image = { width: 32, height: 28, resize: 'stretch' as const, kernel: 'bilinear' as const, shorterSide: null, padValue: 0, color: 'rgb' as const, layout: 'NCHW' as const, scale: 1 / 255, mean: [0.5], std: [0.5, 0, 0.5] }
    const binding: Binding = { ...iris, target: { kind: 'image-class' }, inputs: [{ kind: 'image', input: 'image', dtype: 'float32', image }] }
    const found = errors(binding, signature, [{ name: 'file', type: 'image' }]).join('\n')
    expect(found).toMatch(/\[3, 28, 32\] per row, but the input “image” is declared as float32\[N, 3, 32, 32\]/)
    expect(found).toMatch(/mean has 1 values, but the picture has 3 channels/)
    expect(found).toMatch(/divide by zero/)
  })
})

describe('shapes', () => {
  it.each<[ValueSpec['shape'], number, readonly number[] | null]>([
    [['N', 4], 4, [7, 4]], [['N', 4], 3, null], [['N'], 1, [7]], [['N'], 2, null], [['N', 1], 1, [7, 1]], [['N', 'k'], 5, [7, 5]], [['N', 1, 'k'], 6, [7, 1, 6]], [['N', 2, 3], 6, [7, 2, 3]], [null, 3, [7, 3]],
  ])('%j with %i values a row', (shape, width, dims) => {
    expect(tensorDims(rowLayout({ shape })!, 7, width)).toEqual(dims)
  })
})

describe('the text of a binding', () => {
  const awkward: Binding = {
    ...iris, idColumn: 'yes', classes: [{ label: '0', output: 'no' }, { label: '1e3', output: '' }, { label: '<=50K: "x"\n#', output: 'null' }],
    inputs: [{ ...input, missing: { fill: -1.5e-300 } }, { kind: 'constant', input: 'c', dtype: 'int64', value: 9_007_199_254_740_991 }, { kind: 'constant', input: 's', dtype: 'string', value: '~' }],
    decision: { kind: 'threshold', threshold: 0.1 },
  }
  it.each(['yaml', 'json'] as const)('%s comes back as the same binding, and always as the same text', (format) => {
    for (const binding of [iris, awkward]) {
      const text = bindingToText(binding, format)
      expect(bindingFromText(text)).toEqual(binding)
      expect(bindingToText(bindingFromText(text), format)).toBe(text)
    }
  })

  it('takes class names that a person wrote as numbers', () => {
    const text = bindingToText(awkward, 'yaml').replace('label: "0"', 'label: 0')
    expect(text).toContain('label: 0\n')
    expect(bindingFromText(text).classes[0]!.label).toBe('0')
  })

  it.each([
    ['not YAML', 'a: [1, 2', /line \d+:/], ['a list', '- 1', /no binding document/], ['nothing', '', /no binding document/],
    ['a missing field', bindingToText(iris, 'yaml').replace(/^task:.*\n/m, ''), /“task” is missing; it must be one of binary-classification, /], ['another schema', bindingToText(iris, 'yaml').replace('slipway.binding/1', 'slipway.binding/9'), /“schema” is “slipway\.binding\/9”, but must be “slipway\.binding\/1”/],
    ['an alias', `x: &a [1]\ny: *a\n${bindingToText(iris, 'yaml')}`, /aliases|Alias/i], ['a key twice', `${bindingToText(iris, 'yaml')}rows: strict\n`, /line \d+: a field is there twice/],
  ])('refuses %s with its place', (_, text, reason) => {
    expect(() => bindingFromText(text)).toThrow(reason)
  })
})
