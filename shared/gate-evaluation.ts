// Judges a run by a gate policy: one finding a rule, each a sentence with its numbers. Owns no storing and no overrides.
// What was not measured is not established, and not established is never a pass.
import type { GateFinding, GateWork } from './domain/gate.ts'
import type { GatePolicy, GateRule } from './domain/gate-rules.ts'
import type { RunFacts } from './gate/facts.ts'
import type { Judged } from './gate/finding.ts'
import { judgeLatency, judgeMemory, judgeParity, judgeSize, judgeThroughput } from './gate/judge-cost.ts'
import { judgeApprovals, judgeDocuments, judgeFreshness, judgeLeftOut, judgeQuality, judgeRows } from './gate/judge-evidence.ts'
import { judgeCalibration, judgeMetric, judgeRegression } from './gate/judge-metrics.ts'
import { judgeFairness, judgeSegments, judgeSlices } from './gate/judge-parts.ts'
import { judgeBaseline, judgeRobustness } from './gate/judge-strength.ts'

export interface GateOutcome {
  readonly passed: boolean
  readonly findings: GateFinding[]
  /** What could be run for a rule that is not established; null where nothing could, or nothing has to. In the order of the rules. */
  readonly needs: readonly (GateWork | null)[]
}

/** Whether a rule decides, or is only shown. */
export const decides = (rule: GateRule): boolean => !('severity' in rule) || rule.severity !== 'advisory'

/** Every rule's finding; passed only when every rule that decides passes. */
export function evaluateGate(policy: GatePolicy, facts: RunFacts): GateOutcome {
  const answers = policy.rules.map((rule) => judge(rule, facts))
  const findings = answers.map((a) => a.finding)
  return { passed: findings.every((f) => f.verdict === 'pass' || !decides(f.rule)), findings, needs: answers.map((a) => a.needs) }
}

function judge(rule: GateRule, facts: RunFacts): Judged {
  switch (rule.kind) {
    case 'metric': return judgeMetric(rule, facts)
    case 'no-regression': return judgeRegression(rule, facts)
    case 'beats-baseline': return judgeBaseline(rule, facts)
    case 'calibration': return judgeCalibration(rule, facts)
    case 'robustness': return judgeRobustness(rule, facts)
    case 'slices': return judgeSlices(rule, facts)
    case 'weak-segments': return judgeSegments(rule, facts)
    case 'fairness': return judgeFairness(rule, facts)
    case 'latency': return judgeLatency(rule, facts)
    case 'throughput': return judgeThroughput(rule, facts)
    case 'memory': return judgeMemory(rule, facts)
    case 'size': return judgeSize(rule, facts)
    case 'parity': return judgeParity(rule, facts)
    case 'rows': return judgeRows(rule, facts)
    case 'left-out': return judgeLeftOut(rule, facts)
    case 'freshness': return judgeFreshness(rule, facts)
    case 'data-quality': return judgeQuality(rule, facts)
    case 'documents': return judgeDocuments(rule, facts)
    case 'approvals': return judgeApprovals(rule, facts)
  }
}
