// A bundle as a customer gets it: the real iris model, the built server and scripts, the real runtime; unpacked with unzip.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { nativeModulesFolder, partsFolder } from '../../main/core/bundle/bundle-parts.ts'
import { exportBundle } from '../../main/core/bundle/export.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { loadOrCreateKey } from '../../main/core/bundle/sign.ts'
import { bundleFolderName } from '../../shared/slug.ts'
import { inferHere, irisFacts } from './small-bundle.ts'

/** `root`: the unpacked folder. `key`: the publisher's public key, as received over another channel. */
export interface RealBundle { readonly root: string; readonly archive: string; readonly key: string; readonly rootDigest: string; readonly facts: BundleFacts }

/** Exports and unpacks the iris bundle below `folder`; bundles of one folder have one publisher. */
export async function realBundle(folder: string, change: Partial<BundleFacts> = {}): Promise<RealBundle> {
  mkdirSync(folder, { recursive: true })
  const facts = await irisFacts(mkdtempSync(join(folder, 'facts-')), change)
  const signing = await loadOrCreateKey(join(folder, 'keys'), undefined)
  const name = bundleFolderName(facts.version.modelName, facts.semver)
  const archive = join(folder, `${name}.mlbundle.zip`)
  const places = { staging: join(folder, `staging-${name}`), target: archive, parts: partsFolder(), nativeModules: nativeModulesFolder() }
  const { rootDigest } = await exportBundle(facts, places, { key: signing, infer: inferHere, signal: new AbortController().signal, progress: () => undefined })
  execFileSync('unzip', ['-q', archive, '-d', folder])
  const root = join(folder, name)
  const key = join(folder, 'publisher.pub.pem')
  copyFileSync(join(root, 'signatures/publisher.pub.pem'), key)
  return { root, archive, key, rootDigest, facts }
}
