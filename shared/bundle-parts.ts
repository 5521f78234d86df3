// What each part of a bundle was proven by, so that no document and no screen claims more than what ran.
// `executed`: the part itself ran in the tests. `schema-checked`: the published schema or the tool's own parser took it.
// `type-checked`: the maker's types took it. `not-checked`: nothing of the kind could be had.
import type { BundleTarget } from './domain/bundle-target.ts'

export type PartProof = 'executed' | 'schema-checked' | 'type-checked' | 'not-checked'

export interface BundlePart {
  readonly id: string
  readonly title: string
  /** Beginnings of the paths that belong to it. */
  readonly paths: readonly string[]
  readonly proof: PartProof
  /** What ran, in one sentence: which program, which version, on what. */
  readonly how: string
  /** The test that shows it, relative to the project. */
  readonly test: string
  /** The targets that it is for; absent: every bundle has it. */
  readonly targets?: readonly BundleTarget[]
}

export const bundleParts: readonly BundlePart[] = [
  { id: 'server', title: 'Server', paths: ['server/', 'bin/run.sh'], proof: 'executed', how: 'Started from an unpacked bundle on Linux x64, every golden request answered.', test: 'test/core/server.test.ts' },
  { id: 'verification', title: 'Verification', paths: ['SHA256SUMS', 'signatures/', 'bin/verify.mjs', 'bin/verify.sh'], proof: 'executed', how: 'OpenSSL and sha256sum of Debian 12 agree with Slipway on intact and on tampered bundles.', test: 'test/core/bundle.test.ts' },
]
