// Proposals against the fixtures' own description of their models: nothing is given but the label column's name, or not even that.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Binding, InputBinding, Proposal } from '../../shared/domain/binding.ts'
import { fixture } from '../setup/fixtures.ts'
import { model as onnxModel, node, tensorValue } from '../setup/onnx-builder.ts'
import { profileFixture, proposeFor, readFixtureModel, temporary } from './evaluate-case.ts'

interface CaseInput { readonly column?: string; readonly columns?: string[]; readonly missing?: string; readonly preprocessing?: { mean?: number[]; std?: number[]; layout: string } }
interface CaseFile {
  readonly classes?: string[]; readonly positive_class?: string
  readonly datasets: { id: string; file: string; target?: string; id_column?: string }[]
  readonly models: { id: string; file: string; inputs: Record<string, CaseInput>; outputs: Record<string, { role: string; class_map?: Record<string, string> }> }[]
}
const caseFile = (folder: string): CaseFile => JSON.parse(readFileSync(fixture(`${folder}/case.json`), 'utf8')) as CaseFile

const propose = (model: string, data: string, target: string | null): Promise<Proposal> =>
  temporary(async (folder) => proposeFor(await readFixtureModel(model, folder), await profileFixture(data), target))

const inputOf = (binding: Binding, name: string): InputBinding => binding.inputs.find((i) => i.input === name)!
const fatal = (p: Proposal): string[] => p.problems.filter((x) => x.severity === 'error').map((x) => x.sentence)

const pairs = (['iris:iris', 'iris:iris-test', 'adult-income:test', 'adult-income:test-messy', 'adult-income:test-drifted', 'diabetes:test', 'diabetes:test-tsv', 'diabetes:test-json', 'diabetes:test-jsonl', 'abalone:test', 'abalone:test-drifted'] as const).flatMap((pair) => {
  const [folder, id] = pair.split(':') as [string, string]
  const file = caseFile(folder)
  const data = file.datasets.find((d) => d.id === id)!
  return file.models.filter((m) => !m.id.startsWith('ms-')).map((m) => ({ name: `${folder} ${m.id} on ${id}`, folder, model: m, data, file }))
})

describe('tables', () => {
  it('covers every table model', () => { expect(pairs.length).toBeGreaterThanOrEqual(27) })

  it.each(pairs)('$name', async ({ folder, model, data, file }) => {
    const proposal = await propose(`${folder}/${model.file}`, `${folder}/${data.file}`, data.target!)
    const { binding } = proposal
    expect(fatal(proposal)).toEqual([])
    expect(binding.target).toEqual({ kind: 'column', column: data.target })
    expect(binding.idColumn).toBe(data.id_column ?? null)
    for (const [name, input] of Object.entries(model.inputs)) {
      const bound = inputOf(binding, name)
      if (input.columns !== undefined) expect(bound).toMatchObject({ kind: 'columns', columns: input.columns })
      else expect(bound).toMatchObject({ kind: 'column', column: input.column })
      if (input.missing !== undefined) expect(bound).toMatchObject({ missing: input.missing === 'NaN' ? 'nan' : 'empty' })
    }
    for (const [name, output] of Object.entries(model.outputs)) expect(binding.outputs).toContainEqual({ output: name, role: output.role })
    expect(binding.classes.map((c) => c.label)).toEqual(file.classes ?? [])
    const map = Object.values(model.outputs).find((o) => o.class_map !== undefined)?.class_map
    for (const [output, label] of Object.entries(map ?? {})) expect(binding.classes).toContainEqual({ label, output })
    expect(binding.positiveClass).toBe(file.positive_class ?? null)
    const guessed = new Set(proposal.guesses.map((g) => g.about))
    for (const about of ['task', 'target', ...binding.inputs.map((i) => `inputs.${i.input}`), ...binding.outputs.map((o) => `outputs.${o.output}`)]) expect(guessed, about).toContain(about)
    for (const g of proposal.guesses) expect(g.reason).toMatch(/^[A-Z].*\.$/)
  })

  it.each([
    ['iris/models/iris-forest.onnx', 'iris/data/iris.csv', 'species'], ['iris/models/iris-logreg-tensor.onnx', 'iris/data/iris.csv', 'species'],
    ['adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test.csv', 'income'], ['abalone/models/abalone-v1-linear.onnx', 'abalone/data/test.csv', 'rings'], ['diabetes/models/diabetes-v1-ridge.onnx', 'diabetes/data/test.csv', 'progression'],
  ])('%s finds the label column of %s by itself', async (model, data, target) => {
    const proposal = await propose(model, data, null)
    expect(proposal.binding.target).toEqual({ kind: 'column', column: target })
    expect(proposal.guesses.find((g) => g.about === 'target')!.confidence).not.toBe('certain')
  })

  it('a label column that does not exist is an error that lists the columns', async () => {
    await expect(propose('iris/models/iris-forest.onnx', 'iris/data/iris.csv', 'kind')).rejects.toMatchObject({ code: 'dataset.labelMissing' })
  })

  it('a missing feature column is named', async () => {
    const proposal = await propose('adult-income/models/income-v1-logreg.onnx', 'adult-income/data/test-missing-column.csv', 'income')
    expect(fatal(proposal).join('\n')).toContain('native_country')
  })

  it('a declared shape of [3, 2] is respected, and the two columns are called a guess', async () => {
    const proposal = await propose('iris/models/ms-logreg_iris.onnx', 'iris/data/iris-int-labels.csv', 'class_id')
    expect(inputOf(proposal.binding, 'float_input')).toMatchObject({ kind: 'columns', columns: ['sepal_length', 'sepal_width'] })
    expect(proposal.guesses.find((g) => g.about === 'inputs.float_input')!.confidence).toBe('guess')
    expect(proposal.binding.classes).toEqual(['0', '1', '2'].map((label) => ({ label, output: label })))
  })
})

describe('pictures', () => {
  const file = caseFile('mnist')
  it.each(file.models.map((m) => ({ name: m.id, model: m })))('mnist $name', async ({ model }) => {
    const proposal = await propose(`mnist/${model.file}`, 'mnist/images/test', null)
    expect(fatal(proposal)).toEqual([])
    const [[name, input]] = Object.entries(model.inputs) as [[string, CaseInput]]
    const bound = inputOf(proposal.binding, name) as Extract<InputBinding, { kind: 'image' }>
    expect(bound.image).toMatchObject({ width: 28, height: 28, color: 'grayscale', scale: 1 / 255, mean: input.preprocessing!.mean ?? [0], std: input.preprocessing!.std ?? [1], layout: input.preprocessing!.layout.startsWith('flat') ? 'flat' : 'NCHW' })
    expect(proposal.binding.classes.map((c) => c.label)).toEqual(file.classes)
    for (const [output, { role }] of Object.entries(model.outputs)) expect(proposal.binding.outputs).toContainEqual({ output, role })
    const how = proposal.guesses.find((g) => g.about === `inputs.${name}.normalisation`)!
    expect(how.confidence).toBe(input.preprocessing!.mean === undefined ? 'guess' : 'likely')
  })
})

describe('models that nothing can be mapped to', () => {
  it.each([
    ['zero-dim', /nothing to map/], ['scalar-input', /scalar/], ['huge-declared-shape', /1,000,000,000,000,000 elements/],
  ])('%s: says so and proposes no input', async (name, sentence) => {
    const proposal = await propose(`malformed/models/${name}.onnx`, 'iris/data/iris.csv', 'species')
    expect(fatal(proposal).join('\n')).toMatch(sentence)
    expect(proposal.binding.inputs).toEqual([])
  })

  it.each(['no-shape', 'dynamic-everything', 'hostile-names', 'opset7'])('%s: is proposed for without a crash', async (name) => {
    const proposal = await propose(`malformed/models/${name}.onnx`, 'iris/data/iris.csv', 'species')
    expect(proposal.guesses.length).toBeGreaterThan(1)
  })
})

/** y = x, [N, width]: whatever the columns hold comes out as scores. */
const identityModel = (width: number): Uint8Array =>
  onnxModel({ nodes: [node('Identity', ['x'], ['y'])], inputs: [tensorValue('x', 'float32', ['N', width])], outputs: [tensorValue('y', 'float32', ['N', width])] })

describe('classes that the profile does not list in full', () => {
  it('twelve numbered classes are paired in order, and checked by the probe run', async () => {
    await temporary(async (folder) => {
      const path = join(folder, 'twelve.csv')
      const names = Array.from({ length: 12 }, (_, i) => `kind-${String.fromCharCode(97 + i)}`)
      // Row r belongs to class r mod 12 and lights feature r mod 12, so the largest score of an identity model is its class.
      const rows = Array.from({ length: 240 }, (_, r) => [...names.map((_, c) => (c === r % 12 ? 5 : c / 100)), names[r % 12]].join(','))
      await writeFile(path, [[...names.map((_, c) => `f${c}`), 'kind'].join(','), ...rows].join('\n'))
      const model = join(folder, 'identity.onnx')
      await writeFile(model, identityModel(12))
      const source = await readFixtureModel(model, folder)
      const proposal = await proposeFor(source, await profileFixture(path), 'kind')
      expect(fatal(proposal)).toEqual([])
      expect(proposal.binding.classes).toEqual(names.map((label, i) => ({ label, output: String(i) })))
      expect(proposal.binding.outputs).toEqual([{ output: 'y', role: 'logits' }])
      expect(proposal.guesses.find((g) => g.about === 'classes')!.reason).toContain('100 % of 240 rows')
    })
  })

  it('a class order that a probe run plainly contradicts is corrected, and called a guess', async () => {
    await temporary(async (folder) => {
      const path = join(folder, 'reversed.csv')
      // Sorted labels are late, soon; the model's first column means soon.
      const rows = Array.from({ length: 60 }, (_, r) => (r % 2 === 0 ? '9,0.5,soon' : '0.25,9,late'))
      await writeFile(path, ['a,b,when', ...rows].join('\n'))
      const model = join(folder, 'identity.onnx')
      await writeFile(model, identityModel(2))
      const proposal = await proposeFor(await readFixtureModel(model, folder), await profileFixture(path), 'when')
      expect(proposal.binding.classes.map((c) => c.label)).toEqual(['soon', 'late'])
      expect(proposal.guesses.find((g) => g.about === 'classes')!.confidence).toBe('guess')
      expect(proposal.problems.map((p) => p.sentence).join(' ')).toContain('agrees with only 0 % of the true labels')
    })
  })
})
