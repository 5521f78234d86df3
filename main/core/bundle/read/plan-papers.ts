// Plans docs/ and sbom/: what people read before, while and after they deploy, and the bill of materials for their tools.
import { canonicalJson } from '../canonical-json.ts'
import { modelCard } from '../card.ts'
import { markdown, type Planner } from '../planned.ts'
import { billOfMaterials } from './bill-of-materials.ts'
import { cardCharts, plannedCharts } from './card-charts.ts'
import { changes } from './changes.ts'
import { runbook } from './runbook.ts'
import { securityNotes } from './security-notes.ts'

export const planPapers: Planner = (facts) => {
  const charts = cardCharts(facts)
  const paper = (path: string, text: string) => ({ path, role: 'document', mediaType: markdown, text }) as const
  return [
    paper('docs/MODEL_CARD.md', modelCard(facts, charts)), ...plannedCharts(charts),
    paper('docs/runbook.md', runbook(facts)), paper('docs/security.md', securityNotes(facts)), paper('docs/CHANGES.md', changes(facts)),
    { path: 'sbom/bom.cdx.json', role: 'document', mediaType: 'application/vnd.cyclonedx+json', text: `${canonicalJson(billOfMaterials(facts))}\n` },
  ]
}
