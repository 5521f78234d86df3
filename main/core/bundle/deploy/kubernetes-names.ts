// Names and labels of everything that a bundle puts into a Kubernetes cluster: one place, so that links between files agree.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'

/** Where the server listens inside its pod, and the name of that port everywhere. */
export const serverPort = 8080
export const portName = 'http'

export interface ClusterNames {
  /** Of the Deployment, its Service and all that belongs to it. */
  readonly app: string
  readonly canary: string
  readonly config: string
  /** Objects that the operator makes: the pinned public key, and the callers' tokens. */
  readonly publisherKey: string
  readonly tokens: string
  /** Stands where the operator's image goes; no registry can ever have this name (RFC 2606). */
  readonly image: string
  readonly selector: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** A semantic version as the value of a label, which takes no plus sign and 63 characters at most. */
const labelValue = (text: string): string => text.replaceAll('+', '_').slice(0, 63).replace(/[^A-Za-z0-9]+$/, '')

export function clusterNames(facts: BundleFacts): ClusterNames {
  const app = slugOf(facts.version.modelName)
  // The version is no part of the selector: a selector can never be changed, a version is with every release.
  const selector = { 'app.kubernetes.io/name': app, 'app.kubernetes.io/instance': app }
  return {
    app, canary: `${app}-canary`, config: `${app}-server`, publisherKey: `${app}-publisher-key`, tokens: `${app}-tokens`, image: `registry.invalid/${app}`, selector,
    labels: { ...selector, 'app.kubernetes.io/component': 'model-server', 'app.kubernetes.io/version': labelValue(facts.semver) },
  }
}

/** What stands where a digest goes until the operator sets it: no image has it, so nothing starts by accident. */
export const unsetDigest = `sha256:${'0'.repeat(64)}`
