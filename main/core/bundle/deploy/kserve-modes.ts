// The modes of KServe that were chosen, and what the version of each knows. Owns no file of the bundle.
import type { BundleFacts } from '../facts.ts'

export interface KServeMode {
  readonly mode: 'knative' | 'standard'
  readonly engine: string
  /** As the annotation writes it: 0.16 changed the names. */
  readonly word: 'Serverless' | 'Knative' | 'RawDeployment' | 'Standard'
  /** `spec.canary` and `predictor.name` exist. */
  readonly canaryList: boolean
}

export const oldestKServe = '0.15'

/** The modes that were chosen, with what their version knows. */
export function kserveModes(facts: BundleFacts): readonly KServeMode[] {
  return facts.targets.flatMap(({ target, engine }): KServeMode[] => {
    if (target !== 'kserve-knative' && target !== 'kserve-standard') return []
    const version = engine ?? oldestKServe
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const since = (least: number): boolean => major > 0 || minor >= least
    return target === 'kserve-knative'
      ? [{ mode: 'knative', engine: version, word: since(16) ? 'Knative' : 'Serverless', canaryList: false }]
      : [{ mode: 'standard', engine: version, word: since(16) ? 'Standard' : 'RawDeployment', canaryList: since(20) }]
  })
}
