// The part of the contract about looking into a model's graph. Spread in contract.ts.
import { z } from 'zod'
import { query } from './contract-kit.ts'
import { GraphNodeDetail, GraphOverview, GraphPage, GraphSizes, GraphSource, TensorStatistics } from './domain/graph.ts'
import { VersionId } from './ids.ts'

const of = { versionId: VersionId, which: GraphSource.default('original') }
const sized = { ...of, /** for named or open sizes of the inputs; absent: 1 each */ sizes: GraphSizes.default({}) }

export const graphContract = {
  /** Graphs, operators, totals; no nodes. */
  'version.graph': query({ input: z.object(sized), output: GraphOverview, reads: ['versions'] }),
  /** Nodes of all graphs in the order of their ids. */
  'version.graphNodes': query({ input: z.object({ ...sized, offset: z.number().int().nonnegative().default(0), limit: z.number().int().positive().max(5000).default(2000) }), output: GraphPage, reads: ['versions'] }),
  'version.graphNode': query({ input: z.object({ ...sized, node: z.number().int().nonnegative() }), output: GraphNodeDetail, reads: ['versions'] }),
  /** Reads one constant whole: `slot` as `version.graphNode` told it. */
  'version.tensor': query({ input: z.object({ ...of, node: z.number().int().nonnegative(), slot: z.string().min(1).max(1000) }), output: TensorStatistics, reads: ['versions'] }),
} as const
