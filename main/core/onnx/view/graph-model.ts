// A model opened for looking at: its graphs, what is known of every value, what every node costs. Holds no weights and no open file.
// The last two models stay at hand, so that pages and nodes are answered without reading the file again.
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { GraphSizes } from '../../../../shared/domain/graph.ts'
import type { Dimension, GraphSummary } from '../../../../shared/domain/model.ts'
import { readSummary } from '../describe.ts'
import { readStaged } from '../model-read.ts'
import type { ModelRecord } from '../records.ts'
import { wireFault } from '../tensor.ts'
import { ByteSource } from '../wire.ts'
import { inferModel, type Inferred } from './infer-model.ts'
import { scopesOf, type ScopedModel } from './scopes.ts'

export interface GraphModel {
  readonly records: ModelRecord
  readonly summary: GraphSummary
  readonly model: ScopedModel
  /** With sizes as they are named. */
  readonly named: Inferred
  /** With every open size of the inputs at a number. */
  readonly sized: Inferred
  readonly sizes: readonly { readonly name: string; readonly size: number }[]
}

const kept: { readonly key: string; readonly model: GraphModel }[] = []
const mostKept = 2

/** The name under which an open size is asked for: its own, or `input[place]` where it has none. */
const sizeName = (input: string, dim: Dimension, at: number): string => (typeof dim === 'string' ? dim : `${input}[${at}]`)

function opened(source: ByteSource, file: string, asked: GraphSizes): GraphModel {
  const records = readStaged(source, file)
  const model = scopesOf(source, records)
  const known = new Set([...(model.scopes[0]?.initializers.keys() ?? []), ...(model.scopes[0]?.sparse.keys() ?? [])])
  const sizes = new Map<string, number>()
  const bind = (input: string, dim: Dimension, at: number): Dimension => {
    if (typeof dim === 'number' || known.has(input)) return dim
    const name = sizeName(input, dim, at)
    const size = Object.hasOwn(asked, name) ? asked[name]! : 1
    sizes.set(name, size)
    return size
  }
  const named = inferModel(source, model)
  const sized = inferModel(source, model, bind)
  return { records, summary: readSummary(source, records), model, named, sized, sizes: [...sizes].map(([name, size]) => ({ name, size })) }
}

/** Reads a model file and hands it to `use` with the file open. Errors: those of reading a model file. */
export function withGraphModel<T>(path: string, sizes: GraphSizes, use: (model: GraphModel, source: ByteSource) => T): T {
  const file = basename(path)
  const stats = statSync(path)
  const key = JSON.stringify([path, stats.size, stats.mtimeMs, Object.entries(sizes).sort()])
  const source = ByteSource.ofFile(path)
  try {
    const at = kept.findIndex((k) => k.key === key)
    const model = at >= 0 ? kept.splice(at, 1)[0]!.model : opened(source, file, sizes)
    kept.unshift({ key, model })
    kept.splice(mostKept)
    return use(model, source)
  } catch (error) {
    throw wireFault(error, file)
  } finally {
    source.close()
  }
}
