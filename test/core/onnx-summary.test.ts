// What a graph says about itself: types, operators, parameters, class labels, vocabularies; and the runtime's refusals in plain words.
import { describe, expect, test } from 'vitest'
import { plainReason } from '../../main/core/onnx/load-proof.ts'
import { metadataLabels } from '../../main/core/onnx/metadata-labels.ts'
import {
  attributeFloats, attributeGraph, attributeInts, attributeStrings, attributeTensor, field, graph, initializer, join as joinBytes, localFunction, model, type ModelParts, node, number, optionalTensor, sequenceOfMaps, tensorValue,
} from '../setup/onnx-builder.ts'
import { floats, identity, integers, product, read, refused } from '../setup/onnx-reading.ts'

describe('what the graph says', () => {
  test('types in words: sequences of maps, optionals, unknown ranks, open and negative sizes', async () => {
    const got = await read(identity({
      inputs: [tensorValue('x', 'float32', ['N', 2]), optionalTensor('o', 'int64', [null, 3])],
      outputs: [tensorValue('y', 'float32', null)],
    }))
    expect(got.signature.inputs.map((i) => [i.kind, i.text])).toEqual([['tensor', 'float32[N, 2]'], ['optional', 'optional(int64[?, 3])']])
    expect(got.signature.outputs[0]).toMatchObject({ kind: 'tensor', dtype: 'float32', shape: null })
    expect(sequenceOfMaps('m', 'int64').name).toBe('m')
  })

  test('operators and nodes are counted in bodies and functions too, parameters in bodies too', async () => {
    const body = graph({ nodes: [node('Relu', ['x'], ['a']), node('Add', ['a', 'B'], ['h'])], initializers: [initializer('B', 'float32', [2], floats(1, 2))], inputs: [], outputs: [tensorValue('h', 'float32', null)] })
    const other = graph({ nodes: [node('Relu', ['x'], ['h2'])], inputs: [], outputs: [tensorValue('h2', 'float32', null)] })
    const got = await read(model({
      nodes: [node('If', ['c'], ['i'], [attributeGraph('then_branch', body), attributeGraph('else_branch', other)]), node('f', ['i'], ['y'], [], 'own')],
      inputs: [tensorValue('c', 'bool', []), tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', null)], opsets: [['', 13], ['own', 1]],
      functions: [localFunction('own', 'f', ['a'], ['b'], [node('Neg', ['a'], ['n']), node('Neg', ['n'], ['b'])])],
    }))
    expect(got.graph).toMatchObject({ nodeCount: 2, subgraphNodeCount: 5, functionCount: 1, initializerCount: 1, parameterCount: 2, parameterBytes: 8 })
    expect(got.graph.operators).toEqual([
      { domain: '', type: 'Neg', count: 2 }, { domain: '', type: 'Relu', count: 2 }, { domain: '', type: 'Add', count: 1 }, { domain: '', type: 'If', count: 1 }, { domain: 'own', type: 'f', count: 1 },
    ])
  })

  test('weights in Constant nodes count, shapes there do not', async () => {
    const got = await read(identity({
      nodes: [node('Constant', [], ['W'], [attributeTensor('value', initializer('', 'float32', [2, 3], floats(1, 2, 3, 4, 5, 6)))]), node('Constant', [], ['s'], [attributeTensor('value', initializer('', 'int64', [2], integers(-1n, 3n)))]),
        node('MatMul', ['x', 'W'], ['z']), node('Reshape', ['z', 's'], ['y'])],
      outputs: [tensorValue('y', 'float32', ['N', 3])],
    }))
    expect(got.graph).toMatchObject({ initializerCount: 0, parameterCount: 6, parameterBytes: 24 })
  })

  test('a sparse initialiser counts the values that it stores', async () => {
    const sparse = joinBytes(field(1, initializer('W', 'float32', [2], floats(5, 7))), field(2, initializer('', 'int64', [2], integers(1n, 3n))), number(3, 2), number(3, 3))
    const got = await read(model({ nodes: [node('MatMul', ['x', 'W'], ['y'])], sparse: [sparse], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 3])] }))
    expect(got.graph).toMatchObject({ initializerCount: 1, parameterCount: 2, parameterBytes: 8 + 16 })
    expect(got.signature.inputs.map((i) => i.name)).toEqual(['x'])
  })

  const classifier = (more: Partial<ModelParts>, domainNodes: readonly Uint8Array[]): Uint8Array => model({
    nodes: domainNodes, inputs: [tensorValue('x', 'float32', ['N', 1])], outputs: [tensorValue('label', 'string', ['N'])], opsets: [['', 13], ['ai.onnx.ml', 2]], ...more,
  })
  const linear = node('LinearClassifier', ['x'], ['l', 's'], [attributeFloats('coefficients', [1, 2, 3]), attributeFloats('intercepts', [0, 0, 0]), attributeInts('classlabels_ints', [0, 1, 2])], 'ai.onnx.ml')

  test('labels of a final LabelEncoder stand for the codes of the classifier, in the order of the codes', async () => {
    const encoder = node('LabelEncoder', ['l'], ['label'], [attributeInts('keys_int64s', [2, 0, 1]), attributeStrings('values_strings', ['c', 'a', 'b'])], 'ai.onnx.ml')
    expect((await read(classifier({}, [linear, encoder]))).graph.classLabels).toEqual(['a', 'b', 'c'])
  })

  test('labels of a lookup table behind the largest score', async () => {
    const nodes = [node('ArgMax', ['x'], ['i'], [attributeInts('axis', [], 1), attributeInts('keepdims', [], 0)]), node('ArrayFeatureExtractor', ['classes', 'i'], ['e'], [], 'ai.onnx.ml'), node('Reshape', ['e', 'flat'], ['label'])]
    const initializers = [initializer('classes', 'string', [3], ['low', 'mid', 'high']), initializer('flat', 'int64', [1], integers(-1n))]
    expect((await read(classifier({ initializers, inputs: [tensorValue('x', 'float32', ['N', 3])] }, nodes))).graph.classLabels).toEqual(['low', 'mid', 'high'])
  })

  test('an encoder behind a concatenation of text columns gives each its own vocabulary, mixed columns none', async () => {
    const pick = (i: number): Uint8Array => node('ArrayFeatureExtractor', ['both', `i${i}`], [`c${i}`], [], 'ai.onnx.ml')
    const hot = (i: number, cats: readonly string[]): Uint8Array => node('OneHotEncoder', [`c${i}`], [`h${i}`], [attributeStrings('cats_strings', cats), attributeInts('zeros', [], 1)], 'ai.onnx.ml')
    const got = await read(model({
      nodes: [node('Concat', ['a', 'b'], ['both'], [attributeInts('axis', [], 1)]), pick(0), pick(1), hot(0, ['red', 'green']), hot(1, ['x', 'y', 'z']), node('Identity', ['h0'], ['y0']), node('Identity', ['h1'], ['y1']),
        node('OneHotEncoder', ['both'], ['mixed'], [attributeStrings('cats_strings', ['q']), attributeInts('zeros', [], 1)], 'ai.onnx.ml'), node('CategoryMapper', ['c'], ['m'], [attributeStrings('cats_strings', ['u', 'v']), attributeInts('cats_int64s', [0, 1])], 'ai.onnx.ml')],
      initializers: [0, 1].map((i) => initializer(`i${i}`, 'int64', [1], integers(BigInt(i)))),
      inputs: ['a', 'b', 'c'].map((n) => tensorValue(n, 'string', ['N', 1])), outputs: ['y0', 'y1', 'mixed'].map((n) => tensorValue(n, 'float32', null)).concat(tensorValue('m', 'int64', null)), opsets: [['', 13], ['ai.onnx.ml', 1]],
    }))
    expect(got.graph.vocabularies).toEqual([{ input: 'a', values: ['red', 'green'] }, { input: 'b', values: ['x', 'y', 'z'] }, { input: 'c', values: ['u', 'v'] }])
  })

  test.each<[string, string, string[] | null]>([
    ['classes', '["a","b"]', ['a', 'b']], ['class_names', 'cat, dog', ['cat', 'dog']], ['names', "{0: 'person', 1: 'bi\\'cycle'}", ['person', "bi'cycle"]], ['id2label', '{"1":"neg","0":"pos"}', ['pos', 'neg']],
    ['labels', "('x', 'y',)", ['x', 'y']], ['names', '__import__("os").system("x")', null], ['classes', '[{"a":1}]', null], ['id2label', '{"0":"a","2":"b"}', null], ['something', '["a"]', null], ['classes', '', null],
  ])('the metadata %s = %s gives the labels %j', (key, value, labels) => {
    expect(metadataLabels([{ key, value }])).toEqual(labels)
  })
})

describe('refusals of the runtime, in plain words', () => {
  test.each<[string, Uint8Array, string, RegExp]>([
    ['a newer opset', identity({ opsets: [['', 99]] }), 'model.opsetTooNew', /needs opset 99 of ai\.onnx.*up to opset \d+/],
    ['a newer IR version', identity({ ir: 99 }), 'model.opsetTooNew', /needs IR version 99.*up to IR version \d+/],
    ['a type without a kernel', model({ nodes: [node('Conv', ['x', 'W'], ['y'])], inputs: [tensorValue('x', 'float64', [1, 1, 4, 4]), tensorValue('W', 'float16', [1, 1, 1, 1])], outputs: [tensorValue('y', 'float64', null)] }), 'model.invalid', /Conv|type/i],
    ['a value that nothing makes', identity({ nodes: [node('Identity', ['ghost'], ['y'])] }), 'model.invalid', /ghost/],
    ['shapes that do not fit', product(initializer('W', 'float32', [3, 2], floats(1, 2, 3, 4, 5, 6))), 'model.invalid', /[Ii]ncompatible dimensions/],
    ['a cycle', identity({ nodes: [node('Add', ['x', 'b'], ['a']), node('Identity', ['a'], ['b']), node('Identity', ['b'], ['y'])] }), 'model.invalid', /./],
    ['no output', identity({ outputs: [] }), 'model.invalid', /no output/],
    ['two inputs of one name', identity({ inputs: [tensorValue('x', 'float32', [1]), tensorValue('x', 'float32', [1])] }), 'model.invalid', /same name/],
    ['an operator of a foreign domain inside a body', identity({
      nodes: [node('If', ['c'], ['y'], [attributeGraph('then_branch', graph({ nodes: [node('Zap', [], ['h'], [], 'acme')], inputs: [], outputs: [tensorValue('h', 'float32', null)] })), attributeGraph('else_branch', graph({ nodes: [node('Zap', [], ['h'], [], 'acme')], inputs: [], outputs: [tensorValue('h', 'float32', null)] }))])],
      inputs: [tensorValue('c', 'bool', [])], opsets: [['', 13], ['acme', 1]],
    }), 'model.unsupportedOp', /“Zap” of domain “acme”/],
  ])('%s', async (_, bytes, code, words) => {
    const error = await refused(bytes)
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(words)])
    expect(error.message).not.toMatch(/onnxruntime_src|\.cc\b|\.h:\d|\n/)
  })

  test.each([
    ['Load model from /home/ann/secret folder/m.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:187 onnxruntime::Model::Model(onnx::ModelProto&&, const Logger&) ModelProto does not have a graph.\n', 'ModelProto does not have a graph'],
    ['Load model from C:\\Users\\ann\\m.onnx failed:Protobuf parsing failed.', 'Protobuf parsing failed'],
    ['something in "/home/ann/w.bin" and /var/lib/x/y.bin broke', 'something in “…” and … broke'],
    ['', 'the runtime gave no reason'],
  ])('%j becomes %j', (message, plain) => {
    expect(plainReason(message)).toBe(plain)
  })
})
