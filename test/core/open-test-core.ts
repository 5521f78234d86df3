// A real core over a temporary workspace, with real forked engines; every test owns one.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { openCore, nodeEngine, type Core, type CoreOptions, type EngineProcess } from '../../main/core/core.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { OutputOf, RequestOf } from '../../shared/contract-kit.ts'
import type { FileToken } from '../../shared/ids.ts'
import { runJob, type JobMethod, type RunJobOptions } from '../../shared/job-client.ts'

export interface TestCore {
  readonly core: Core
  readonly folder: string
  readonly workspace: string
  readonly processes: EngineProcess[]
  token(path: string, use?: 'read' | 'write'): Promise<FileToken>
  job<K extends JobMethod>(method: K, input: RequestOf<SlipwayContract[K]>, options?: RunJobOptions): Promise<OutputOf<SlipwayContract[K]>>
  /** Closes and opens the same workspace again. */
  reopen(): Promise<TestCore>
  done(): Promise<void>
}

async function openIn(folder: string, options: Partial<CoreOptions>): Promise<TestCore> {
  const workspace = join(folder, 'workspace')
  const processes: EngineProcess[] = []
  const core = await openCore({
    workspace, resources: resolve(import.meta.dirname, '../../resources'), version: '0.0.0-test', electron: null, ...options,
    startEngine: (purpose) => {
      const process = (options.startEngine ?? nodeEngine)(purpose)
      processes.push(process)
      return process
    },
  })
  return {
    core, folder, workspace, processes,
    token: async (path, use) => (await core.admit(path, use)).token,
    job: (method, input, run) => runJob(core.client, method, input, run),
    async reopen() {
      await core.close()
      return openIn(folder, options)
    },
    async done() {
      await core.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** In a folder of its own, or in that of another one which was closed. */
export const openTestCore = (options: Partial<CoreOptions> = {}, folder: string = mkdtempSync(join(tmpdir(), 'slipway-core-'))): Promise<TestCore> => openIn(folder, options)

/** Every file below a folder with the hash of its bytes. */
export function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).sort()
  return Object.fromEntries(files.map((f) => [relative(folder, f), createHash('sha256').update(readFileSync(f)).digest('hex')]))
}
