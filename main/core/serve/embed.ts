// The server's core inside another Node program: the same verification, the same process with the model, the same reading of records,
// without HTTP. Owns the few functions that such a program calls.
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { armDefaults, openArm } from './arm.ts'
import { openBundleAt } from './open-bundle.ts'
import { createPredictor } from './predictor.ts'
import { readRequest } from './protocol.ts'
import { readRecords } from './record-columns.ts'
import type { RowAnswer } from './row-answers.ts'
import { ServedTensor } from './served-tensor.ts'

export interface EmbedOptions {
  /** Public key (PEM) of the publisher; without it only the hashes are checked. */
  readonly trust?: string
  readonly threads?: number
  readonly timeoutMs?: number
  /** server.cjs; default: the file that this function came in. */
  readonly program?: string
}

export interface EmbeddedModel {
  readonly name: string
  readonly version: string
  readonly rootDigest: string
  /** One prediction a record, in their order; rejects with a sentence. */
  predict(records: unknown): Promise<readonly RowAnswer[]>
  /** A request of the Open Inference Protocol, and its answer, as plain data. */
  infer(request: unknown): Promise<{ readonly outputs: readonly PlainTensor[] }>
  close(): Promise<void>
}

/** Verifies a bundle, opens its model in a process of its own and warms it up. Rejects with a sentence when it is not to be served. */
export async function openModel(bundle: string = resolve(dirname(__filename), '..'), options: EmbedOptions = {}): Promise<EmbeddedModel> {
  const opened = await openBundleAt(resolve(bundle), options.trust ?? null)
  const arm = await openArm('stable', opened, { ...armDefaults, program: options.program ?? realpathSync(__filename), threads: options.threads ?? null, timeoutMs: options.timeoutMs ?? armDefaults.timeoutMs })
  if (!arm.ready()) {
    await arm.close()
    throw new Error('the model answers its golden requests differently here')
  }
  const predictor = createPredictor(opened.serving, arm.contract)
  return {
    name: opened.manifest.name, version: opened.manifest.version, rootDigest: opened.rootDigest,
    async predict(records) {
      if (typeof predictor === 'string') throw new Error(predictor)
      return (await predictor.predict(readRecords(records), arm.infer)).predictions
    },
    async infer(request) {
      const asked = readRequest(request, opened.manifest)
      const places = asked.outputs.map((o) => o.index)
      const { outputs } = await arm.infer(asked.inputs, places, asked.rows)
      return { outputs: outputs.map((t, i) => new ServedTensor(arm.contract.outputs[places[i]!]!.name, arm.contract.outputs[places[i]!]!.datatype, t.dims, t.values).plain) }
    },
    close: () => arm.close(),
  }
}
