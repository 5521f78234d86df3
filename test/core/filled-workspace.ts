// One real workspace with a model, two runs and a copied data set, made once and copied for every test that harms it.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '../../shared/domain/dataset.ts'
import type { Version } from '../../shared/domain/model.ts'
import type { RunId } from '../../shared/ids.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

export interface Filled { readonly folder: string; readonly version: Version; readonly data: Dataset; readonly runId: RunId; copy(): string; done(): void }

/** Imports iris, adds its data (linked, and once more as a copy), evaluates and judges; the workspace is closed afterwards. */
export async function fillWorkspace(): Promise<Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-filled-'))
  const made = await inWorkspace(async (w) => {
    const version = await w.importModel(fixture('iris/models/iris-logreg-tensor.onnx'), 'iris')
    const data = await w.addData(fixture('iris/data/iris.csv'))
    await w.job('dataset.add', { file: (await w.core.admit(fixture('iris/data/iris.csv'))).token, name: 'kept', copy: true })
    const runId = await w.evaluate(version, data, 'species')
    await w.pass(runId)
    await w.core.close()
    cpSync(join(w.folder, 'workspace'), join(folder, 'original'), { recursive: true })
    return { version, data, runId }
  })
  let copies = 0
  return {
    folder, ...made,
    copy() {
      const to = join(folder, `copy-${++copies}`)
      cpSync(join(folder, 'original'), to, { recursive: true })
      return to
    },
    done() { rmSync(folder, { recursive: true, force: true }) },
  }
}

/** Paths of all stored files of a workspace. */
export const blobFiles = (workspace: string): string[] => readdirSync(join(workspace, 'blobs'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
