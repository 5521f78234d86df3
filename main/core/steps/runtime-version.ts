// Which ONNX Runtime is installed here, and goes into every bundle.
import { createRequire } from 'node:module'
import type { Parts } from '../parts.ts'

/** As the running engine says, else as its package says, without loading it. */
export function onnxruntimeVersion(parts: Pick<Parts, 'engine' | 'light'>): string {
  const said = (parts.engine.hello ?? parts.light.hello)?.onnxruntime
  if (said !== undefined) return said
  try {
    return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version
  } catch { return 'unknown' }
}
