// Model by target: verdicts written by hand from the engines' own documents, on real fixture models and small ones of known format.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel } from '../../main/core/onnx/model-read.ts'
import { Version } from '../../shared/domain/model.ts'
import type { PreflightVerdict, TargetPreflight } from '../../shared/domain/preflight.ts'
import { batchAxis } from '../../shared/preflight/batch.ts'
import { runtimeOfTriton } from '../../shared/preflight/engine-table.ts'
import { preflightTarget } from '../../shared/preflight/preflight.ts'
import { readTarget, targetText } from '../../shared/preflight/target-words.ts'
import { samples } from '../contract-samples.ts'
import { fixture } from '../setup/fixtures.ts'
import { model, node, tensorValue, type Dim } from '../setup/onnx-builder.ts'
import { taskContext } from '../setup/onnx-context.ts'

const id = (kind: string): string => `${kind}_${'0'.repeat(20)}`
/** A model of one node that passes its input on. */
const passing = (change: { ir?: number, opset?: number, type?: string, dims?: readonly Dim[], op?: string, domain?: string, out?: readonly Dim[] | null } = {}): Uint8Array => model({
  ir: change.ir ?? 8, opsets: [['', change.opset ?? 17], ...(change.domain === undefined ? [] : [[change.domain, 1] as const])],
  nodes: [node(change.op ?? 'Identity', ['x'], ['y'], [], change.domain ?? '')],
  inputs: [tensorValue('x', change.type ?? 'float32', change.dims ?? ['N', 4])], outputs: [tensorValue('y', change.type ?? 'float32', change.out === undefined ? (change.dims ?? ['N', 4]) : change.out)],
})

const built: Readonly<Record<string, Uint8Array>> = {
  'ir9-opset19': passing({ ir: 9, opset: 19 }), 'ir9-opset20': passing({ ir: 9, opset: 20 }), 'ir10-opset21': passing({ ir: 10, opset: 21 }), 'ir10-opset22': passing({ ir: 10, opset: 22 }), 'ir11-opset23': passing({ ir: 11, opset: 23 }),
  float16: passing({ type: 'float16' }), uint16: passing({ type: 'uint16' }),
  'microsoft-gelu': passing({ op: 'Gelu', domain: 'com.microsoft' }), 'batch-not-first': passing({ dims: [4, 'N'] }), 'large-picture': passing({ dims: ['N', 3, 1024, 1024] }),
}

let folder = ''
/** Every model is read once. */
const reads = new Map<string, ReturnType<typeof readModel>>()
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'slipway-preflight-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

/** ONNX Runtime for Node opens no model with a bfloat16 input, so that none can be imported; an import of another kind might bring one. */
const asBfloat = (version: Version): Version => JSON.parse(JSON.stringify(version).replaceAll('float16', 'bfloat16')) as Version

async function versionOf(name: string, modelName = name): Promise<Version> {
  if (name === 'bfloat16') return asBfloat(await versionOf('float16'))
  const made = built[name]
  const path = made === undefined ? fixture(`${name.replace('/', '/models/')}.onnx`) : join(folder, `${name}.onnx`)
  if (made !== undefined) await writeFile(path, made)
  const read = await (reads.get(name) ?? reads.set(name, readModel({ path, staging: join(folder, `read-${reads.size}`) }, taskContext())).get(name)!)
  return Version.parse({
    id: id('version'), modelId: id('model'), modelName: modelName.split('/').at(-1), number: 1, parentId: null, sha256: read.files[0]!.sha256, bytes: read.files[0]!.bytes, sourceName: name, files: read.files, signature: read.signature, graph: read.graph,
    derivation: null, needsRewrite: read.graph.zipMaps.length > 0, note: '', tags: [], hasBinding: false, createdAt: 1,
  })
}

const { speed: [measured] } = samples['version.devices'].output
async function judge(name: string, target: string, wish: { canary?: boolean, measured?: boolean, modelName?: string } = {}): Promise<TargetPreflight> {
  const version = await versionOf(name, wish.modelName)
  return preflightTarget({ version, binding: null, speed: wish.measured === false ? null : (measured ?? null), onnxruntime: '1.30.0', canary: wish.canary ?? false }, readTarget(target))
}

/** Model, target, verdict, what decides it, whether an export for it is refused. */
const table: readonly (readonly [string, string, PreflightVerdict, string, boolean])[] = [
  // Plain tensors: everywhere.
  ['iris/iris-logreg-tensor', 'server', 'loads', 'opset', false],
  ['iris/iris-logreg-tensor', 'container', 'loads', 'opset', false],
  ['iris/iris-logreg-tensor', 'triton@23.05', 'loads', 'opset', false],
  ['iris/iris-logreg-tensor', 'kserve-knative@0.15', 'loads', 'opset', false],
  ['iris/iris-logreg-tensor', 'sagemaker', 'loads', 'opset', false],
  // Text inputs: the protocol has BYTES, Triton TYPE_STRING.
  ['adult-income/income-v1-logreg', 'server', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'container', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'triton@23.05', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'kserve-knative@0.16', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'kserve-standard@0.20', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'kubernetes', 'loads', 'types', false],
  ['adult-income/income-v1-logreg', 'sagemaker', 'loads', 'types', false],
  // ZipMap: Triton refuses outputs that are not tensors; the own server answers with what is left.
  ['iris/iris-logreg-zipmap', 'server', 'loads-with-limits', 'outputs', false],
  ['iris/iris-logreg-zipmap', 'triton@23.05', 'needs-repair', 'outputs', true],
  ['iris/iris-logreg-zipmap', 'kserve-standard@0.20', 'needs-repair', 'outputs', true],
  // The format: what the ONNX Runtime of that release reads.
  ['ir9-opset19', 'triton@23.04', 'refused', 'opset', true],
  ['ir9-opset19', 'triton@23.05', 'not-known', 'opset', false],
  ['ir9-opset19', 'triton@23.12', 'loads', 'opset', false],
  ['ir9-opset20', 'triton@23.12', 'refused', 'opset', true],
  ['ir9-opset20', 'triton@24.03', 'loads', 'opset', false],
  ['ir10-opset21', 'triton@23.05', 'refused', 'opset', true],
  ['ir10-opset21', 'triton@24.03', 'refused', 'opset', true],
  ['ir10-opset21', 'triton@25.03', 'loads', 'opset', false],
  ['ir10-opset21', 'kserve-knative@0.20', 'needs-repair', 'opset', false],
  ['ir10-opset21', 'server', 'loads', 'opset', false],
  ['ir10-opset22', 'triton@25.03', 'not-known', 'opset', false],
  ['ir11-opset23', 'triton@25.03', 'refused', 'opset', true],
  ['ir11-opset23', 'triton@26.07', 'not-known', 'opset', false],
  ['malformed/opset7', 'triton@26.07', 'loads', 'opset', false],
  // Shapes and the batch axis.
  ['malformed/no-shape', 'server', 'loads-with-limits', 'shapes', false],
  ['malformed/no-shape', 'triton@25.03', 'refused', 'shapes', true],
  ['malformed/external-data-ok', 'server', 'loads-with-limits', 'shapes', false],
  ['iris/ms-logreg_iris', 'server', 'loads-with-limits', 'outputs', false],
  ['batch-not-first', 'triton@25.03', 'loads-with-limits', 'batch', false],
  ['mnist/mnist-cnn-v2-int8-dynamic', 'triton@23.05', 'loads-with-limits', 'batch', false],
  ['mnist/mnist-cnn-v1-float32', 'kubernetes', 'loads', 'opset', false],
  // Types.
  ['float16', 'server', 'loads', 'opset', false],
  ['float16', 'triton@24.03', 'loads-with-limits', 'types', false],
  ['bfloat16', 'server', 'refused', 'types', true],
  ['bfloat16', 'triton@24.03', 'loads-with-limits', 'types', false],
  ['uint16', 'triton@24.03', 'not-known', 'types', false],
  ['microsoft-gelu', 'container', 'loads', 'opset', false],
  ['microsoft-gelu', 'triton@25.03', 'not-known', 'operators', false],
  // Places.
  ['large-picture', 'sagemaker', 'not-known', 'size', false],
  ['large-picture', 'kubernetes', 'loads', 'opset', false],
  ['iris/iris-logreg-tensor', 'kserve-standard@0.14', 'refused', 'engine', true],
  ['iris/iris-logreg-tensor', 'kserve-standard@0.21', 'not-known', 'engine', false],
]

describe('model by target', () => {
  it.each(table)('%s on %s: %s', async (name, target, verdict, about, blocked) => {
    const found = await judge(name, target)
    expect({ verdict: found.verdict, blocked: found.blocked !== null }).toEqual({ verdict, blocked })
    expect(found.findings.filter((f) => f.verdict === verdict).map((f) => f.about)).toContain(about)
    for (const f of found.findings) expect(f.sentence).toMatch(/^\S.*[.]$/s)
  })

  it.each([
    ['server', 'loads', false], ['container', 'loads', false], ['triton@25.03', 'loads-with-limits', false], ['kserve-knative@0.15', 'loads', false], ['kserve-knative@0.20', 'loads', false],
    ['kserve-standard@0.15', 'refused', true], ['kserve-standard@0.19', 'refused', true], ['kserve-standard@0.20', 'loads-with-limits', false], ['kubernetes', 'loads-with-limits', false], ['sagemaker', 'loads', false],
  ] as const)('a canary on %s: %s', async (target, verdict, blocked) => {
    const found = await judge('iris/iris-logreg-tensor', target, { canary: true })
    expect(found.findings.find((f) => f.about === 'rollout')?.verdict).toBe(verdict)
    expect(found.blocked !== null).toBe(blocked)
  })
})

describe('what a canary stands beside', () => {
  const judged = async (beside: { name: string, sameTensors: boolean } | null, speed: typeof measured | null): Promise<TargetPreflight> =>
    preflightTarget({ version: await versionOf('iris/iris-logreg-tensor'), binding: null, speed: speed ?? null, onnxruntime: '1.30.0', canary: true, beside }, readTarget('server'))
  const told = (found: TargetPreflight): string[] => found.findings.filter((f) => f.about === 'rollout' && f.verdict !== 'loads').map((f) => f.sentence)

  it('nothing is missing beside a bundle with the same tensors and with a measured speed', async () => {
    expect(told(await judged({ name: 'iris 1.0.0', sameTensors: true }, measured))).toEqual([])
  })
  it('says that nothing serves, and that nobody measured', async () => {
    const found = await judged(null, null)
    expect(told(found)).toEqual([expect.stringMatching(/^Nothing to stand beside/), expect.stringMatching(/^Nobody measured its speed/)])
    expect(found.blocked).toBeNull()
  })
  it('is refused beside other tensors', async () => {
    expect((await judged({ name: 'iris 1.0.0', sameTensors: false }, measured)).blocked).toMatch(/the same tensors as iris 1\.0\.0/)
  })
})

describe('repairs', () => {
  it('each is a way that ends in a better verdict', async () => {
    const canary = await judge('iris/iris-logreg-tensor', 'kserve-standard@0.15', { canary: true })
    const choice = canary.findings[0]?.repair?.choice
    expect(choice).toEqual({ target: 'kserve-standard', engine: '0.20' })
    const format = await judge('ir10-opset21', 'triton@23.05')
    expect(format.findings[0]?.repair?.choice).toEqual({ target: 'triton', engine: '25.03' })
    expect((await judge('ir10-opset21', 'triton@25.03')).verdict).toBe('loads')
    expect((await judge('iris/iris-logreg-zipmap', 'triton@23.05')).findings[0]?.repair?.kind).toBe('rewrite')
  })
  it('a rewritten model loads where the original did not', async () => {
    const version = await versionOf('iris/iris-logreg-zipmap')
    const signature = { ...version.signature, outputs: version.signature.outputs.map((o) => (o.kind === 'tensor' ? o : { ...o, kind: 'tensor' as const, dtype: 'float32' as const, shape: ['N', 3], text: 'float32[N, 3]' })) }
    const derivation = { kind: 'zipmap-removed' as const, sha256: version.sha256, bytes: 1, sourceSha256: version.sha256, edits: [], signature, proof: { rows: 1, comparedOutputs: [], maxAbsDifference: 0, equal: true, statement: '' }, createdAt: 1 }
    const found = preflightTarget({ version: { ...version, derivation }, binding: null, speed: measured ?? null, onnxruntime: '1.30.0', canary: false }, readTarget('triton@23.05'))
    expect(found.verdict).toBe('loads')
  })
  it('a model that nobody measured says so, and says how to', async () => {
    const found = await judge('iris/iris-logreg-tensor', 'kubernetes', { measured: false })
    expect(found.findings[0]).toMatchObject({ about: 'memory', verdict: 'loads-with-limits', repair: { kind: 'measure' } })
  })
  it('a long name leaves little for the namespace', async () => {
    const found = await judge('iris/iris-logreg-tensor', 'kserve-standard@0.20', { modelName: 'A very long name of a model that many people share' })
    expect(found.findings[0]?.sentence).toContain('so the namespace may have 2.')
  })
})

it('a release between two known ones reads at least what the older and at most what the newer reads', () => {
  expect(runtimeOfTriton('24.08')).toEqual({ onnxruntime: null, surely: { ir: 9, opset: 20, ml: 4 }, atMost: { ir: 10, opset: 22, ml: 5 } })
  expect(runtimeOfTriton('30.01').atMost).toBeNull()
  expect(runtimeOfTriton('20.01').surely.ir).toBe(0)
})

it('the batch axis: rows of several callers only where no row touches another', async () => {
  const [plain, quantised, decoded] = await Promise.all(['iris/iris-logreg-tensor', 'mnist/mnist-cnn-v2-int8-dynamic', 'digit-detection/digits-v1-decoded'].map((name) => versionOf(name)))
  expect([plain, quantised, decoded].map((v) => batchAxis(v!.signature, v!.graph).free)).toEqual([true, false, true])
})

it('targets on a command line', () => {
  expect(readTarget('kserve-standard@0.20')).toEqual({ target: 'kserve-standard', engine: '0.20' })
  expect(targetText(readTarget('triton'))).toBe('triton')
  expect(() => readTarget('lambda')).toThrow('there is no target “lambda”')
  expect(() => readTarget('server@1.0')).toThrow('has no versions')
  expect(() => readTarget('triton@newest')).toThrow('not a version')
})
