// sbom/bom.cdx.json: the bill of materials by CycloneDX 1.6: the model with its card, the data it was evaluated on, the software inside.
import { createHash } from 'node:crypto'
import { metricName } from '../../../../shared/metrics/catalogue.ts'
import type { BundleFacts } from '../facts.ts'
import { unknowns, cardData, type CardData } from './card-facts.ts'

/** A UUID by name (RFC 9562, version 8: own digest), so that the same bundle has the same serial number. */
export function nameUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  const variant = (8 + (parseInt(hex[16]!, 16) & 3)).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const licences = (licence: string | null): object => (licence === null ? {} : { licenses: [/^[A-Za-z0-9.+-]+$/.test(licence) ? { license: { name: licence } } : { license: { name: licence.slice(0, 200) } }] })

/** Values are texts in this format; all digits, as in the evaluation. */
const performance = (card: CardData): object[] => card.metrics.filter((m) => m.value !== null).map((m) => ({
  type: metricName(m.metric), value: String(m.value), ...(m.slice === '' ? {} : { slice: m.slice }),
  ...(m.low === null || m.high === null ? {} : { confidenceInterval: { lowerBound: String(m.low), upperBound: String(m.high) } }),
}))

function modelCard(card: CardData): object {
  const considerations = { ...(card.intendedUse === null ? {} : { useCases: [card.intendedUse] }), ...(card.knownLimits === null ? {} : { technicalLimitations: [card.knownLimits] }) }
  return {
    modelParameters: { task: card.task, datasets: [{ ref: 'evaluation-data' }], inputs: card.inputs.map((t) => ({ format: `${t.name}: ${t.format}` })), outputs: card.outputs.map((t) => ({ format: `${t.name}: ${t.format}` })) },
    quantitativeAnalysis: { performanceMetrics: performance(card) },
    ...(Object.keys(considerations).length === 0 ? {} : { considerations }),
    properties: unknowns(card).map((value) => ({ name: 'slipway:not-recorded', value })),
  }
}

const purl = (name: string, version: string): string => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`

/** The document as a value; canonical JSON makes it a file. */
export function billOfMaterials(facts: BundleFacts): object {
  const card = cardData(facts)
  const software = [...facts.software].sort((a, b) => (a.name < b.name ? -1 : 1))
  const model = {
    type: 'machine-learning-model', 'bom-ref': 'model', name: card.model, version: card.version, ...(card.description === null ? {} : { description: card.description }),
    hashes: [{ alg: 'SHA-256', content: card.modelSha256 }], ...licences(card.licence), modelCard: modelCard(card),
  }
  return {
    bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${nameUuid(`${card.modelSha256} ${facts.run.id} ${facts.semver} ${facts.serial}`)}`, version: 1,
    metadata: { timestamp: card.evaluatedAt, tools: { components: [{ type: 'application', name: 'Slipway', version: facts.appVersion }] }, component: { type: 'application', 'bom-ref': 'bundle', name: card.slug, version: card.version } },
    components: [
      model,
      { type: 'data', 'bom-ref': 'evaluation-data', name: card.data.name, data: [{ type: 'dataset', name: card.data.name }], hashes: [{ alg: 'SHA-256', content: card.data.sha256 }] },
      ...software.map((s) => ({ type: 'library', 'bom-ref': purl(s.name, s.version), name: s.name, version: s.version, purl: purl(s.name, s.version), ...licences(s.licence) })),
    ],
    dependencies: [{ ref: 'bundle', dependsOn: ['model', ...software.map((s) => purl(s.name, s.version))] }, { ref: 'model', dependsOn: ['evaluation-data'] }],
  }
}
