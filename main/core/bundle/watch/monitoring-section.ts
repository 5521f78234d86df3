// The manifest's section on watching: where profile and limits lie, and the sizes of the window.
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import type { BundleFacts } from '../facts.ts'
import { watchSizes } from './limits.ts'

export const monitoringPaths = { reference: 'monitoring/reference.json', thresholds: 'monitoring/thresholds.json' } as const

export function monitoringSection(facts: BundleFacts): NonNullable<BundleManifest['monitoring']> {
  return { reference: facts.reference === null ? null : monitoringPaths.reference, thresholds: monitoringPaths.thresholds, ...watchSizes(facts.reference), logLevelDefault: 1, schema: 'predlog.v1', ...(facts.rawColumns === undefined || facts.rawColumns.length === 0 ? {} : { rawColumns: [...facts.rawColumns] }) }
}
