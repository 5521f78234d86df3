// Whatever is edited, the binding stays a valid binding; every guess and problem stands beside the part that it is about.
import { afterEach, describe, expect, it } from 'vitest'
import { useState, type ReactNode } from 'react'
import { Binding } from '../../shared/domain/binding.ts'
import type { Signature } from '../../shared/domain/model.ts'
import { BindingEditor } from '../../renderer/ui/binding/binding-editor.tsx'
import { splitShared } from '../../renderer/ui/binding/shared-notes.tsx'
import { constantOf, moved, numbersOf, withClasses, withKind } from '../../renderer/ui/binding/edit-binding.ts'
import { rolesOf, tasks, withTask } from '../../renderer/ui/binding/edit-task.ts'
import { allByRole, byRole, click, fill, mount, type Mounted } from './mount.tsx'

const start: Binding = Binding.parse({
  schema: 'slipway.binding/1', task: 'binary-classification',
  inputs: [{ kind: 'columns', input: 'X', dtype: 'float32', columns: ['age', 'hours'], missing: 'nan' }, { kind: 'column', input: 'country', dtype: 'string', column: 'country', missing: 'empty' }],
  outputs: [{ output: 'label', role: 'label' }, { output: 'p', role: 'probabilities' }],
  target: { kind: 'column', column: 'income' }, idColumn: null, classes: [{ label: '<=50K', output: '0' }, { label: '>50K', output: '1' }], positiveClass: '>50K', decision: { kind: 'label-output' }, rows: 'lenient',
})
const signature: Signature = {
  inputs: [{ name: 'X', kind: 'tensor', dtype: 'float32', shape: ['N', 2], text: 'float32[N, 2]' }, { name: 'country', kind: 'tensor', dtype: 'string', shape: ['N', 1], text: 'string[N, 1]' }],
  outputs: [{ name: 'label', kind: 'tensor', dtype: 'int64', shape: ['N'], text: 'int64[N]' }, { name: 'p', kind: 'tensor', dtype: 'float32', shape: ['N', 2], text: 'float32[N, 2]' }],
}
const columns = ['age', 'hours', 'country', 'income']

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

let last: Binding = start
function Editor(): ReactNode {
  const [binding, setBinding] = useState(start)
  last = binding
  return (
    <BindingEditor
      binding={binding} signature={signature} columns={columns} onChange={setBinding}
      guesses={[{ about: 'inputs.X', value: 'age, hours', confidence: 'likely', reason: 'Two number columns, two places.' }]}
      problems={[{ about: 'outputs.p', severity: 'error', sentence: 'The output has three columns.', next: 'Name three classes.' }]}
    />
  )
}

describe('BindingEditor', () => {
  it('shows a reason and a problem inside the part that they are about', async () => {
    mounted = await mount(<Editor />)
    expect(byRole('group', 'Input X').textContent).toContain('Two number columns, two places.')
    expect(byRole('group', 'Input country').textContent).not.toContain('Two number columns')
    expect(byRole('group', 'Output p').textContent).toContain('The output has three columns. Name three classes.')
  })

  it('stays valid through edits of every part', async () => {
    mounted = await mount(<Editor />)
    await fill(byRole('combobox', 'country is fed by'), 'constant')
    expect(Binding.parse(last).inputs[1]).toEqual({ kind: 'constant', input: 'country', dtype: 'string', value: '' })
    await fill(byRole('combobox', 'Missing cells of X'), 'fill')
    expect(Binding.parse(last).inputs[0]).toMatchObject({ missing: { fill: 0 } })
    await fill(byRole('combobox', 'label holds'), 'ignored')
    await fill(byRole('combobox', 'Predicted class'), 'threshold')
    await fill(byRole('textbox', 'Threshold'), '1.5')
    expect(Binding.parse(last).decision).toEqual({ kind: 'threshold', threshold: 0.5 })
    await fill(byRole('textbox', 'Threshold'), '0.35')
    expect(Binding.parse(last).decision).toEqual({ kind: 'threshold', threshold: 0.35 })
    await fill(byRole('textbox', 'Class 1 in the data'), 'rich')
    expect(Binding.parse(last)).toMatchObject({ positiveClass: 'rich', classes: [{ label: '<=50K' }, { label: 'rich', output: '1' }] })
    await fill(byRole('combobox', 'True answers'), '')
    await fill(byRole('combobox', 'Row policy'), 'strict')
    expect(Binding.parse(last)).toMatchObject({ target: null, rows: 'strict' })
    await fill(byRole('combobox', 'Task'), 'regression')
    expect(Binding.parse(last)).toMatchObject({ task: 'regression', classes: [], positiveClass: null })
    expect(allByRole('group', 'Classes and decision')).toHaveLength(0)
  })

  it('changes the order of the columns only when it is confirmed', async () => {
    mounted = await mount(<Editor />)
    await click(byRole('button', 'Edit columns…'))
    await click(byRole('button', 'Move hours up'))
    expect(last.inputs[0]).toMatchObject({ columns: ['age', 'hours'] })
    await click(byRole('button', 'Use these 2 columns'))
    expect(Binding.parse(last).inputs[0]).toMatchObject({ columns: ['hours', 'age'] })
  })
})

describe('bindings of several labels, boxes and masks', () => {
  let binding: Binding = start
  function Held({ from }: { readonly from: Binding }): ReactNode {
    const [held, setHeld] = useState(from)
    binding = held
    return <BindingEditor binding={held} signature={signature} columns={columns} guesses={[]} problems={[]} onChange={setHeld} />
  }
  const options = (name: string): (string | null)[] => [...byRole('combobox', name).querySelectorAll('option')].map((o) => o.textContent)

  it('several labels: a column each, or a list with its separator, and one threshold', async () => {
    mounted = await mount(<Held from={{ ...withTask(start, 'multilabel-classification'), classes: ['age', 'hours'].map((label, i) => ({ label, output: String(i) })) }} />)
    expect(options('Predicted labels')).toEqual(['every label from a threshold on'])
    expect(options('p holds')).toEqual(['probability of each label', 'logit of each label', 'not used', 'all probabilities'])
    await fill(byRole('textbox', 'Between the labels'), ';')
    await fill(byRole('combobox', 'Column of the lists'), 'country')
    expect(Binding.parse(binding).target).toEqual({ kind: 'label-list', column: 'country', separator: ';' })
    await fill(byRole('combobox', 'True answers'), 'label-columns')
    expect(Binding.parse(binding).target).toEqual({ kind: 'label-columns', columns: ['age', 'hours'] })
    await fill(byRole('textbox', 'Threshold'), '0.3')
    expect(Binding.parse(binding).decision).toEqual({ kind: 'threshold', threshold: 0.3 })
  })

  it('boxes: how they are read, and which count', async () => {
    mounted = await mount(<Held from={withTask(start, 'object-detection')} />)
    await fill(byRole('combobox', 'Numbers of a box'), 'cxcywh')
    await fill(byRole('combobox', 'Overlapping boxes'), 'dropped')
    await fill(byRole('textbox', 'Overlap from IoU'), '0.6')
    await fill(byRole('textbox', 'Score'), '0.25')
    await fill(byRole('combobox', 'p holds'), 'yolo')
    await fill(byRole('combobox', 'Boxes lie along'), 'middle')
    await click(byRole('checkbox', 'An objectness score follows the four numbers'))
    expect(Binding.parse(binding)).toMatchObject({ outputs: [{}, { role: 'yolo' }], decision: { kind: 'threshold', threshold: 0.25 }, detection: { order: 'cxcywh', cells: 'middle', objectness: true, suppression: { iou: 0.6, perClass: true } } })
    expect(options('True answers')).toEqual(['none: predict only', 'the picture’s boxes'])
  })

  it('masks: the role of the output, and a threshold for two classes', async () => {
    mounted = await mount(<Held from={withTask(start, 'semantic-segmentation')} />)
    await fill(byRole('combobox', 'p holds'), 'pixel-probability')
    await fill(byRole('combobox', 'Predicted class'), 'threshold')
    await fill(byRole('combobox', 'True answers'), '')
    expect(Binding.parse(binding)).toMatchObject({ outputs: [{}, { role: 'pixel-probability' }], target: null, decision: { kind: 'threshold', threshold: 0.5 } })
  })
})

describe('inputs that nothing feeds', () => {
  it('stand in the editor with their problem, and can be fed', async () => {
    const unfed: Signature = { ...signature, inputs: [...signature.inputs, { name: 'extra', kind: 'tensor', dtype: 'int64', shape: ['N', 1], text: 'int64[N, 1]' }] }
    let fed: Binding = start
    const problems = [{ about: 'inputs.extra', severity: 'error' as const, sentence: 'Nothing is bound to the input “extra”.', next: 'Bind it.' }]
    mounted = await mount(<BindingEditor binding={start} signature={unfed} columns={columns} guesses={[]} problems={problems} onChange={(next) => { fed = next }} />)
    expect(byRole('group', 'Input extra').textContent).toContain('Nothing is bound to the input “extra”. Bind it.')
    await fill(byRole('combobox', 'extra is fed by'), 'constant')
    expect(Binding.parse(fed).inputs.at(-1)).toEqual({ kind: 'constant', input: 'extra', dtype: 'int64', value: 0 })
  })
})

describe('guesses that inputs share', () => {
  const guess = (input: string, reason: string, part = '') => ({ about: `inputs.${input}${part}`, value: part === '' ? input : 'nan', confidence: 'likely' as const, reason })

  it('are said once when at least three inputs share them word for word', () => {
    const shared = ['a', 'b', 'c'].flatMap((name) => [guess(name, 'Same name.'), guess(name, 'Trees take NaN.', '.missing')])
    const own = guess('d', 'Another reason.')
    const split = splitShared([...shared, own], ['a', 'b', 'c', 'd'])
    expect(split.common.map((c) => [c.part, c.inputs])).toEqual([['', ['a', 'b', 'c']], ['missing', ['a', 'b', 'c']]])
    expect(split.own).toEqual([own])
    expect(splitShared(shared.slice(0, 4), ['a', 'b', 'c']).common).toEqual([])
  })

  it('find the input of a guess when names hold dots', () => {
    const guesses = ['x', 'x.y', 'x.y.z'].map((name) => guess(name, 'Same name.'))
    expect(splitShared(guesses, ['x', 'x.y', 'x.y.z']).common[0]?.inputs).toEqual(['x', 'x.y', 'x.y.z'])
  })
})

describe('edits as values', () => {
  it('feeds the same input another way and stays valid', () => {
    const [x, country] = start.inputs
    if (x === undefined || country === undefined) throw new Error('the start has two inputs')
    for (const kind of ['columns', 'column', 'image', 'constant'] as const) {
      for (const input of [x, country]) expect(Binding.parse(withKind(start, input, kind, columns, signature.inputs[0])).inputs.find((i) => i.input === input.input)?.kind).toBe(kind)
    }
  })

  it('reads the size and the layout of pictures from the shape', () => {
    const spec = { name: 'X', kind: 'tensor', dtype: 'float32', shape: ['N', 28, 32, 1], text: '' } as const
    const [x] = start.inputs
    if (x === undefined) throw new Error('the start has an input')
    expect(withKind(start, x, 'image', [], { ...spec, shape: [...spec.shape] }).inputs[0]).toMatchObject({ image: { height: 28, width: 32, layout: 'NHWC', color: 'grayscale', mean: [0], std: [1] } })
    expect(withKind(start, x, 'image', [], { ...spec, shape: ['N', 3, 224, 200] }).inputs[0]).toMatchObject({ image: { height: 224, width: 200, layout: 'NCHW', color: 'rgb' } })
  })

  it('changes the task into every other one: what each needs is there, what it cannot use is gone', () => {
    const wanted: Readonly<Record<string, Partial<Binding>>> = {
      'binary-classification': { target: { kind: 'column', column: 'income' }, positiveClass: '>50K' }, 'multiclass-classification': { target: { kind: 'column', column: 'income' }, positiveClass: null },
      'multilabel-classification': { target: { kind: 'label-list', column: 'income', separator: '|' }, decision: { kind: 'threshold', threshold: 0.5 } }, regression: { target: { kind: 'column', column: 'income' }, classes: [] },
      'object-detection': { target: { kind: 'boxes' }, decision: { kind: 'threshold', threshold: 0.5 } }, 'semantic-segmentation': { target: { kind: 'masks' }, decision: { kind: 'argmax' } },
    }
    for (const from of tasks) {
      for (const to of tasks) {
        const next = Binding.parse(withTask(withTask(start, from), to))
        expect(next.detection !== undefined, `${from} to ${to}`).toBe(to === 'object-detection')
        expect(rolesOf[to].length).toBeGreaterThan(0)
        if (from === 'binary-classification') expect(next, `${from} to ${to}`).toMatchObject(wanted[to] ?? {})
      }
    }
  })

  it('keeps a positive class among the classes', () => {
    expect(withClasses(start, [{ label: 'a', output: '0' }, { label: 'b', output: '1' }]).positiveClass).toBe('b')
    expect(withTask(start, 'multiclass-classification').positiveClass).toBeNull()
    expect(withTask(withTask(start, 'multiclass-classification'), 'binary-classification').positiveClass).toBe('>50K')
  })

  it('reads constants, lists and moves as written', () => {
    expect([constantOf('int64', '3'), constantOf('int64', '3.5'), constantOf('float32', '3.5'), constantOf('bool', 'true'), constantOf('bool', 'yes'), constantOf('string', ''), constantOf('float32', '')]).toEqual([3, null, 3.5, true, null, '', null])
    expect(numbersOf('0.485, 0.456; 0.406')).toEqual([0.485, 0.456, 0.406])
    expect(numbersOf('0.1, x')).toBeNull()
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  })
})
