// Whether a caller written for one bundle is refused by another: one rule for the comparison of bundles and for docs/CHANGES.md.
import type { BundleTensor } from '../../../shared/domain/bundle.ts'

interface Interface { readonly inputs: readonly BundleTensor[]; readonly outputs: readonly BundleTensor[] }

const key = (t: BundleTensor): string => `${t.name} ${t.datatype} ${t.shape.join()}`

/** An input that is new, gone or different, or an output that is gone or different. */
export function callersBreak(before: Interface, after: Interface): boolean {
  const [inputs, outputs] = [new Set(after.inputs.map(key)), new Set(after.outputs.map(key))]
  return before.inputs.length !== after.inputs.length || before.inputs.some((t) => !inputs.has(key(t))) || before.outputs.some((t) => !outputs.has(key(t)))
}
