// `model.read` at its edges: external data, links, sizes, types, refusals of the runtime in plain words, cancel, change while reading, a full disk.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync } from 'node:fs'
import { link, mkdir, open, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyHashed, openOrdinary, safeName } from '../../main/core/files/staged-copy.ts'
import { plainReason } from '../../main/core/onnx/load-proof.ts'
import { metadataLabels } from '../../main/core/onnx/metadata-labels.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { readRecords } from '../../main/core/onnx/records.ts'
import { ByteSource } from '../../main/core/onnx/wire.ts'
import { asSlipwayError, type SlipwayError } from '../../shared/errors.ts'
import {
  attributeFloats, attributeGraph, attributeInts, attributeStrings, attributeTensor, type External, field, graph, initializer, join as joinBytes, localFunction, model, type ModelParts, node, number, optionalTensor, sequenceOfMaps, tensorValue,
} from '../setup/onnx-builder.ts'
import { inFolder, listing, taskContext, type Told } from '../setup/onnx-context.ts'

type Read = Awaited<ReturnType<typeof readModel>>

/** A length as varint. */
const length = (n: number): Uint8Array => number(0, n).subarray(1)
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** y = x · W with W as given. */
const product = (weights: Uint8Array, more: Partial<ModelParts> = {}): Uint8Array => model({
  nodes: [node('MatMul', ['x', 'W'], ['y'])], initializers: [weights], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 3])], ...more,
})
const identity = (more: Partial<ModelParts> = {}): Uint8Array => model({ nodes: [node('Identity', ['x'], ['y'])], inputs: [tensorValue('x', 'float32', ['N', 2])], outputs: [tensorValue('y', 'float32', ['N', 2])], ...more })

async function read(bytes: Uint8Array, prepare: (home: string) => Promise<void> = () => Promise.resolve(), name = 'm.onnx'): Promise<Read> {
  return inFolder(async (folder) => {
    const home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, name), bytes)
    await prepare(home)
    return readModel({ path: join(home, name), staging: join(folder, 'staging') }, taskContext())
  })
}

/** Reads what must be refused; the folder is then as it was and the message has no path of this machine. */
async function refused(bytes: Uint8Array, prepare: (home: string) => Promise<void> = () => Promise.resolve()): Promise<SlipwayError> {
  return inFolder(async (folder) => {
    const home = join(folder, 'home')
    const staging = join(folder, 'staging')
    await mkdir(home)
    await mkdir(staging)
    await writeFile(join(home, 'm.onnx'), bytes)
    await prepare(home)
    const before = await listing(folder)
    const error = asSlipwayError(await readModel({ path: join(home, 'm.onnx'), staging }, taskContext()).then(() => new Error('was accepted'), (e: unknown) => e))
    expect(error.code, error.message).not.toBe('internal.bug')
    expect(await listing(folder)).toEqual(before)
    expect(error.message).not.toContain(folder)
    return error
  })
}

const external = (place: External): Uint8Array => product(initializer('W', 'float32', [2, 3], place))
const six = floats(1, 2, 3, 4, 5, 6)

describe('external data', () => {
  const put = (name: string, bytes: Uint8Array = six) => async (home: string): Promise<void> => { await mkdir(join(home, name, '..'), { recursive: true }); await writeFile(join(home, name), bytes) }

  test('in a folder below, with an offset: copied under the same name', async () => {
    const got = await read(external({ location: 'weights/w.bin', offset: 4, length: 24 }), put('weights/w.bin', floats(9, 1, 2, 3, 4, 5, 6)))
    expect(got.files[1]).toMatchObject({ name: 'weights/w.bin', role: 'external-data', bytes: 28 })
    expect([got.graph.parameterCount, got.graph.parameterBytes]).toEqual([6, 24])
  })

  test.each([
    ['../w.bin'], ['a/../../w.bin'], ['/etc/hostname'], ['C:\\weights\\w.bin'], ['c:w.bin'], ['..\\w.bin'], ['\\\\server\\w.bin'], ['weights/../../home/../w.bin'],
  ])('%s is outside', async (location) => {
    const error = await refused(external({ location }), async (home) => { await writeFile(join(home, '..', 'w.bin'), six); await mkdir(join(home, 'a')) })
    expect([error.code, error.message]).toEqual(['model.externalDataOutside', expect.stringContaining(location)])
  })

  test.each([['w.bin'], ['sub/w.bin'], ['*/_ORT_MEM_ADDR_/*']])('%s is missing', async (location) => {
    expect(['model.externalDataMissing', 'model.externalDataInvalid']).toContain((await refused(external({ location, offset: 0, length: 24 }))).code)
  })

  test('a missing file is called missing, by its name', async () => {
    const error = await refused(external({ location: 'sub/w.bin' }))
    expect([error.code, error.message]).toEqual(['model.externalDataMissing', expect.stringContaining('sub/w.bin')])
  })

  test.each<[string, External, RegExp]>([
    ['too short', { location: 'w.bin', offset: 4 }, /the bytes 4 to 28, but the file has 24/], ['another length', { location: 'w.bin', length: 20 }, /needs 24 bytes but asks for 20/],
    ['an offset beyond all files', { location: 'w.bin', offset: Number.MAX_SAFE_INTEGER }, /but the file has 24/], ['no name', { location: '' }, /names no file/], ['only a dot', { location: '.' }, /names no file/],
    ['a backslash inside', { location: 'a\\b.bin' }, /backslash/], ['a control character', { location: 'w\n.bin' }, /control characters/], ['a device name', { location: 'nul.bin' }, /not allowed on every system/],
    ['the model itself', { location: 'm.onnx' }, /falls together with/], ['the model itself in capitals', { location: 'M.ONNX' }, /falls together with/],
  ])('%s does not fit', async (_, place, words) => {
    const error = await refused(external(place), put('w.bin'))
    expect([error.code, error.message]).toEqual(['model.externalDataInvalid', expect.stringMatching(words)])
  })

  test.each([['-4'], ['1e3'], ['99999999999999999999'], ['0x10'], ['']])('the offset %j is no number', async (offset) => {
    expect((await refused(external({ location: 'w.bin', offset, length: 24 }), put('w.bin'))).code).toBe('model.invalid')
  })

  test('a folder, a link inside and a link outside are refused', async () => {
    expect((await refused(external({ location: 'w.bin' }), async (home) => { await mkdir(join(home, 'w.bin')) })).code).toBe('model.externalDataInvalid')
    const inside = await refused(external({ location: 'w.bin' }), async (home) => { await writeFile(join(home, 'real.bin'), six); await symlink(join(home, 'real.bin'), join(home, 'w.bin')) })
    expect([inside.code, inside.message]).toEqual(['model.externalDataInvalid', expect.stringContaining('link')])
    const outside = await refused(external({ location: 'w.bin' }), async (home) => { await writeFile(join(home, '..', 'secret'), six); await symlink(join(home, '..', 'secret'), join(home, 'w.bin')) })
    expect(outside.code).toBe('model.externalDataOutside')
    const folder = await refused(external({ location: 'sub/w.bin' }), async (home) => { await mkdir(join(home, '..', 'other')); await writeFile(join(home, '..', 'other', 'w.bin'), six); await symlink(join(home, '..', 'other'), join(home, 'sub')) })
    expect(folder.code).toBe('model.externalDataOutside')
  })

  test('a pipe is not waited for', async () => {
    expect((await refused(external({ location: 'w.bin' }), (home) => { execFileSync('mkfifo', [join(home, 'w.bin')]); return Promise.resolve() })).message).toContain('a pipe')
  })

  test('tensors in bodies, Constant nodes and sparse tensors are checked too', async () => {
    const hidden = initializer('H', 'float32', [2, 3], { location: '../../secret.bin' })
    const body = graph({ nodes: [node('Identity', ['H'], ['h'])], initializers: [hidden], inputs: [], outputs: [tensorValue('h', 'float32', null)] })
    const inIf = identity({ nodes: [node('If', ['c'], ['y'], [attributeGraph('then_branch', body), attributeGraph('else_branch', body)])], inputs: [tensorValue('c', 'bool', [])] })
    const inConstant = identity({ nodes: [node('Constant', [], ['y'], [attributeTensor('value', hidden)])], inputs: [] })
    const sparse = joinBytes(field(1, initializer('S', 'float32', [1], { location: '../../secret.bin' })), field(2, initializer('', 'int64', [1], new Uint8Array(8))), number(3, 9))
    const inFunction = identity({ functions: [localFunction('own', 'f', ['x'], ['y'], [node('Constant', [], ['y'], [attributeTensor('value', hidden)])])] })
    for (const bytes of [inIf, inConstant, identity({ sparse: [sparse] }), inFunction]) expect((await refused(bytes)).code).toBe('model.externalDataOutside')
  })
})

describe('the file itself', () => {
  test('links, folders, pipes and devices are refused and not followed', async () => {
    await inFolder(async (folder) => {
      const real = join(folder, 'real.onnx')
      await writeFile(real, identity())
      await symlink(real, join(folder, 'link.onnx'))
      await mkdir(join(folder, 'folder.onnx'))
      execFileSync('mkfifo', [join(folder, 'pipe.onnx')])
      for (const [name, what] of [['link.onnx', 'a link'], ['folder.onnx', 'a folder'], ['pipe.onnx', 'a pipe']] as const) {
        const error = asSlipwayError(await readModel({ path: join(folder, name), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
        expect([error.code, error.message]).toEqual(['file.notRegular', expect.stringContaining(what)])
      }
      const error = asSlipwayError(await readModel({ path: join(folder, 'none.onnx'), staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect(error.code).toBe('file.missing')
    })
  })

  test('hash, size and progress are those of the file; a hard link is an ordinary file', async () => {
    await inFolder(async (folder) => {
      const bytes = identity({ metadata: { pad: 'x'.repeat(3_000_000) } })
      await writeFile(join(folder, 'a.onnx'), bytes)
      await link(join(folder, 'a.onnx'), join(folder, 'b.onnx'))
      const context = taskContext()
      const got = await readModel({ path: join(folder, 'b.onnx'), staging: join(folder, 's') }, context)
      expect(got.files).toEqual([{ name: 'b.onnx', role: 'model', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }])
      expect((await readFile(join(folder, 's', 'b.onnx'))).equals(bytes)).toBe(true)
      const copied = context.told.filter((t: Told) => t.step === 'copying the model')
      expect(copied.map((t) => t.done)).toEqual([...copied.map((t) => t.done)].sort((a, b) => (a ?? 0) - (b ?? 0)))
      expect(copied.at(-1)).toEqual({ step: 'copying the model', done: bytes.length, total: bytes.length })
      expect(got.graph.metadata[0]?.value.length).toBeLessThan(70_000)
    })
  })

  test('a file that grows or shrinks while it is read is refused', async () => {
    for (const change of ['grow', 'shrink'] as const) {
      await inFolder(async (folder) => {
        const path = join(folder, 'm.onnx')
        await writeFile(path, identity({ metadata: { pad: 'x'.repeat(5_000_000) } }))
        let changed = false
        const context = { signal: new AbortController().signal, progress: (p: Told) => {
          if (changed || p.step !== 'copying the model') return
          changed = true
          if (change === 'grow') appendFileSync(path, 'more'); else execFileSync('truncate', ['-s', '2000000', path])
        } }
        const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, context).catch((e: unknown) => e))
        expect(error.code).toBe('file.changed')
        expect((await listing(folder)).filter((l) => l.startsWith('s/'))).toEqual(['s/'])
      })
    }
  })

  test('cancelling while copying leaves nothing', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, identity({ metadata: { pad: 'x'.repeat(5_000_000) } }))
      const stop = new AbortController()
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, { signal: stop.signal, progress: () => { stop.abort() } }).catch((e: unknown) => e))
      expect(error.code).toBe('job.cancelled')
      expect((await listing(folder)).filter((l) => l.startsWith('s/'))).toEqual(['s/'])
    })
  })

  test('a full disk is called by its name', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'm.onnx'), identity())
      const { handle } = await openOrdinary(join(folder, 'm.onnx'), 'm.onnx')
      const full = await open('/dev/full', 'w')
      const error = asSlipwayError(await copyHashed(handle, full, 'm.onnx', 'the workspace', { signal: new AbortController().signal, onBytes: () => undefined }).catch((e: unknown) => e))
      await handle.close()
      await full.close()
      expect([error.code, error.message]).toEqual(['file.diskFull', expect.stringContaining('the workspace')])
    })
  })

  test('a file far larger than any memory is recognised by its beginning, not read into memory', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, 'GGUF')
      await truncate(path, 64 * 2 ** 30)
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.notAModel', expect.stringContaining('GGUF')])
      expect(existsSync(join(folder, 's', 'm.onnx'))).toBe(false)
    })
  })

  test('a model file beyond the limit of the format is refused before it is copied, with the way out', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      await writeFile(path, identity())
      await truncate(path, 5 * 2 ** 30)
      const error = asSlipwayError(await readModel({ path, staging: join(folder, 's') }, taskContext()).catch((e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.invalid', expect.stringContaining('external data')])
      expect(existsSync(join(folder, 's', 'm.onnx'))).toBe(false)
    })
  })

  test('two gigabytes of weights are skipped, not read', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'm.onnx')
      // A graph whose last field is one initialiser with 2,000,000,000 bytes, of which the disk stores none.
      const size = 2_000_000_000
      const tensor = joinBytes(number(1, size / 4), number(2, 1), field(8, 'W'), [9 * 8 + 2], length(size))
      const nodes = joinBytes(field(1, node('Identity', ['W'], ['y'])), field(2, 'g'))
      const graphSize = nodes.length + 1 + length(tensor.length + size).length + tensor.length + size
      const head = joinBytes(number(1, 8), [7 * 8 + 2], length(graphSize), nodes, [5 * 8 + 2], length(tensor.length + size), tensor)
      await writeFile(path, head)
      await truncate(path, head.length + size)
      const source = ByteSource.ofFile(path)
      const before = process.memoryUsage()
      const records = readRecords(source)
      const after = process.memoryUsage()
      source.close()
      expect(records.graph.initializers).toMatchObject([{ name: 'W', elements: size / 4, bytes: size }])
      expect(after.rss + after.external - before.rss - before.external).toBeLessThan(200e6)
    })
  })

  test.each([
    ['model.onnx', 'model.onnx'], ['../../x/evil.onnx', 'evil.onnx'], ['a:b*c?.onnx', 'a_b_c_.onnx'], ['con.onnx', 'model-con.onnx'], ['x\u202exnno.exe', 'x_xnno.exe'], ['dots...', 'dots'], ['modèle 模型.onnx', 'modèle 模型.onnx'], ['\u0000\u0001', '__'],
  ])('the name %j is stored as %j', (name, stored) => {
    expect(safeName(name)).toBe(stored)
    expect(Buffer.byteLength(safeName(`${'語'.repeat(200)}.onnx`))).toBeLessThanOrEqual(400)
    expect(safeName(name)).toBe(basename(safeName(name)))
  })
})

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

  test('a sparse initialiser counts the values that it stores', async () => {
    const sparse = joinBytes(field(1, initializer('W', 'float32', [2], floats(5, 7))), field(2, initializer('', 'int64', [2], new Uint8Array(BigInt64Array.of(1n, 3n).buffer))), number(3, 2), number(3, 3))
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
    const initializers = [initializer('classes', 'string', [3], ['low', 'mid', 'high']), initializer('flat', 'int64', [1], new Uint8Array(BigInt64Array.of(-1n).buffer))]
    expect((await read(classifier({ initializers, inputs: [tensorValue('x', 'float32', ['N', 3])] }, nodes))).graph.classLabels).toEqual(['low', 'mid', 'high'])
  })

  test('an encoder behind a concatenation of text columns gives each its own vocabulary, mixed columns none', async () => {
    const pick = (i: number): Uint8Array => node('ArrayFeatureExtractor', ['both', `i${i}`], [`c${i}`], [], 'ai.onnx.ml')
    const hot = (i: number, cats: readonly string[]): Uint8Array => node('OneHotEncoder', [`c${i}`], [`h${i}`], [attributeStrings('cats_strings', cats), attributeInts('zeros', [], 1)], 'ai.onnx.ml')
    const got = await read(model({
      nodes: [node('Concat', ['a', 'b'], ['both'], [attributeInts('axis', [], 1)]), pick(0), pick(1), hot(0, ['red', 'green']), hot(1, ['x', 'y', 'z']), node('Identity', ['h0'], ['y0']), node('Identity', ['h1'], ['y1']),
        node('OneHotEncoder', ['both'], ['mixed'], [attributeStrings('cats_strings', ['q']), attributeInts('zeros', [], 1)], 'ai.onnx.ml'), node('CategoryMapper', ['c'], ['m'], [attributeStrings('cats_strings', ['u', 'v']), attributeInts('cats_int64s', [0, 1])], 'ai.onnx.ml')],
      initializers: [0, 1].map((i) => initializer(`i${i}`, 'int64', [1], new Uint8Array(BigInt64Array.of(BigInt(i)).buffer))),
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

describe('sizes that lie', () => {
  test.each<[string, Uint8Array]>([
    ['dimensions whose product overflows', initializer('W', 'float32', [2n ** 32n, 2n ** 32n], six)], ['a negative dimension', initializer('W', 'float32', [-2, 3], six)], ['a dimension beyond 2^53', initializer('W', 'float32', [2n ** 60n], null)],
    ['fewer bytes than declared', initializer('W', 'float32', [2, 3], floats(1, 2))], ['more bytes than declared', initializer('W', 'float32', [2, 3], floats(1, 2, 3, 4, 5, 6, 7))], ['no bytes', initializer('W', 'float32', [2, 3], null)],
    ['a hundred dimensions', initializer('W', 'float32', Array.from({ length: 100 }, () => 1), floats(1))],
  ])('%s', async (_, weights) => {
    const error = await refused(product(weights))
    expect([error.code, error.message]).toEqual(['model.invalid', expect.stringMatching(/tensor .*declares|“W”/)])
  })
  test('a bodies-in-bodies nest deeper than any model is refused', async () => {
    let inner = graph({ nodes: [node('Relu', ['x'], ['h'])], inputs: [], outputs: [tensorValue('h', 'float32', null)] })
    for (let i = 0; i < 80; i++) inner = graph({ nodes: [node('If', ['c'], ['h'], [attributeGraph('then_branch', inner), attributeGraph('else_branch', graph({ nodes: [], inputs: [], outputs: [] }))])], inputs: [], outputs: [tensorValue('h', 'float32', null)] })
    expect((await refused(identity({ nodes: [node('If', ['c'], ['y'], [attributeGraph('then_branch', inner)])] }))).code).toBe('model.invalid')
  })
})

describe('refusals of the runtime, in plain words', () => {
  test.each<[string, Uint8Array, string, RegExp]>([
    ['a newer opset', identity({ opsets: [['', 99]] }), 'model.opsetTooNew', /needs opset 99 of ai\.onnx.*up to opset \d+/],
    ['a newer IR version', identity({ ir: 99 }), 'model.opsetTooNew', /needs IR version 99.*up to IR version \d+/],
    ['a type without a kernel', model({ nodes: [node('Conv', ['x', 'W'], ['y'])], inputs: [tensorValue('x', 'float64', [1, 1, 4, 4]), tensorValue('W', 'float16', [1, 1, 1, 1])], outputs: [tensorValue('y', 'float64', null)] }), 'model.invalid', /Conv|type/i],
    ['a value that nothing makes', identity({ nodes: [node('Identity', ['ghost'], ['y'])] }), 'model.invalid', /ghost/],
    ['shapes that do not fit', product(initializer('W', 'float32', [3, 2], six)), 'model.invalid', /[Ii]ncompatible dimensions/],
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
