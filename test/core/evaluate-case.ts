// One evaluation as the engine does it for a run: read the model, profile the data, propose, score. All real, in this process.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Proposal } from '../../shared/domain/binding.ts'
import { RunOptions, type EvaluateProgress, type EvaluationResult, type PredictionPage } from '../../shared/domain/run.ts'
import type { z } from 'zod'
import { engineContract, type ModelSource } from '../../main/core/engine/engine-contract.ts'
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import { fixture } from '../setup/fixtures.ts'

const place = (file: string): string => (isAbsolute(file) ? file : fixture(file))

export const quiet = { signal: new AbortController().signal, progress: (): void => undefined }

/** A folder that is gone when the test is over. */
export async function temporary<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Reads a fixture model; map outputs are rewritten to plain tensors, as an import with consent does. */
export async function readFixtureModel(file: string, folder: string): Promise<ModelSource> {
  const staging = join(folder, 'model')
  await mkdir(staging, { recursive: true })
  const path = place(file)
  const read = await engineHandlers['model.read']({ path, staging }, quiet)
  const model = { path, signature: read.signature, graph: read.graph }
  if (!read.needsRewrite) return model
  const target = join(folder, 'rewritten.onnx')
  const derived = await engineHandlers['model.rewrite']({ model, sourceSha256: read.files[0]!.sha256, target }, quiet)
  return { path: target, signature: derived.signature, graph: read.graph }
}

export interface Profiled { readonly source: z.infer<typeof engineContract['evaluate']['input']>['source']; readonly columns: z.infer<typeof engineContract['dataset.profile']['output']>['columns']; readonly classes: { value: string; count: number }[]; readonly rows: number }

export async function profileFixture(file: string): Promise<Profiled> {
  const path = place(file)
  const profile = await engineHandlers['dataset.profile']({ path, format: {} }, quiet)
  return { source: { path, format: profile.format, columns: profile.columns.map(({ name, type, invalid }) => ({ name, type, invalid })) }, columns: profile.columns, classes: profile.classes, rows: profile.rows }
}

export async function proposeFor(model: ModelSource, data: Profiled, target: string | null): Promise<Proposal> {
  const proposal = await engineHandlers['binding.propose']({ model, source: data.source, columns: data.columns, classes: data.classes, target }, quiet)
  return engineContract['binding.propose'].output.parse(proposal)
}

export interface EvaluateOverrides { readonly options?: z.input<typeof RunOptions>; readonly binding?: Proposal['binding']; readonly signal?: AbortSignal; readonly progress?: (p: EvaluateProgress) => void }

export async function evaluateOn(model: ModelSource, data: Profiled, binding: Proposal['binding'], folder: string, more: EvaluateOverrides = {}): Promise<EvaluationResult> {
  const context = { signal: more.signal ?? quiet.signal, progress: more.progress ?? quiet.progress }
  const input = { model, source: data.source, rowsTotal: data.rows, binding, options: RunOptions.parse(more.options ?? {}), staging: folder }
  return engineContract.evaluate.output.parse(await engineHandlers.evaluate(input, context))
}

/** What stays of an evaluation as long as its folder does. */
export interface EvaluatedFixture { readonly model: ModelSource; readonly data: Profiled; readonly proposal: Proposal; readonly result: EvaluationResult; /** The stored predictions. */ readonly predictions: string }

/** The whole way, from files to a result, in a folder of the caller's. */
export async function evaluateIn(folder: string, modelFile: string, dataFile: string, target: string | null, options: z.input<typeof RunOptions> = {}): Promise<EvaluatedFixture> {
  const model = await readFixtureModel(modelFile, folder)
  const data = await profileFixture(dataFile)
  const proposal = await proposeFor(model, data, target)
  const result = await evaluateOn(model, data, proposal.binding, folder, { options })
  return { model, data, proposal, result, predictions: join(folder, result.predictionsFile) }
}

/** One page of stored predictions, in the order of the file. */
export async function pageOf(path: string, offset: number, limit: number): Promise<PredictionPage> {
  return engineHandlers['predictions.page']({ path, offset, limit, order: 'record', onlyWrong: false }, quiet)
}

/** The whole way, from files to a result and the first hundred of its predictions. */
export async function evaluateFixture(modelFile: string, dataFile: string, target: string | null, options: z.input<typeof RunOptions> = {}): Promise<{ proposal: Proposal; result: EvaluationResult; first: PredictionPage }> {
  return temporary(async (folder) => {
    const { proposal, result, predictions } = await evaluateIn(folder, modelFile, dataFile, target, options)
    return { proposal, result, first: await pageOf(predictions, 0, 100) }
  })
}
