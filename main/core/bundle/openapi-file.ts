// docs/openapi.yaml: the routes of the bundle's server for this model, as the running server tells them at /openapi.json.
// Planned from facts alone.
import { stringify } from 'yaml'
import { slugOf } from '../../../shared/slug.ts'
import { bundleTensors } from './contract-files.ts'
import type { BundleFacts } from './facts.ts'
import { servingSection } from './manifest.ts'
import { openApi } from './openapi.ts'
import { yaml, type Planned } from './planned.ts'
import { servingDocument } from './serving-plan.ts'

export function planOpenApi(facts: BundleFacts): readonly Planned[] {
  const document = openApi({ name: slugOf(facts.version.modelName), version: facts.semver, serial: facts.serial, model: bundleTensors(facts), serving: servingSection(facts) }, servingDocument(facts))
  return [{ path: 'docs/openapi.yaml', role: 'document', mediaType: yaml, text: stringify(document, { sortMapEntries: false, lineWidth: 0, aliasDuplicateObjects: false }) }]
}
