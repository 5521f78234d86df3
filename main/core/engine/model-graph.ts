// The engine's looks into a graph: overview, page, node, tensor. Models are read as files and never run.
import { basename, dirname } from 'node:path'
import type { CallContext, InputOf, OutputOf, ProgressOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { checkCancelled } from '../files/staged-copy.ts'
import { checkExternal, locationParts } from '../onnx/external.ts'
import { floatListPieces, tensorPieces } from '../onnx/tensor-content.ts'
import { wireFault } from '../onnx/tensor.ts'
import { overviewOf, pageOf } from '../onnx/view/describe-view.ts'
import { withGraphModel } from '../onnx/view/graph-model.ts'
import { nodeDetail, slotOf } from '../onnx/view/node-detail.ts'
import { tensorStatistics } from '../onnx/view/tensor-statistics.ts'
import { ByteSource } from '../onnx/wire.ts'
import type { EngineContract } from './engine-contract.ts'

type C = EngineContract
type Context<K extends keyof C> = CallContext<ProgressOf<C[K]>>

/** Other tasks of the process, a cancel among them, get a turn after so many milliseconds. */
const turnMs = 50

/** Errors: those of reading a model file. */
export const graphOverview = ({ path, which, sizes }: InputOf<C['graph.overview']>): OutputOf<C['graph.overview']> => withGraphModel(path, sizes, (m) => overviewOf(m, which))
export const graphPage = ({ path, sizes, offset, limit }: InputOf<C['graph.page']>): OutputOf<C['graph.page']> => withGraphModel(path, sizes, (m, source) => pageOf(m, source, offset, limit))
/** Errors: `input.invalid` where the graph has no such node. */
export const graphNode = ({ path, sizes, node }: InputOf<C['graph.node']>): OutputOf<C['graph.node']> => withGraphModel(path, sizes, (m, source) => nodeDetail(m, source, node))

/** Reads one tensor whole. Errors: `input.invalid`, those of external data, `job.cancelled`. */
export async function graphTensor({ path, node, slot }: InputOf<C['graph.tensor']>, context: Context<'graph.tensor'>): Promise<OutputOf<C['graph.tensor']>> {
  const file = basename(path)
  const { tensor, target, records } = withGraphModel(path, {}, (m, source) => ({ ...slotOf(m, source, node, slot), records: m.records }))
  const source = ByteSource.ofFile(path)
  const others = new Map<string, ByteSource>()
  try {
    const places = tensor.external === null ? new Map<string, string>() : new Map((await checkExternal(records, file, dirname(path), file)).map((e) => [e.inside, e.path]))
    const open = (location: string): ByteSource => {
      const inside = locationParts(file, location).join('/')
      const known = others.get(inside)
      if (known !== undefined) return known
      const found = places.get(inside)
      if (found === undefined) throw new SlipwayError('model.externalDataMissing', { file, location })
      const made = ByteSource.ofFile(found)
      others.set(inside, made)
      return made
    }
    const pieces = (): Iterable<Uint8Array> => (target.kind === 'floats' ? floatListPieces(source, target.attribute) : tensorPieces(source, target.record, open))
    let turn = Date.now()
    return await tensorStatistics(tensor, pieces, async () => {
      checkCancelled(context.signal)
      if (Date.now() - turn < turnMs) return
      await new Promise<void>((resolve) => { setImmediate(resolve) })
      turn = Date.now()
    })
  } catch (error) {
    throw wireFault(error, file)
  } finally {
    source.close()
    for (const other of others.values()) other.close()
  }
}
