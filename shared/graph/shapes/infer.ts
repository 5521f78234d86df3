// Shape inference of one node: the rule of its operator, or nothing known. Control flow and functions are the caller's, who has the graphs.
import { nothing, type Known } from '../known.ts'
import { arrangeRules } from './arrange.ts'
import { contribRules, elementwiseRules } from './elementwise.ts'
import { classicalRules, contribProducts, reduceRules } from './reduce.ts'
import type { Ask, Rule } from './rule.ts'
import { fusedConvolution, spatialRules } from './spatial.ts'

const standard: ReadonlyMap<string, Rule> = new Map(Object.entries({ ...elementwiseRules, ...spatialRules, ...arrangeRules, ...reduceRules }))
const classical: ReadonlyMap<string, Rule> = new Map(Object.entries(classicalRules))
const contrib: ReadonlyMap<string, Rule> = new Map(Object.entries({ ...contribRules, ...contribProducts, FusedConv: fusedConvolution }))

const largestRank = 64

/** The rule of an operator; undefined: its shapes are told as unknown. */
export function ruleOf(domain: string, op: string): Rule | undefined {
  return (domain === '' ? standard : domain === 'ai.onnx.ml' ? classical : domain === 'com.microsoft' ? contrib : undefined)?.get(op)
}

/** A size that no tensor can have is not known. */
function sane(known: Known): Known {
  const { shape } = known
  if (shape === null) return known
  if (shape.length > largestRank) return { ...known, shape: null, value: null }
  if (shape.every((d) => typeof d !== 'number' || (Number.isSafeInteger(d) && d >= 0))) return known
  return { ...known, shape: shape.map((d) => (typeof d !== 'number' || (Number.isSafeInteger(d) && d >= 0) ? d : null)) }
}

/** What is known of the outputs of a node. Never throws; what no rule tells is `nothing`. */
export function inferNode(domain: string, op: string, ask: Ask): readonly Known[] {
  const rule = ruleOf(domain, op)
  let out: readonly Known[] = []
  try {
    out = rule?.(ask) ?? []
  } catch {
    // A rule that stumbles over a graph which breaks the format knows nothing of it.
    out = []
  }
  return Array.from({ length: ask.outputs }, (_, i) => sane(out[i] ?? nothing))
}
