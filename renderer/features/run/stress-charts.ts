// A stress curve as facts for a chart and a table: the headline over severity with its interval, and the share that was answered.
import type { ChartDescription } from '../../../shared/charts/description.ts'
import type { StressCurve, StressPoint, StressTest } from '../../../shared/domain/stress.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { stressKinds } from '../../../shared/stress/kinds.ts'
import { firstHurt, judgedNames, ruleWords } from '../../../shared/stress/verdict.ts'

/** The untouched rows stand at severity 0 of every curve. */
export const pointsOf = (test: StressTest, curve: StressCurve): readonly StressPoint[] => [test.clean, ...curve.points]

export const severityWords = (curve: StressCurve, point: StressPoint): string => (point.severity === 0 ? 'untouched' : stressKinds[curve.kind].words(point.severity))

/** Steps stand at equal distances: ladders rise by factors as often as by differences. */
export function stressChart(test: StressTest, curve: StressCurve): ChartDescription {
  const name = metricName(test.headline)
  const points = pointsOf(test, curve)
  const headline = (point: StressPoint) => point.metrics.find((m) => m.metric === test.headline)
  const line = (pick: (point: StressPoint) => number | null | undefined) => points.flatMap((p, i): (readonly [number, number])[] => { const v = pick(p); return v === null || v === undefined ? [] : [[i, v]] })
  const hurt = firstHurt(test, curve)
  const last = curve.points.at(-1)
  const { title, unit } = stressKinds[curve.kind]
  return {
    title,
    summary: hurt === null ? `At ${last === undefined ? 'no step' : severityWords(curve, last)} the ${name.toLowerCase()} is ${metricText(test.headline, last === undefined ? null : headline(last)?.value ?? null)}; at no step is ${judgedNames(test).replace(/ and ([^,]*)$/, ' or $1')} worse ${ruleWords(test)}.`
      : `${metricName(hurt.worst.metric)} is worse ${ruleWords(test)} from ${severityWords(curve, hurt.point)} on.`,
    x: { name: unit.charAt(0).toUpperCase() + unit.slice(1), categories: points.map((p) => (p.severity === 0 ? 'untouched' : shortWords(curve, p.severity))) },
    y: { name },
    series: [
      { name, look: 'line', marks: true, points: line((p) => headline(p)?.value) },
      { name: '95 % interval, low', look: 'guide', points: line((p) => headline(p)?.low) },
      { name: '95 % interval, high', look: 'guide', points: line((p) => headline(p)?.high) },
    ],
  }
}

function shortWords(curve: StressCurve, severity: number): string {
  if (stressKinds[curve.kind].unit.startsWith('share')) return `${Number((severity * 100).toPrecision(6))} %`
  if (curve.kind === 'scaled-units') return `× ${severity}`
  return String(severity)
}
