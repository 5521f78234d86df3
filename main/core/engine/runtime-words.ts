// The runtime's own error texts, put into the closed table. Owns the reading of those texts and nothing else.
import type { ExecutionProvider } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'

const plain = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The runtime's message in one line, without its own source paths, at most 400 characters, without a final full stop. */
export function runtimeReason(thrown: unknown): string {
  return plain(thrown)
    .replace(/^(Error:\s*)+/, '').replace(/\/onnxruntime_src\/\S+\s*/g, '').replace(/\s+/g, ' ').trim()
    .slice(0, 400).replace(/\.$/, '')
}

const outOfMemory = /bad_alloc|out of memory|failed to allocate|Array buffer allocation failed/i

/** What a failed load of a model means. `file` is shown to the user. */
export function loadError(thrown: unknown, file: string): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown as SlipwayError
  if (outOfMemory.test(plain(thrown))) return new SlipwayError('engine.outOfMemory', { phase: 'opening the model' }) as SlipwayError
  return new SlipwayError('model.invalid', { file, reason: runtimeReason(thrown) }) as SlipwayError
}

/** What a failed run means: the model refused these tensors, or memory ran out. */
export function runError(thrown: unknown, phase: string): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown as SlipwayError
  if (outOfMemory.test(plain(thrown))) return new SlipwayError('engine.outOfMemory', { phase }) as SlipwayError
  return new SlipwayError('run.shapeMismatch', { reason: runtimeReason(thrown) }) as SlipwayError
}

export const notInBuild = 'this build of the runtime does not have it'

/** Why a device does not work, in the words of someone who wants to use it; the runtime's own where they are not known. */
export function deviceReason(provider: ExecutionProvider, thrown: unknown): string {
  const reason = runtimeReason(thrown)
  if (/No supported adapters|WebGPU adapter|vkCreateInstance/i.test(reason)) return 'this machine offers no graphics adapter that WebGPU can use'
  if (/Failed to load shared library|cannot open shared object|LoadLibrary failed/i.test(reason)) {
    return provider === 'cuda' || provider === 'tensorrt' ? 'the NVIDIA libraries that it needs are not installed' : 'a library that it needs is not installed'
  }
  return /no available backend|not enabled|Unknown provider|is not part of/i.test(reason) ? notInBuild : reason
}
