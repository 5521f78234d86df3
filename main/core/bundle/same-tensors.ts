// Whether one version of a model can stand beside another one: the same name, and the same tensors in the same order. One rule for the
// server's own second version and for the canary of a single host. Imports nothing at run time.

interface Tensor { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }
export interface Served { readonly name: string; readonly version: string; readonly model: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] } }

const form = ({ name, model }: Served): string => JSON.stringify([name, ...[model.inputs, model.outputs].map((tensors) => tensors.map((t) => [t.name, t.datatype, t.shape]))])

/** Why `other` cannot stand beside `stable`, in words; null: it can. */
export const tensorFault = (stable: Served, other: Served, what: string): string | null =>
  (form(stable) === form(other) ? null : `the ${what} ${other.name} ${other.version} does not take and give the same tensors as ${stable.name} ${stable.version}`)
