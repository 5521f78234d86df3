// Differences of models that tests build or find, read from real files by the engine's own task, without a workspace and without the runtime.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readSignature, readSummary } from '../../main/core/onnx/describe.ts'
import { diffModels } from '../../main/core/engine/model-diff.ts'
import { readRecords } from '../../main/core/onnx/records.ts'
import { ByteSource } from '../../main/core/onnx/wire.ts'
import type { ModelDiff } from '../../shared/domain/model-diff.ts'
import type { Version } from '../../shared/domain/model.ts'
import { newId } from '../../shared/ids.ts'
import { modelDiff } from '../../shared/model-diff/model-diff.ts'
import { join as bytes, field, graph, initializer, node, number, tensorValue, type Value } from '../setup/onnx-builder.ts'
import { inFolder, taskContext } from '../setup/onnx-context.ts'

function versionOf(path: string): Version {
  const source = ByteSource.ofFile(path)
  try {
    const records = readRecords(source)
    return {
      id: newId('version'), modelId: newId('model'), modelName: 'm', number: 1, parentId: null, sha256: '0'.repeat(64) as Version['sha256'], bytes: source.size, sourceName: basename(path),
      files: [{ name: basename(path), role: 'model', sha256: '0'.repeat(64) as Version['sha256'], bytes: source.size }], signature: readSignature(records), graph: readSummary(source, records),
      derivation: null, needsRewrite: false, note: '', tags: [], hasBinding: false, createdAt: 1,
    } as Version
  } finally {
    source.close()
  }
}

/** The difference of two files. */
export async function diffOfFiles(left: string, right: string): Promise<ModelDiff> {
  const graph = await diffModels({ left: { path: left }, right: { path: right } }, taskContext())
  return modelDiff({ version: versionOf(left), binding: null, speed: [] }, { version: versionOf(right), binding: null, speed: [] }, graph)
}

/** The difference of two models given as bytes; `beside`: files that lie beside both. */
export async function diffOf(left: Uint8Array, right: Uint8Array, beside: Readonly<Record<string, Uint8Array>> = {}): Promise<ModelDiff> {
  return inFolder(async (folder) => {
    const place = async (name: string, content: Uint8Array): Promise<string> => {
      const path = join(folder, name, 'm.onnx')
      await mkdir(dirname(path))
      await writeFile(path, content)
      for (const [other, data] of Object.entries(beside)) await writeFile(join(dirname(path), other), data)
      return path
    }
    return diffOfFiles(await place('left', left), await place('right', right))
  })
}

export interface PlanNode { readonly op: string; readonly name?: string; readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly attributes?: readonly Uint8Array[]; readonly domain?: string }
export interface PlanWeight { readonly type: string; readonly dims: readonly number[]; readonly content: Uint8Array }

/** A model as parts that a test can change one by one. */
export interface Plan {
  readonly nodes: readonly PlanNode[]
  readonly weights: Readonly<Record<string, PlanWeight>>
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly opsets?: readonly (readonly [string, number])[]
  readonly metadata?: Readonly<Record<string, string>>
}

/** The file of a plan. */
export const built = (p: Plan): Uint8Array => bytes(
  number(1, 8), field(2, 'planted'), field(7, graph({
    nodes: p.nodes.map((n) => bytes(node(n.op, n.inputs, n.outputs, n.attributes ?? [], n.domain ?? ''), n.name === undefined ? [] : field(3, n.name))),
    initializers: Object.entries(p.weights).map(([name, w]) => initializer(name, w.type, w.dims, w.content)), inputs: p.inputs, outputs: p.outputs,
  })),
  ...(p.opsets ?? [['', 13], ['ai.onnx.ml', 2]] as const).map(([domain, version]) => field(8, bytes(domain === '' ? [] : field(1, domain), number(2, version)))),
  ...Object.entries(p.metadata ?? {}).map(([k, v]) => field(14, bytes(field(1, k), field(2, v)))),
)

/** Numbers from −1 to 1 that follow from the seed alone (Lehmer's generator). */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed * 2 + 1
  return Float32Array.from({ length: count }, () => { state = (state * 48_271) % 2_147_483_647; return (state / 2_147_483_647) * 2 - 1 })
}

export const float32 = (dims: readonly number[], values: Float32Array): PlanWeight => ({ type: 'float32', dims, content: new Uint8Array(values.slice().buffer) })
export const drawn = (dims: readonly number[], seed: number): PlanWeight => float32(dims, numbers(dims.reduce((a, b) => a * b, 1), seed))

/** Two branches over four columns, joined, and a head of three classes. */
export const base: Plan = {
  nodes: [
    { op: 'MatMul', name: 'left', inputs: ['x', 'W1'], outputs: ['a'] }, { op: 'Relu', name: 'left_relu', inputs: ['a'], outputs: ['ar'] },
    { op: 'MatMul', name: 'right', inputs: ['x', 'W2'], outputs: ['b'] }, { op: 'Sigmoid', name: 'right_sigmoid', inputs: ['b'], outputs: ['bs'] },
    { op: 'Mul', name: 'join', inputs: ['ar', 'bs'], outputs: ['j'] },
    { op: 'MatMul', name: 'head', inputs: ['j', 'W3'], outputs: ['h'] }, { op: 'Add', name: 'bias', inputs: ['h', 'B3'], outputs: ['hb'] }, { op: 'Softmax', name: 'softmax', inputs: ['hb'], outputs: ['p'] },
  ],
  weights: { W1: drawn([4, 8], 1), W2: drawn([4, 8], 2), W3: drawn([8, 3], 3), B3: drawn([3], 4) },
  inputs: [tensorValue('x', 'float32', ['N', 4])], outputs: [tensorValue('p', 'float32', ['N', 3])],
}
