// Proves that ONNX Runtime loads a model, and puts its refusals into plain words.
// Owns the reading of the runtime's messages; they never reach a user with paths or source lines in them.
import { SlipwayError } from '../../../shared/errors.ts'
import { openSession } from '../engine/session.ts'
import type { ModelRecord } from './records.ts'

const domainName = (domain: string): string => (domain === '' ? 'ai.onnx' : domain)

/** A message of the runtime without its location in source code, without paths, in one line. */
export function plainReason(message: string): string {
  const line = message
    .replace(/\s+/g, ' ')
    // What comes before these words names the file or the place in the runtime's source.
    .replace(/^Load model from .*? failed: ?/i, '')
    .replace(/(?:[A-Za-z]:)?[\\/][^\s"':,()]*\.(?:cc|h|hpp|cpp):\d+ ?/g, '')
    .replace(/\b[\w]+\.(?:cc|h|hpp|cpp):\d+ ?/g, '')
    .replace(/\b[\w:~<>]+::[\w~]+\([^)]*\)(?: const)? ?/g, '')
    .replace(/"(?:[A-Za-z]:)?[\\/][^"]*"/g, '“…”')
    .replace(/(^|[\s('=])(?:[A-Za-z]:)?[\\/](?:[\w.@ -]+[\\/])+[\w.@-]*/g, '$1…')
    .replace(/^(?:Fatal error: |Error: |This is an invalid model\. |Exception during initialization: )+/i, '')
    .replace(/[\s.]+$/, '')
    .trim()
  const short = line.length > 300 ? `${line.slice(0, 300)}…` : line
  return short === '' ? 'the runtime gave no reason' : short
}

const opsetOf = (model: ModelRecord, domain: string): string => {
  const version = model.opsets.find((o) => o.domain === (domain === 'ai.onnx' ? '' : domain))?.version
  return version === undefined ? '' : String(version)
}

/** Domain of the first node of a type, for messages that leave it out. */
function domainOf(model: ModelRecord, operator: string): string {
  for (const nodes of [model.graph.nodes, ...model.bodies.map((b) => b.nodes), ...model.functions.map((f) => f.nodes)]) {
    const node = nodes.find((n) => n.opType === operator)
    if (node !== undefined) return node.domain
  }
  return ''
}

function unsupported(file: string, message: string, model: ModelRecord): SlipwayError | null {
  const custom = /([\w.-]*):(\w+)(?:\(-?\d+\))? is not a registered function\/op/.exec(message)
  const standard = /No Op registered for (\w+) with domain_version of/.exec(message)
  const kernel = /Could not find an implementation for (?:the node )?(?:[^\s:]*:)?(\w+)\(/.exec(message)
  const operator = custom?.[2] ?? standard?.[1] ?? kernel?.[1]
  if (operator === undefined) return null
  const domain = custom?.[1] !== undefined && custom[1] !== '' ? custom[1] : domainOf(model, operator)
  return new SlipwayError('model.unsupportedOp', { file, operator, domain: domainName(domain), opset: opsetOf(model, domain) }) as SlipwayError
}

/** Puts a refusal of the runtime into the words of the error table. */
export function loadFault(error: unknown, file: string, model: ModelRecord): SlipwayError {
  if (error instanceof SlipwayError) return error as SlipwayError
  const message = error instanceof Error ? error.message : String(error)
  const opset = /Opset (\d+) is under development.*?support for domain ([\w.]+) is till opset (\d+)/s.exec(message)
  if (opset !== null) return new SlipwayError('model.opsetTooNew', { file, found: `opset ${opset[1]} of ${opset[2]}`, supported: `opset ${opset[3]}` }) as SlipwayError
  const ir = /Unsupported model IR version: (\d+), max supported IR version: (\d+)/.exec(message)
  if (ir !== null) return new SlipwayError('model.opsetTooNew', { file, found: `IR version ${ir[1]}`, supported: `IR version ${ir[2]}` }) as SlipwayError
  const operator = unsupported(file, message, model)
  if (operator !== null) return operator
  if (/protobuf parsing failed/i.test(message)) return new SlipwayError('model.truncated', { file, reason: 'its bytes do not follow the format' }) as SlipwayError
  if (/bad_alloc|out of memory|failed to allocate/i.test(message)) return new SlipwayError('engine.outOfMemory', { phase: 'loading the model' }) as SlipwayError
  const type = /Unsupported data type: (\d+)/i.exec(message)
  if (type !== null) return new SlipwayError('model.invalid', { file, reason: `an input or output has an element type (number ${type[1]}) that cannot be handed over here` }) as SlipwayError
  return new SlipwayError('model.invalid', { file, reason: plainReason(message) }) as SlipwayError
}

/** Opens the model once on the CPU and lets it go again. Throws what `loadFault` says; runs nothing. */
export async function proveLoads(path: string, file: string, model: ModelRecord): Promise<void> {
  let session
  try {
    session = await openSession(path, { provider: 'cpu', threads: 1 })
  } catch (error) {
    throw loadFault(error, file, model)
  }
  await session.release()
}
