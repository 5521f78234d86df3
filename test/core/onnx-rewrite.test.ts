// ZipMap removal: the rewritten models answer what the reference predictions say, and nothing but the ZipMap changed.
import { createHash } from 'node:crypto'
import { ByteSource } from '../../main/core/onnx/wire.ts'
import { readRecords } from '../../main/core/onnx/records.ts'
import { readSignature } from '../../main/core/onnx/describe.ts'
import { proveEqual, proveStructure } from '../../main/core/onnx/rewrite-proof.ts'
import { editedPieces, planZipMapEdit, witnessPieces } from '../../main/core/onnx/zipmap-edit.ts'
import { writePieces } from '../../main/core/onnx/wire-write.ts'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSession } from '../../main/core/engine/session.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { rewriteModel } from '../../main/core/onnx/rewrite.ts'
import { asSlipwayError } from '../../shared/errors.ts'
import { fixture } from '../setup/fixtures.ts'
import { attributeInts, attributeStrings, initializer, model, node, sequenceOfMaps, tensorValue } from '../setup/onnx-builder.ts'
import { inFolder, listing, taskContext } from '../setup/onnx-context.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Predictions { readonly ids: readonly number[]; readonly outputs: Readonly<Record<string, { readonly type: string; readonly dims: readonly number[]; readonly data: readonly (number | string)[] }>> }

async function predictions(name: string): Promise<Predictions> {
  return JSON.parse(await readFile(fixture(`iris/predictions/${name}.json`), 'utf8')) as Predictions
}

/** The four measurements of a CSV of the iris case, row by row. */
async function irisRows(file: string): Promise<number[][]> {
  const lines = (await readFile(fixture(`iris/data/${file}`), 'utf8')).trim().split('\n').slice(1)
  return lines.map((l) => l.split(',').slice(0, 4).map(Number))
}

async function rewritten(path: string, folder: string): Promise<{ target: string; derivation: Awaited<ReturnType<typeof rewriteModel>>; read: Awaited<ReturnType<typeof readModel>> }> {
  const staging = join(folder, 'staging')
  const read = await readModel({ path, staging }, taskContext())
  const target = join(staging, 'derived.onnx')
  const source = { path: join(staging, read.files[0]?.name ?? ''), signature: read.signature, graph: read.graph }
  const derivation = await rewriteModel({ model: source, sourceSha256: read.files[0]?.sha256 ?? '', target }, taskContext())
  return { target, derivation, read }
}

const cases = [
  { file: 'iris-logreg-zipmap.onnx', reference: 'logreg-zipmap.iris', data: 'iris.csv', output: 'output_probability', label: 'output_label', shape: ['N', 3], labels: ['setosa', 'versicolor', 'virginica'], batch: 150, columns: 4 },
  { file: 'ms-logreg_iris-shape-fixed.onnx', reference: 'ms-logreg-fixed.iris-int-labels', data: 'iris-int-labels.csv', output: 'probabilities', label: 'label', shape: ['N', 3], labels: ['0', '1', '2'], batch: 150, columns: 4 },
  { file: 'ms-logreg_iris.onnx', reference: 'ms-logreg.iris-int-labels', data: 'iris-int-labels.csv', output: 'probabilities', label: 'label', shape: [3, 3], labels: ['0', '1', '2'], batch: 3, columns: 2 },
]

describe.each(cases)('$file', (c) => {
  test('the rewritten model answers the reference probabilities under the old name', async () => {
    await inFolder(async (folder) => {
      const { target, derivation } = await rewritten(fixture(`iris/models/${c.file}`), folder)
      const reference = await predictions(c.reference)
      const probabilities = Object.values(reference.outputs).find((o) => o.dims.length === 2)
      const labels = Object.values(reference.outputs).find((o) => o.dims.length === 1)
      expect(probabilities).toBeDefined()
      const rows = await irisRows(c.data)
      const session = await openSession(target, { provider: 'cpu', threads: 1 })
      const input = session.inputNames[0] ?? ''
      const scored: number[] = []
      const named: string[] = []
      for (let at = 0; at < rows.length; at += c.batch) {
        const values = Float32Array.from(rows.slice(at, at + c.batch).flatMap((r) => r.slice(0, c.columns)))
        const result = await session.run({ [input]: { dtype: 'float32', dims: [c.batch, c.columns], values } }, [c.label, c.output])
        scored.push(...(result[c.output]?.values as Float32Array))
        named.push(...Array.from(result[c.label]?.values as readonly string[] | BigInt64Array, String))
      }
      await session.release()
      expect(scored).toHaveLength(150 * 3)
      const worst = Math.max(...scored.map((v, i) => Math.abs(v - Number(probabilities?.data[i]))))
      expect(worst).toBeLessThanOrEqual(1e-6)
      expect(named).toEqual(labels?.data.map(String))
      expect(derivation.signature.outputs.find((o) => o.name === c.output)).toEqual({ name: c.output, kind: 'tensor', dtype: 'float32', shape: c.shape, text: `float32[${c.shape.join(', ')}]` })
    })
  })

  test('the derivation records hashes, edits, labels and a proof over at least 100 rows', async () => {
    await inFolder(async (folder) => {
      const { target, derivation, read } = await rewritten(fixture(`iris/models/${c.file}`), folder)
      const bytes = await readFile(target)
      expect([derivation.sha256, derivation.bytes]).toEqual([sha256(bytes), bytes.length])
      expect(derivation.sourceSha256).toBe(sha256(await readFile(fixture(`iris/models/${c.file}`))))
      expect(derivation.proof).toMatchObject({ equal: true, maxAbsDifference: 0 })
      expect(derivation.proof.rows).toBeGreaterThanOrEqual(100)
      expect([...derivation.proof.comparedOutputs].sort()).toEqual([c.label, c.output].sort())
      expect(derivation.edits.join('\n')).toContain(c.output)
      await inFolder(async (again) => {
        const derived = await readModel({ path: target, staging: again }, taskContext())
        expect(derived.needsRewrite).toBe(false)
        expect(derived.graph.zipMaps).toEqual([])
        expect(derived.graph.metadata.filter((m) => m.key.startsWith('slipway.'))).toEqual([
          { key: 'slipway.classes', value: JSON.stringify(c.labels) }, { key: 'slipway.rewrittenFrom', value: derivation.sourceSha256 },
        ])
        expect(derived.graph.classLabels).toEqual(c.labels)
        expect(derived.signature.inputs).toEqual(read.signature.inputs)
        const operators = (s: typeof read): string[] => s.graph.operators.map((o) => `${o.type} ${o.count}`).filter((o) => !/^(ZipMap|Identity)/.test(o)).sort()
        expect(operators(derived)).toEqual(operators(read))
      })
    })
  })

  test('the same input gives the same bytes, and only the target is left', async () => {
    await inFolder(async (folder) => {
      const first = await rewritten(fixture(`iris/models/${c.file}`), join(folder, 'a'))
      const second = await rewritten(fixture(`iris/models/${c.file}`), join(folder, 'b'))
      expect(first.derivation.sha256).toBe(second.derivation.sha256)
      expect((await listing(join(folder, 'a', 'staging'))).map((l) => l.split(' ')[0])).toEqual([c.file, 'derived.onnx'].sort())
    })
  })
})

/** A softmax over x·W with a ZipMap, its weights in a file of their own when `external` is given. */
function softmaxZipMap(extra: { external?: { location: string; offset: number; length: number }; twice?: boolean; user?: boolean; valueInfo?: boolean } = {}): Uint8Array {
  const weights = Uint8Array.from(new Uint8Array(Float32Array.from([1, -2, 0.5, 3, 0.25, -1]).buffer))
  return model({
    opsets: [['', 13], ['ai.onnx.ml', 1]],
    nodes: [
      node('MatMul', ['x', 'W'], ['z']), node('Softmax', ['z'], ['p'], [attributeInts('axis', [], 1)]),
      node('ZipMap', ['p'], ['scores'], [attributeStrings('classlabels_strings', ['no', 'maybe', 'yes'])], 'ai.onnx.ml'),
      ...(extra.twice === true ? [node('ZipMap', ['p'], ['other'], [attributeInts('classlabels_int64s', [5, 7, 9])], 'ai.onnx.ml')] : []),
      ...(extra.user === true ? [node('SequenceLength', ['scores'], ['n'])] : []),
    ],
    initializers: [initializer('W', 'float32', [2, 3], extra.external ?? weights)],
    inputs: [tensorValue('x', 'float32', ['batch', 2])],
    outputs: [sequenceOfMaps('scores', 'string'), ...(extra.twice === true ? [sequenceOfMaps('other', 'int64')] : []), ...(extra.user === true ? [tensorValue('n', 'int64', [])] : [])],
    valueInfo: extra.valueInfo === true ? [sequenceOfMaps('scores', 'string')] : [],
  })
}

async function softmaxAnswers(path: string, output: string): Promise<number[]> {
  const session = await openSession(path, { provider: 'cpu', threads: 1 })
  const result = await session.run({ x: { dtype: 'float32', dims: [1, 2], values: Float32Array.from([0.5, -1]) } }, [output])
  await session.release()
  return [...(result[output]?.values as Float32Array)]
}

/** softmax([0.5, -1] · W) by hand in float64. */
const byHand = (): number[] => {
  const z = [0.5 * 1 - 3, 0.5 * -2 - 0.25, 0.5 * 0.5 + 1]
  const e = z.map(Math.exp)
  const sum = e.reduce((a, b) => a + b)
  return e.map((v) => v / sum)
}

test.each([{ valueInfo: false }, { valueInfo: true }])('a model without a label output: %o', async (extra) => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'm.onnx'), softmaxZipMap(extra))
    const { target, derivation } = await rewritten(join(folder, 'm.onnx'), folder)
    const answers = await softmaxAnswers(target, 'scores')
    for (const [i, v] of byHand().entries()) expect(answers[i]).toBeCloseTo(v, 6)
    expect(derivation.signature.outputs).toEqual([{ name: 'scores', kind: 'tensor', dtype: 'float32', shape: ['batch', 3], text: 'float32[batch, 3]' }])
    expect(derivation.proof.comparedOutputs).toEqual(['scores'])
  })
})

test('two ZipMaps with different labels keep both lists of labels', async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'm.onnx'), softmaxZipMap({ twice: true }))
    const { target, derivation } = await rewritten(join(folder, 'm.onnx'), folder)
    expect(await softmaxAnswers(target, 'other')).toEqual(await softmaxAnswers(target, 'scores'))
    expect(derivation.signature.outputs.map((o) => o.text)).toEqual(['float32[batch, 3]', 'float32[batch, 3]'])
    const again = await readModel({ path: target, staging: join(folder, 'again') }, taskContext())
    expect(again.graph.metadata.slice(0, 2)).toEqual([{ key: 'slipway.classes.scores', value: '["no","maybe","yes"]' }, { key: 'slipway.classes.other', value: '["5","7","9"]' }])
  })
})

test('weights in a file of their own stay there, and both models read them', async () => {
  await inFolder(async (folder) => {
    const home = join(folder, 'home')
    await mkdir(join(home, 'parts'), { recursive: true })
    await writeFile(join(home, 'm.onnx'), softmaxZipMap({ external: { location: 'parts/w.bin', offset: 8, length: 24 } }))
    await writeFile(join(home, 'parts', 'w.bin'), new Uint8Array(Float32Array.from([99, 99, 1, -2, 0.5, 3, 0.25, -1]).buffer))
    const { target, read } = await rewritten(join(home, 'm.onnx'), folder)
    expect(read.files.map((f) => [f.name, f.role])).toEqual([['m.onnx', 'model'], ['parts/w.bin', 'external-data']])
    const answers = await softmaxAnswers(target, 'scores')
    for (const [i, v] of byHand().entries()) expect(answers[i]).toBeCloseTo(v, 6)
    expect((await listing(join(folder, 'staging'))).map((l) => l.split(' ')[0])).toEqual(['derived.onnx', 'm.onnx', 'parts/', 'parts/w.bin'])
  })
})

describe('what cannot be rewritten is refused with the reason, and nothing is left', () => {
  const refused = async (bytes: Uint8Array): Promise<string> => inFolder(async (folder) => {
    const path = join(folder, 'm.onnx')
    await writeFile(path, bytes)
    const before = await listing(folder)
    const model = { path, signature: { inputs: [], outputs: [] }, graph: {} as never }
    const error = asSlipwayError(await rewriteModel({ model, sourceSha256: sha256(bytes), target: join(folder, 'd.onnx') }, taskContext()).then(() => new Error('was rewritten'), (e: unknown) => e))
    expect(error.code).toBe('model.notRewritable')
    expect(await listing(folder)).toEqual(before)
    return error.message
  })

  test('another operator works on the map', async () => {
    expect(await refused(softmaxZipMap({ user: true }))).toContain('SequenceLength')
  })

  test('a sequence that no ZipMap made', async () => {
    const bytes = model({
      opsets: [['', 13]], nodes: [node('SequenceConstruct', ['x'], ['s'])], inputs: [tensorValue('x', 'float32', ['N', 2])], initializers: [],
      outputs: [{ ...sequenceOfMaps('s', 'string'), sequenceOfTensors: 'float32' }],
    })
    expect(await refused(bytes)).toContain('SequenceConstruct')
  })

  test('no ZipMap at all', async () => {
    expect(await refused(await readFile(fixture('iris/models/iris-logreg-tensor.onnx')))).toContain('no output of the model comes from a ZipMap')
  })

  test('fewer labels than columns', async () => {
    const bytes = model({
      opsets: [['', 13], ['ai.onnx.ml', 1]], inputs: [tensorValue('x', 'float32', ['N', 3])], initializers: [], outputs: [sequenceOfMaps('m', 'string')],
      nodes: [node('Identity', ['x'], ['y']), node('ZipMap', ['y'], ['m'], [attributeStrings('classlabels_strings', ['a', 'b'])], 'ai.onnx.ml')],
    })
    expect(await refused(bytes)).toMatch(/not one column per class label|Input features_per_batch/)
  })
})

test('an original that is not the one that was imported is refused', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'm.onnx')
    await copyFile(fixture('iris/models/iris-logreg-zipmap.onnx'), path)
    const error = asSlipwayError(await rewriteModel({ model: { path, signature: { inputs: [], outputs: [] }, graph: {} as never }, sourceSha256: '0'.repeat(64), target: join(folder, 'd.onnx') }, taskContext()).catch((e: unknown) => e))
    expect(error.code).toBe('store.blobMissing')
    expect(await listing(folder)).toHaveLength(1)
  })
})

test('a cancelled rewrite leaves nothing', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'm.onnx')
    await copyFile(fixture('iris/models/iris-logreg-zipmap.onnx'), path)
    const stop = new AbortController()
    const context = { signal: stop.signal, progress: (p: { step: string }) => { if (p.step.startsWith('proving')) stop.abort() } }
    const error = asSlipwayError(await rewriteModel({ model: { path, signature: { inputs: [], outputs: [] }, graph: {} as never }, sourceSha256: sha256(await readFile(path)), target: join(folder, 'd.onnx') }, context).catch((e: unknown) => e))
    expect(error.code).toBe('job.cancelled')
    expect(await listing(folder)).toHaveLength(1)
  })
})

describe('the proof finds what it is there to find', () => {
  const sources = ['iris/models/iris-logreg-zipmap.onnx', 'iris/models/ms-logreg_iris-shape-fixed.onnx']

  test.each(sources)('any byte of %s changed outside the edit is seen in the file', async (file) => {
    await inFolder(async (folder) => {
      const { target } = await rewritten(fixture(file), folder)
      const original = ByteSource.ofBytes(await readFile(fixture(file)))
      const edit = planZipMapEdit(original, readRecords(original), 'x'.repeat(64))
      const bytes = await readFile(target)
      expect(proveStructure(original, ByteSource.ofBytes(bytes), edit)).toBeGreaterThan(5)
      // Every byte up to the ZipMap's place is untouched; all but the length of the graph itself belong to compared parts.
      const place = bytes.indexOf('Identity')
      let unseen = 0
      for (let i = 0; i < place - 80; i++) {
        const changed = Uint8Array.from(bytes)
        changed[i] = (changed[i] ?? 0) ^ 1
        try {
          proveStructure(original, ByteSource.ofBytes(changed), edit)
          unseen += 1
        } catch { /* seen */ }
      }
      expect(place).toBeGreaterThan(150)
      expect(unseen).toBe(0)
    })
  })

  test.each(sources)('a changed coefficient of %s is seen in the answers', async (file) => {
    await inFolder(async (folder) => {
      const original = ByteSource.ofBytes(await readFile(fixture(file)))
      const records = readRecords(original)
      const edit = planZipMapEdit(original, records, 'x'.repeat(64))
      const signal = new AbortController().signal
      const paths = { witness: join(folder, 'w.onnx'), derived: join(folder, 'd.onnx') }
      await writePieces(original, witnessPieces(original, records, edit), paths.witness, signal)
      await writePieces(original, editedPieces(original, edit), paths.derived, signal)
      const good = await proveEqual(paths, readSignature(records), [], edit, 7, signal)
      expect([good.equal, good.rows >= 100]).toEqual([true, true])
      const bytes = await readFile(paths.derived)
      const at = bytes.indexOf('coefficients') + 'coefficients'.length
      // One bit of the first coefficient.
      const first = bytes.indexOf(0x3d, at) + 1
      bytes[first + 2] = (bytes[first + 2] ?? 0) ^ 0x40
      await writeFile(paths.derived, bytes)
      const error = asSlipwayError(await proveEqual(paths, readSignature(records), [], edit, 7, signal).then(() => new Error('not seen'), (e: unknown) => e))
      expect([error.code, error.message]).toEqual(['model.notRewritable', expect.stringContaining('other values')])
    })
  })
})
