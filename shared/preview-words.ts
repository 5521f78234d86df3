// A move of an alias in sentences: what it does, what speaks against it, what is lost. Pure functions over the facts of a preview.
import type { AliasPreview, PreviewVersion } from './domain/alias-preview.ts'
import { stateWords } from './domain/life.ts'
import { formatCount, formatPlural } from './format.ts'
import { metricName } from './metrics/catalogue.ts'
import { metricText } from './metrics/metric-text.ts'

type Facts = Omit<AliasPreview, 'changes' | 'concerns' | 'losses'>

/** Three lists of sentences; all empty where nothing would change. */
export function previewWords(facts: Facts): Pick<AliasPreview, 'changes' | 'concerns' | 'losses'> {
  if (facts.from?.versionId === facts.to?.versionId) return { changes: [], concerns: [], losses: [] }
  return { changes: changes(facts), concerns: concerns(facts), losses: losses(facts) }
}

function changes({ alias, modelName, from, to, states }: Facts): string[] {
  const pointed = from === null ? `${alias} of ${modelName} points to nothing now` : `${alias} of ${modelName} points to version ${from.number} now`
  return [
    `${pointed}; afterwards it points to ${to === null ? 'nothing' : `version ${to.number}`}.`,
    ...states.map((s) => `Version ${s.number} is ${stateWords(s.from)} now and becomes ${stateWords(s.to)}.`),
  ]
}

function concerns(facts: Facts): string[] {
  const { to, from, signature, onData, missing, gate, approval } = facts
  if (to === null) return []
  const breaking = signature.filter((change) => change.breaking)
  return [
    ...(to.state === 'draft' ? [`Version ${to.number} is a draft: no run of it has finished.`] : []),
    ...(breaking.length === 0 ? [] : [`Callers of version ${from?.number ?? ''} break: ${breaking.slice(0, 3).map((c) => `${c.where} ${c.name} (${changeWords(c)})`).join(', ')}${breaking.length > 3 ? ` and ${breaking.length - 3} more` : ''}.`]),
    ...worse(onData),
    ...(onData === null && from !== null && missing !== null ? [missing] : []),
    ...(gate !== null && gate.verdict !== 'passed' ? [gate.sentence] : []),
    ...(approval !== null && !approval.approved ? [approval.sentence] : []),
  ]
}

const changeWords = (change: Facts['signature'][number]): string => (change.change === 'type' ? 'another type' : change.change === 'shape' ? 'another shape' : change.change)

function worse(onData: Facts['onData']): string[] {
  if (onData === null) return []
  const whole = onData.metrics.filter((m) => m.slice === '' && m.direction !== 'neither' && m.delta !== null)
  const down = whole.filter((m) => m.verdict === 'worse')
  if (down.length === 0) return []
  const named = down.slice(0, 3).map((m) => `${metricName(m.metric)} ${metricText(m.metric, m.before)} to ${metricText(m.metric, m.after)}`)
  return [`${formatCount(down.length)} of ${formatPlural(whole.length, 'metric')} ${down.length === 1 ? 'is' : 'are'} worse on ${onData.datasetName}: ${named.join(', ')}${down.length > 3 ? ` and ${down.length - 3} more` : ''}.`]
}

function losses({ alias, action, from, to }: Facts): string[] {
  if (from === null) return []
  const kept: string = from.otherAliases.length === 0 ? 'no alias points to it then' : `it is still ${from.otherAliases.join(' and ')}`
  return [
    `Version ${from.number} is ${alias} no more; ${kept}. Its state, runs and bundles stay.`,
    ...(to === null ? [`Whoever asks for ${alias} finds nothing.`] : []),
    ...(action === 'rollback' ? [`A second roll-back goes back further, not to version ${from.number} again; to return there, promote it.`] : []),
    ...bundleLost(from, to),
  ]
}

const bundleLost = (from: PreviewVersion, to: PreviewVersion | null): string[] =>
  (to !== null && from.bundleId !== null && to.bundleId === null ? [`Version ${from.number} has a bundle to deploy; version ${to.number} has none yet.`] : [])
