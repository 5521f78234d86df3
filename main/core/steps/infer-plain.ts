// Golden requests through the engine: how export and verify get answers without running a model themselves.
import type { ExportTools } from '../bundle/facts.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'

/** Runs plain tensors through a model file on the CPU, in the process for short work. */
export function inferPlain(parts: Parts, context: JobContext): ExportTools['infer'] {
  return async (path, requests, outputs) => {
    const { responses } = await parts.light.task('model.infer', { path, requests: requests.map((r) => [...r]), outputs: [...outputs] }, { signal: context.signal, kill: context.kill })
    return responses
  }
}
