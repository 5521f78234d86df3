// Signature and summary of the fixture models agree with an independent reader (Python's onnx) and with each case.json.
import { readFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { fixture } from '../setup/fixtures.ts'
import { inFolder, taskContext } from '../setup/onnx-context.ts'

interface ValueFacts { readonly name: string; readonly kind: string; readonly dtype?: string; readonly shape?: readonly (number | string | null)[] | null }
interface Facts {
  readonly irVersion: number; readonly opsets: Readonly<Record<string, number>>; readonly producerName: string; readonly producerVersion: string; readonly graphName: string; readonly domain: string
  readonly modelVersion: string; readonly description: string; readonly metadata: Readonly<Record<string, string>>; readonly operators: Readonly<Record<string, number>>; readonly nodeCount: number
  readonly subgraphNodeCount: number; readonly initializerCount: number; readonly parameterCount: number; readonly parameterBytes: number; readonly inputs: readonly ValueFacts[]; readonly outputs: readonly ValueFacts[]
}

const facts = (JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures-facts/onnx-facts.json'), 'utf8')) as { models: Record<string, Facts> }).models

const read = (file: string): ReturnType<typeof readModel> => inFolder((staging) => readModel({ path: fixture(file), staging }, taskContext()))

test.each(Object.entries(facts))('%s is described as Python’s onnx describes it', async (file, expected) => {
  const { graph, signature } = await read(file)
  const asFacts = (v: (typeof signature.inputs)[number]): ValueFacts => (v.kind === 'tensor' ? { name: v.name, kind: v.kind, dtype: v.dtype ?? '', shape: v.shape } : { name: v.name, kind: v.kind })
  expect({
    irVersion: graph.irVersion, opsets: Object.fromEntries(graph.opsets.map((o) => [o.domain, o.version])), producerName: graph.producerName, producerVersion: graph.producerVersion, graphName: graph.graphName,
    domain: graph.domain, modelVersion: graph.modelVersion, description: graph.description, metadata: Object.fromEntries(graph.metadata.map((m) => [m.key, m.value])),
    operators: Object.fromEntries(graph.operators.map((o) => [`${o.domain}:${o.type}`, o.count])), nodeCount: graph.nodeCount, subgraphNodeCount: graph.subgraphNodeCount, initializerCount: graph.initializerCount,
    parameterCount: graph.parameterCount, parameterBytes: graph.parameterBytes, inputs: signature.inputs.map(asFacts), outputs: signature.outputs.map(asFacts),
  }).toEqual(expected)
})

interface Case {
  readonly classes?: readonly string[]
  readonly models: readonly {
    readonly file: string
    readonly inputs: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly (number | string)[] }>>
    readonly outputs: Readonly<Record<string, { readonly role: string; readonly dtype?: string; readonly class_map?: Readonly<Record<string, string>> }>>
  }[]
}

describe.each(['iris', 'adult-income', 'diabetes', 'abalone', 'mnist'])('%s', (name) => {
  const spec = JSON.parse(readFileSync(fixture(`${name}/case.json`), 'utf8')) as Case
  test.each(spec.models)('$file has the inputs and outputs of case.json', async (model) => {
    const { signature } = await read(`${name}/${model.file}`)
    expect(Object.fromEntries(signature.inputs.map((i) => [i.name, { dtype: i.dtype }]))).toEqual(Object.fromEntries(Object.entries(model.inputs).map(([n, i]) => [n, { dtype: i.dtype }])))
    for (const input of signature.inputs) {
      const declared = model.inputs[input.name]?.shape ?? []
      // Case files call every open dimension N.
      expect(input.shape?.map((d) => (typeof d === 'number' ? d : 'N'))).toEqual(declared.map((d) => (typeof d === 'number' ? d : 'N')))
    }
    expect(signature.outputs.map((o) => o.name).sort()).toEqual(expect.arrayContaining(Object.keys(model.outputs).sort()))
    for (const output of signature.outputs) {
      const declared = model.outputs[output.name]?.dtype
      if (declared !== undefined) expect(output.kind === 'tensor' ? output.dtype : output.text).toBe(declared)
    }
  })
})

describe('class labels', () => {
  test.each([
    ['iris/models/iris-logreg-zipmap.onnx', ['setosa', 'versicolor', 'virginica']],
    ['iris/models/iris-forest.onnx', ['setosa', 'versicolor', 'virginica']],
    ['iris/models/iris-logreg-tensor.onnx', ['0', '1', '2']],
    ['iris/models/ms-logreg_iris.onnx', ['0', '1', '2']],
    ['adult-income/models/income-v1-logreg.onnx', ['<=50K', '>50K']],
    ['adult-income/models/income-v2-gboost.onnx', ['0', '1']],
    ['mnist/models/mnist-cnn-v1-float32.onnx', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']],
    ['diabetes/models/diabetes-v1-ridge.onnx', null],
  ])('%s', async (file, labels) => {
    expect((await read(file)).graph.classLabels).toEqual(labels)
  })
})

describe('vocabularies', () => {
  test.each(['abalone/models/abalone-v1-linear.onnx', 'abalone/models/abalone-v2-gboost.onnx'])('%s knows the sexes of the data', async (file) => {
    expect((await read(file)).graph.vocabularies).toEqual([{ input: 'sex', values: ['F', 'I', 'M'] }])
  })
  test.each(['income-v1-logreg.onnx', 'income-v2-gboost.onnx', 'income-v3-label-disagrees.onnx'])('%s knows every value of the training data, input by input', async (file) => {
    const { graph, signature } = await read(`adult-income/models/${file}`)
    expect(graph.vocabularies.map((v) => v.input)).toEqual(signature.inputs.filter((i) => i.dtype === 'string').map((i) => i.name))
    const [header, ...lines] = (await readFile(fixture('adult-income/data/train.csv'), 'utf8')).trim().split('\n').map((l) => l.split(','))
    for (const v of graph.vocabularies) {
      const column = header?.indexOf(v.input) ?? -1
      const inData = [...new Set(lines.map((l) => l[column] ?? ''))].filter((x) => x !== '')
      expect(v.values.filter((x) => x !== '').sort()).toEqual(inData.sort())
    }
  })
})

test('needsRewrite is said of ZipMap models only, with the labels of the ZipMap', async () => {
  const zipMap = await read('iris/models/iris-logreg-zipmap.onnx')
  expect(zipMap.needsRewrite).toBe(true)
  expect(zipMap.graph.zipMaps).toEqual([{ output: 'output_probability', input: 'probability_tensor', labelType: 'string', labels: ['setosa', 'versicolor', 'virginica'] }])
  expect(zipMap.signature.outputs[1]?.text).toBe('sequence(map(string, float32))')
  expect((await read('iris/models/iris-logreg-tensor.onnx')).needsRewrite).toBe(false)
})
