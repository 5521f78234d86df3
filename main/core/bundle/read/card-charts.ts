// The evaluation's charts as pictures beside the model card. Curves that hold single rows are left out: no row of data leaves in a bundle.
import { confusionSvg } from '../../../../shared/charts/confusion-svg.ts'
import { runCharts } from '../../../../shared/charts/curve-charts.ts'
import { chartInks, type ChartColors } from '../../../../shared/charts/palette.ts'
import { chartSvg } from '../../../../shared/charts/svg.ts'
import { slugOf } from '../../../../shared/slug.ts'
import type { Planned } from '../planned.ts'
import { bindingOf, type BundleFacts } from '../facts.ts'

const colors: ChartColors = { ...chartInks.light, background: '#ffffff', text: '#3b434d', quiet: '#5d6672', font: 'system-ui, sans-serif' }
const size = { width: 640, height: 400 }

export interface CardChart { readonly path: string; readonly title: string; readonly summary: string; readonly svg: string }

export function cardCharts(facts: BundleFacts): readonly CardChart[] {
  const kept = facts.run.curves.filter((c) => c.kind !== 'residuals')
  const charts = runCharts(kept, bindingOf(facts).positiveClass).map((chart) => ({ title: chart.title, summary: chart.summary, svg: chartSvg(chart, colors, size) }))
  const confusion = kept.flatMap((c) => (c.kind === 'confusion' && c.classes.length <= 40 ? [{ title: 'Confusion matrix', summary: 'Rows are the true classes, columns the predicted ones.', svg: confusionSvg(c, colors, 480) }] : []))
  const names = new Set<string>()
  return [...confusion, ...charts].map((chart) => {
    let name = slugOf(chart.title)
    for (let n = 2; names.has(name); n++) name = `${slugOf(chart.title)}-${n}`
    names.add(name)
    return { ...chart, path: `charts/${name}.svg` }
  })
}

export const plannedCharts = (charts: readonly CardChart[]): readonly Planned[] => charts.map((c) => ({ path: `docs/${c.path}`, role: 'document', mediaType: 'image/svg+xml', text: `${c.svg.trimEnd()}\n` }))
