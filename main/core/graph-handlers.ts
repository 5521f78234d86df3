// Answers to looks into a graph, from the reading engine. Writes nothing.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { graphFile } from './steps/graph-file.ts'
import type { Parts } from './parts.ts'

type Keys = 'version.graph' | 'version.graphNodes' | 'version.graphNode' | 'version.tensor'

export const graphQueries = (parts: Parts): Pick<Handlers<SlipwayContract>, Keys> => ({
  'version.graph': async ({ versionId, which, sizes }, { signal }) => parts.reader.task('graph.overview', { path: await graphFile(parts, versionId, which), which, sizes }, { signal }),
  'version.graphNodes': async ({ versionId, which, ...rest }, { signal }) => parts.reader.task('graph.page', { path: await graphFile(parts, versionId, which), ...rest }, { signal }),
  'version.graphNode': async ({ versionId, which, ...rest }, { signal }) => parts.reader.task('graph.node', { path: await graphFile(parts, versionId, which), ...rest }, { signal }),
  'version.tensor': async ({ versionId, which, ...rest }, { signal }) => parts.reader.task('graph.tensor', { path: await graphFile(parts, versionId, which), ...rest }, { signal }),
})
