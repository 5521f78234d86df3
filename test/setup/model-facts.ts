// Facts of a bundle around any model file of the fixtures: the real reading of the model, and a plain binding made from its signature.
import { mkdtempSync } from 'node:fs'
import { basename, join } from 'node:path'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { readModel } from '../../main/core/onnx/model-read.ts'
import type { Binding, InputBinding } from '../../shared/domain/binding.ts'
import type { Signature, ValueSpec } from '../../shared/domain/model.ts'
import { fixture } from './fixtures.ts'
import { taskContext } from './onnx-context.ts'

const axis = (d: ValueSpec['shape'] extends null ? never : NonNullable<ValueSpec['shape']>[number] | undefined): number => (typeof d === 'number' ? d : 1)

function inputOf(s: ValueSpec): InputBinding {
  const [, second, third, fourth] = s.shape ?? []
  const dtype = s.dtype ?? 'float32'
  if (s.shape?.length === 4) {
    const color = axis(second) === 3 ? 'rgb' : 'grayscale'
    const each = new Array<number>(axis(second)).fill(0)
    return { kind: 'image', input: s.name, dtype, image: { width: axis(fourth), height: axis(third), resize: 'stretch', kernel: 'bilinear', shorterSide: null, padValue: 0, color, layout: 'NCHW', scale: 1 / 255, mean: each, std: each.map(() => 1) } }
  }
  if (s.shape?.length === 0) return { kind: 'constant', input: s.name, dtype, value: 1 }
  const width = s.shape?.length === 2 ? axis(second) : 1
  return width === 1 ? { kind: 'column', input: s.name, dtype, column: s.name, missing: dtype === 'string' ? 'empty' : { fill: 0 } } : { kind: 'columns', input: s.name, dtype, columns: Array.from({ length: width }, (_, i) => `${s.name}${i}`), missing: { fill: 0 } }
}

/** Every input bound; the first floating output with a second axis is taken for probabilities. */
function bindingOf(signature: Signature, base: Binding): Binding {
  const scores = signature.outputs.find((o) => o.dtype === 'float32' && o.shape?.length === 2)
  return { ...base, inputs: signature.inputs.map(inputOf), outputs: signature.outputs.map((o) => ({ output: o.name, role: o === scores ? 'probabilities' : 'ignored' })) }
}

/** Facts around `file` of the fixtures, with the columns' profiles left out but for texts, which are `Private`; map outputs are rewritten to tensors where `rewritten`. */
export async function modelFacts(file: string, folder: string, base: BundleFacts, rewritten = false): Promise<BundleFacts> {
  const staging = mkdtempSync(join(folder, 'read-'))
  const path = fixture(file)
  const read = await readModel({ path, staging }, taskContext())
  const source = { path, signature: read.signature, graph: read.graph }
  const target = join(staging, 'rewritten.onnx')
  const signature = rewritten ? (await engineHandlers['model.rewrite']({ model: source, sourceSha256: read.files[0]!.sha256, target }, taskContext())).signature : read.signature
  const texts = signature.inputs.filter((s) => s.dtype === 'string')
  const [some] = base.dataset.columns
  const columns = texts.map((s) => ({ ...some!, name: s.name, type: 'string' as const, histogram: null, top: [{ value: 'Private', count: 100 }] }))
  return {
    ...base, dataset: { ...base.dataset, columns }, run: { ...base.run, binding: bindingOf(signature, base.run.binding) },
    version: { ...base.version, modelName: basename(file, '.onnx'), signature, graph: read.graph, derivation: null },
    modelFiles: [{ name: basename(file), role: 'model', path: rewritten ? target : path }],
  }
}

