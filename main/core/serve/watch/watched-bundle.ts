// What watching needs of a bundle: its manifest, how its outputs are read, and the profile that live data is compared with.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Binding } from '../../../../shared/domain/binding.ts'
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import { Reference } from '../../../../shared/drift/reference.ts'
import type { ServedBundle } from '../open-bundle.ts'

export interface WatchedBundle {
  readonly manifest: BundleManifest
  readonly rootDigest: string
  /** False where the check of the bundle was skipped. */
  readonly verified: boolean
  /** null: the bundle does not say how its outputs are read; answers are not watched. */
  readonly binding: Binding | null
  /** null: the bundle holds no profile; drift is not watched. */
  readonly reference: Reference | null
}

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return null
  }
}

/** The binding of bundles of before `serving.json` held it. */
async function evaluatedBinding(root: string): Promise<Binding | null> {
  const evaluation = (await readJson(join(root, 'evidence', 'evaluation.json'))) as { readonly binding?: unknown } | null
  const binding = Binding.safeParse(evaluation?.binding)
  return binding.success ? binding.data : null
}

/** Reads the profile and the binding of an unpacked, verified bundle. What is missing or of another form is null, never an error: a server must not fail because it cannot watch. */
export async function readWatched(root: string, bundle: Pick<ServedBundle, 'manifest' | 'rootDigest' | 'verified' | 'serving'>): Promise<WatchedBundle> {
  const reference = Reference.safeParse(await readJson(join(root, 'monitoring', 'reference.json')))
  const { manifest, rootDigest, verified, serving } = bundle
  return { manifest, rootDigest, verified, binding: serving?.binding ?? await evaluatedBinding(root), reference: reference.success ? reference.data : null }
}
