// External data of models: copied when it fits, refused when it is missing, outside, a link, or of another size.
import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attributeGraph, attributeTensor, type External, field, graph, initializer, join as joinBytes, localFunction, node, number, tensorValue } from '../setup/onnx-builder.ts'
import { floats, identity, product, read, refused, sixWeights } from '../setup/onnx-reading.ts'

const external = (place: External): Uint8Array => product(sixWeights(place))
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
