// The policy while it is being edited: its rules, its text, and what it would find, kept in step. Stores nothing.
import { useEffect, useMemo, useState } from 'react'
import { GateRule1, type GatePolicy, type GateRule } from '../../../shared/domain/gate-rules.ts'
import type { GatePreview, PolicyReading } from '../../../shared/domain/gate.ts'
import type { RunId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'

/** A value that has not changed for a moment; the first one at once. */
export function useSettled<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** A rule that `slipway.gate/1` can say. */
const isOld = (rule: GateRule): boolean => {
  const parsed = GateRule1.safeParse(rule)
  return parsed.success && Object.entries(rule).every(([key, value]) => value === undefined || key in parsed.data)
}

/** The policy of these rules: in the older schema as long as it can say all of them and the policy came in it. */
export const policyOf = (rules: readonly GateRule[], schema: GatePolicy['schema']): GatePolicy =>
  schema === 'slipway.gate/1' && rules.every(isOld) ? { schema, rules: rules.map((rule) => GateRule1.parse(rule)) } : { schema: 'slipway.gate/2', rules: [...rules] }

export interface EditedPolicy {
  readonly rules: readonly GateRule[]
  readonly policy: GatePolicy
  /** The text of the policy: as it is being written, or made from the rules. */
  readonly text: string | null
  /** Faults of the text that is being written; empty when it is a policy. */
  readonly faults: PolicyReading['faults']
  /** What the policy would find, at most a moment old; null before the first answer. */
  readonly preview: GatePreview | null
  readonly fresh: boolean
  setRules(rules: readonly GateRule[]): void
  setText(text: string): void
}

/** `start`: where editing begins; later changes of it are not looked at. */
export function usePolicy(runId: RunId, baseline: RunId | null, start: GatePolicy): EditedPolicy {
  const [rules, setRules] = useState<readonly GateRule[]>(start.rules)
  const [typed, setTyped] = useState<string | null>(null)
  const policy = useMemo(() => policyOf(rules, start.schema), [rules, start.schema])
  const settled = useSettled(policy)
  const askedText = useSettled(typed)
  const judged = useCall('gate.preview', { runId, policy: settled, ...(baseline === null ? {} : { baselineRunId: baseline }) }, { keepPrevious: true, enabled: settled.rules.length > 0 })
  const written = useCall('gate.text', { policy: settled }, { keepPrevious: true })
  const reading = useCall('gate.read', { text: askedText ?? '' }, { keepPrevious: true, enabled: askedText !== null })
  const read = askedText !== null && typed === askedText && !reading.isPlaceholderData ? reading.data : undefined
  useEffect(() => { if (read?.policy != null) setRules(read.policy.rules) }, [read])
  return {
    rules, policy, text: typed ?? written.data?.text ?? null, faults: typed === null ? [] : read?.faults ?? reading.data?.faults ?? [],
    preview: rules.length === 0 ? null : judged.data ?? null, fresh: settled === policy && !judged.isPlaceholderData,
    setRules: (next) => { setTyped(null); setRules(next) }, setText: setTyped,
  }
}
