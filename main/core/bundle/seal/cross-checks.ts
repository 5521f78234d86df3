// Whether the files of a bundle that say the same thing say the same: manifest, io.json, Triton's configuration and the graph of the model.
// A bundle whose parts disagree was put together by hand, or by a faulty program, and is refused.
import { z } from 'zod'
import { BundleTensor, type BundleManifest } from '../../../../shared/domain/bundle.ts'
import type { ValueSpec } from '../../../../shared/domain/model.ts'
import { readSignature } from '../../onnx/describe.ts'
import { readRecords } from '../../onnx/records.ts'
import { ByteSource } from '../../onnx/wire.ts'
import { readText, type BundleTree } from '../bundle-tree.ts'
import { canonicalJson } from '../canonical-json.ts'
import { datatypeOf, wireShape } from '../facts.ts'
import { Refused } from './findings.ts'
import { parsePbtxt, type PbMessage } from './pbtxt.ts'

const check = 'agreement'
const refuse = (sentence: string): never => { throw new Refused('malformed', check, sentence) }
const has = (tree: BundleTree, path: string): boolean => tree.files.some((f) => f.path === path)

interface Tensor { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }
const same = (a: Tensor, b: Tensor): boolean => a.name === b.name && a.datatype === b.datatype && a.shape.length === b.shape.length && a.shape.every((d, i) => d === b.shape[i])
const plain = (s: ValueSpec): Tensor => ({ name: s.name, datatype: datatypeOf(s.dtype), shape: wireShape(s.shape) })

async function checkIo(tree: BundleTree, { model }: BundleManifest): Promise<void> {
  const text = (await readText(tree, 'model/io.json')).toString('utf8')
  const io = z.object({ inputs: z.array(BundleTensor), outputs: z.array(BundleTensor), task: z.string() }).safeParse((() => { try { return JSON.parse(text) as unknown } catch { return null } })())
  if (!io.success) return refuse('model/io.json is not a description of inputs and outputs.')
  for (const side of ['inputs', 'outputs'] as const) if (canonicalJson(io.data[side]) !== canonicalJson(model[side])) refuse(`model/io.json has other ${side} than the manifest.`)
  if (io.data.task !== model.task) refuse('model/io.json has another task than the manifest.')
}

function checkGraph(tree: BundleTree, { model }: BundleManifest): void {
  const place = tree.place(model.path)
  const source = ByteSource.ofFile(place.file)
  try {
    const { inputs, outputs } = ((): { inputs: readonly ValueSpec[]; outputs: readonly ValueSpec[] } => {
      try { return readSignature(readRecords(source, undefined, place.start, place.start + place.bytes)) } catch { return refuse('The model’s graph cannot be read.') }
    })()
    if (inputs.length !== model.inputs.length || inputs.some((s, i) => !same(plain(s), model.inputs[i]!))) refuse('The graph of the model has other inputs than the manifest.')
    for (const output of model.outputs) {
      const found = outputs.find((s) => s.name === output.name)
      if (found === undefined || !same(plain(found), output)) refuse(`The graph of the model has no output “${output.name}” as the manifest describes it.`)
    }
  } finally { source.close() }
}

const tritonName = (datatype: string): string => (datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`)

function checkTensors(side: 'input' | 'output', config: PbMessage, tensors: readonly Tensor[], batched: boolean): void {
  const listed = config.messages(side)
  for (const one of listed) {
    const name = one.scalar('name')
    const tensor = tensors.find((t) => t.name === name)
    // Outputs that the protocol cannot carry are Triton's alone.
    if (tensor === undefined) { if (side === 'input') refuse(`config.pbtxt has an input “${name ?? ''}” that the manifest does not have.`); continue }
    if (one.scalar('data_type') !== tritonName(tensor.datatype)) refuse(`config.pbtxt gives “${tensor.name}” another type than the manifest.`)
    const dims = (one.messages('reshape')[0]?.scalars('shape') ?? one.scalars('dims')).map(Number)
    const expected = batched ? tensor.shape.slice(1) : tensor.shape
    if (dims.length !== expected.length || dims.some((d, i) => d !== expected[i])) refuse(`config.pbtxt gives “${tensor.name}” another shape than the manifest.`)
  }
  const absent = tensors.find((t) => !listed.some((one) => one.scalar('name') === t.name))
  if (absent !== undefined) refuse(`config.pbtxt lacks the ${side} “${absent.name}”.`)
}

async function checkTriton(tree: BundleTree, manifest: BundleManifest): Promise<void> {
  const path = `model/repository/${manifest.name}/config.pbtxt`
  if (!has(tree, path)) return
  const config = parsePbtxt((await readText(tree, path)).toString('utf8'))
  if (config === null) return refuse('config.pbtxt is not in protobuf’s text form.')
  if (config.scalar('name') !== manifest.name) refuse('config.pbtxt names another model than the manifest.')
  const batched = Number(config.scalar('max_batch_size') ?? '0') > 0
  checkTensors('input', config, manifest.model.inputs, batched)
  checkTensors('output', config, manifest.model.outputs, batched)
  const versions = config.messages('version_policy')[0]?.messages('specific')[0]?.scalars('versions')
  if (versions !== undefined && !versions.includes(String(manifest.serial))) refuse('config.pbtxt serves another version than the bundle’s serial number.')
}

/** Throws Refused at the first disagreement. Answers what was compared, for the report. */
export async function crossCheck(tree: BundleTree, manifest: BundleManifest): Promise<string> {
  await checkIo(tree, manifest)
  checkGraph(tree, manifest)
  await checkTriton(tree, manifest)
  return 'manifest, io.json, the graph of the model and Triton’s configuration describe the same tensors'
}
