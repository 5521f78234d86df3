// The conditions of a measurement: opening a session on the device asked for, and the truth about where its nodes ran.
// Refuses to fall back in silence: a device that does not work is an error, one that ran nothing is said so.
import { availableParallelism, cpus } from 'node:os'
import { basename } from 'node:path'
import type { GraphSummary } from '../../../shared/domain/model.ts'
import type { ExecutionProvider, RunEnvironment } from '../../../shared/domain/run.ts'
import { deviceWord, runtimeNames } from '../../../shared/device-names.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { countNodes, operatorsElsewhere, type ProfiledNode } from './profile.ts'
import { deviceReason, loadError, notInBuild } from './runtime-words.ts'
import { openSession, optimizationLevel, profileModel, runtimeFacts, type DenseTensor, type ModelSession } from './session.ts'
import slipway from '../../../package.json' with { type: 'json' }

/** Threads when the user named none: every core of a small machine, one less on a larger one so that it stays usable. */
export function defaultThreads(): number {
  const cores = availableParallelism()
  return cores <= 2 ? cores : cores - 1
}

/** What was asked for, at most two threads a core: idle native threads spin, and hundreds of them stop the whole machine. */
export const threadsFor = (asked: number | null): number => Math.min(asked ?? defaultThreads(), 2 * availableParallelism())

/**
 * Opens the model on one provider. `engine.providerUnavailable` when the model opens on the CPU but not there,
 * `model.invalid` when it opens nowhere.
 */
export async function openOn(path: string, provider: ExecutionProvider, threads: number, name: string): Promise<ModelSession> {
  // The runtime drops a provider that it was not built with, without an error.
  if (provider !== 'cpu' && !runtimeFacts().providers.includes(provider)) throw new SlipwayError('engine.providerUnavailable', { provider, reason: notInBuild })
  try {
    return await openSession(path, { provider, threads })
  } catch (thrown) {
    if (provider === 'cpu') throw loadError(thrown, name)
    const cpu = await openSession(path, { provider: 'cpu', threads }).catch((other: unknown) => { throw loadError(other, name) })
    await cpu.release()
    throw new SlipwayError('engine.providerUnavailable', { provider, reason: deviceReason(provider, thrown) })
  }
}

export interface Placement extends Pick<RunEnvironment, 'fellBack' | 'copies'> { readonly nodes: RunEnvironment['nodesByProvider']; readonly used: ExecutionProvider; readonly note: string | null }

/** On the CPU there is no other place, so all nodes of the graph are counted there and nothing is measured. */
export const placedOnCpu = (graph: GraphSummary): Placement => ({ nodes: [{ provider: runtimeNames.cpu, nodes: graph.nodeCount }], used: 'cpu', note: null })

/** Where the nodes ran, from a profile. The nodes that only move tensors are counted apart: a device that only copied has run nothing. */
export function placementOf(profile: readonly ProfiledNode[], provider: ExecutionProvider): Placement {
  const nodes = countNodes(profile)
  const there = nodes.find((n) => n.provider === runtimeNames[provider])?.nodes ?? 0
  const copies = profile.filter((n) => n.copy).length
  const used = nodes.length > 0 && there === 0 ? 'cpu' : provider
  const note = copies === 0 ? null : `The runtime moved tensors between ${deviceWord(provider)} and the CPU at ${copies === 1 ? 'one place' : `${copies} places`} of the model.`
  return { nodes, used, note, fellBack: operatorsElsewhere(profile, runtimeNames[provider]), copies }
}

/** Where the nodes ran, from one profiled run of `feeds` on a device beside the CPU. */
export const measurePlacement = async (path: string, provider: ExecutionProvider, threads: number, feeds: Readonly<Record<string, DenseTensor>>, fetches: readonly string[]): Promise<Placement> =>
  placementOf(await profileModel(path, { provider, threads }, feeds, fetches, { calls: 1, warm: 0 }), provider)

/** Operators whose quantisation range comes from the whole batch, so that a row's answer depends on its neighbours. */
export const rangeFromBatch = (graph: GraphSummary): boolean => graph.operators.some((o) => o.type === 'DynamicQuantizeLinear')

/** Operators whose sums the runtime orders by the size of the batch: trees share the work otherwise, linear models take another path for one row. */
const ordered: ReadonlySet<string> = new Set(['TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'TreeEnsemble', 'LinearClassifier', 'LinearRegressor', 'SVMClassifier', 'SVMRegressor'])

/** What another batch size does to a row's answer, as far as the operators tell; measured on the models of the tests. */
export const batchEffect = (graph: GraphSummary): NonNullable<RunEnvironment['batchEffect']> =>
  (rangeFromBatch(graph) ? 'range' : graph.operators.some((o) => ordered.has(o.type)) ? 'rounding' : 'none')

/** Of other devices than the CPU only what the model itself does to its batch is known. */
export const knownEffect = (graph: GraphSummary, placement: Placement): Pick<RunEnvironment, 'batchEffect'> =>
  (placement.used === 'cpu' || rangeFromBatch(graph) ? { batchEffect: batchEffect(graph) } : {})

export interface Conditions { readonly asked: ExecutionProvider; readonly placement: Placement; readonly threads: number; readonly batchSizes: readonly number[]; readonly seed: number }

/** Everything that the numbers depend on beside model, data and binding. */
export function describeEnvironment(c: Conditions): RunEnvironment {
  const cpu = cpus()[0]?.model.trim()
  return {
    slipway: slipway.version,
    runtime: `onnxruntime ${runtimeFacts().version}`,
    node: process.versions.electron === undefined ? `node ${process.versions.node}` : `node ${process.versions.node} in Electron ${process.versions.electron}`,
    platform: `${process.platform} ${process.arch}`,
    cpu: `${cpu === undefined || cpu === '' ? 'unknown processor' : cpu} (${availableParallelism()} cores)`,
    providerAsked: c.asked, nodesByProvider: [...c.placement.nodes], providerUsed: c.placement.used,
    ...(c.placement.fellBack === undefined ? {} : { fellBack: c.placement.fellBack }), ...(c.placement.copies === undefined ? {} : { copies: c.placement.copies }),
    threads: c.threads, batchSizes: [...c.batchSizes], optimization: optimizationLevel, seed: c.seed,
  }
}

/** The file name of a model for error sentences. */
export const modelName = (path: string): string => basename(path)
