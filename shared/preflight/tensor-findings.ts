// What the target makes of the model's inputs and outputs: kinds, types, shapes and the batch axis.
import type { BundleTarget } from '../domain/bundle-target.ts'
import type { ValueSpec } from '../domain/model.ts'
import type { PreflightFinding, PreflightRepair } from '../domain/preflight.ts'
import { batchAxis } from './batch.ts'
import { finding, isTensor, names, ownServer, protocolTypes, servedSignature, type PreflightFacts } from './facts.ts'

const rewrite: PreflightRepair = { kind: 'rewrite', before: 'export', sentence: 'Rewrite the outputs: Slipway takes the ZipMap out of the graph, proves that the answers stay the same, and keeps the original. Then evaluate again.' }
const saveAgain = (sentence: string): PreflightRepair => ({ kind: 'save-again', before: 'export', sentence })

function kindFindings({ version }: PreflightFacts, own: boolean): PreflightFinding[] {
  const { inputs, outputs } = servedSignature(version)
  const odd = inputs.filter((i) => !isTensor(i))
  const refused = outputs.filter((o) => !isTensor(o))
  const found = odd.length === 0 ? [] : [finding('inputs', 'refused', `${names(odd)} is no tensor (${odd[0]?.text ?? ''}), and no server here can be sent anything else.`, saveAgain('Save the model again with tensors as its inputs.'))]
  if (refused.length === 0) return found
  const mapped = refused.every((o) => version.graph.zipMaps.some((z) => z.output === o.name))
  const repair = mapped ? rewrite : saveAgain('Save the model again with tensors as its outputs.')
  const what = `${names(refused)} ${refused.length === 1 ? 'is no tensor' : 'are no tensors'} (${refused[0]?.text ?? ''})`
  if (!own) return [...found, finding('outputs', mapped ? 'needs-repair' : 'refused', `${what}, and Triton loads no model with such an output.`, repair)]
  const left = outputs.length - refused.length
  if (left === 0) return [...found, finding('outputs', mapped ? 'needs-repair' : 'refused', `${what}, and the model has no other output to answer with.`, repair)]
  return [...found, finding('outputs', 'loads-with-limits', `${what}, so callers get only ${names(outputs.filter(isTensor))}.`, { ...repair, before: 'nothing' })]
}

const ofType = (values: readonly ValueSpec[], ...types: readonly string[]): ValueSpec[] => values.filter((v) => isTensor(v) && v.dtype !== null && types.includes(v.dtype))

function ownTypeFindings(inputs: readonly ValueSpec[], outputs: readonly ValueSpec[]): PreflightFinding[] {
  const unfed = inputs.filter((v) => isTensor(v) && (v.dtype === null || v.dtype === 'bfloat16' || !protocolTypes.includes(v.dtype)))
  const unread = outputs.filter((v) => isTensor(v) && (v.dtype === null || v.dtype === 'bfloat16' || !protocolTypes.includes(v.dtype)))
  return [
    ...(unfed.length === 0 ? [] : [finding('types', 'refused', `The bundle’s server cannot feed ${names(unfed)} (${unfed[0]?.text ?? ''}).`, saveAgain('Save the model again with a cast from float32 in front of it.'))]),
    ...(unread.length === 0 ? [] : [finding('types', 'loads-with-limits', `Callers do not get ${names(unread)} (${unread[0]?.text ?? ''}): the bundle’s server cannot read that type.`, { ...saveAgain('Save the model again with a cast to float32 behind it.'), before: 'nothing' })]),
  ]
}

function tritonTypeFindings(all: readonly ValueSpec[]): PreflightFinding[] {
  const unnamed = all.filter((v) => isTensor(v) && (v.dtype === null || !protocolTypes.includes(v.dtype)))
  const binary = ofType(all, 'float16', 'bfloat16')
  const unlisted = ofType(all, 'int16', 'uint16', 'uint32', 'uint64')
  return [
    ...(unnamed.length === 0 ? [] : [finding('types', 'refused', `Triton has no name for the type of ${names(unnamed)} (${unnamed[0]?.text ?? ''}).`, saveAgain('Save the model again with a cast to a common type.'))]),
    ...(binary.length === 0 ? [] : [finding('types', 'loads-with-limits', `${names(binary)} cannot travel as JSON: callers must use the binary extension of the protocol for 16-bit floats.`, { kind: 'client', before: 'nothing', sentence: 'Use a client that sends binary tensors, such as Triton’s own.' })]),
    ...(unlisted.length === 0 ? [] : [finding('types', 'not-known', `That Triton’s ONNX backend takes the type of ${names(unlisted)} (${unlisted[0]?.text ?? ''}) was not confirmed.`, { kind: 'save-again', before: 'deployment', sentence: 'Load it once in that Triton before the roll-out, or save the model again with int32 or int64.' })]),
  ]
}

function textFindings(inputs: readonly ValueSpec[], outputs: readonly ValueSpec[], target: BundleTarget): PreflightFinding[] {
  const [taken, given] = [ofType(inputs, 'string'), ofType(outputs, 'string')]
  if (taken.length + given.length === 0) return []
  const what = `${names([...taken, ...given])} ${taken.length + given.length === 1 ? 'is text' : 'are texts'}`
  if (ownServer(target)) return [finding('types', 'loads', `${what}; the bundle’s server takes and gives it as JSON, in columns or as BYTES.`)]
  return [finding('types', 'loads', `${what}; Triton calls it TYPE_STRING and callers send it as BYTES.`)]
}

function shapeFindings(all: readonly ValueSpec[], own: boolean): PreflightFinding[] {
  const unranked = all.filter((v) => isTensor(v) && v.shape === null)
  const empty = all.filter((v) => isTensor(v) && (v.shape ?? []).slice(1).includes(0))
  return [
    ...(unranked.length === 0 ? [] : own
      ? [finding('shapes', 'loads-with-limits', `The number of dimensions of ${names(unranked)} is not declared, so the server cannot check it before the model sees it.`)]
      : [finding('shapes', 'refused', `The model does not declare the number of dimensions of ${names(unranked)}, which Triton’s configuration must say.`, saveAgain('Save the model again with the shapes of its inputs and outputs (shape inference in the exporting library).'))]),
    ...(empty.length === 0 ? [] : [finding('shapes', 'not-known', `${names(empty)} has a dimension of 0 (${empty[0]?.text ?? ''}), which nothing here was tried with.`)]),
  ]
}

/** Kinds, types, shapes and batching of inputs and outputs. */
export function tensorFindings(facts: PreflightFacts, target: BundleTarget): PreflightFinding[] {
  const own = ownServer(target)
  const signature = servedSignature(facts.version)
  const all = [...signature.inputs, ...signature.outputs]
  const axis = batchAxis(signature, facts.version.graph)
  const batch = axis.free ? [] : [finding('batch', 'loads-with-limits', `${axis.rows === null ? '' : `Every request must have exactly ${axis.rows} row${axis.rows === 1 ? '' : 's'}. `}Requests of several callers are not put together: ${axis.why ?? ''}.`,
    axis.rows === null ? null : { ...saveAgain('Save the model again with a free first dimension.'), before: 'nothing' })]
  return [
    ...kindFindings(facts, own), ...(own ? ownTypeFindings(signature.inputs, signature.outputs) : tritonTypeFindings(all)),
    ...textFindings(signature.inputs, signature.outputs, target), ...shapeFindings(all, own), ...batch,
  ]
}
