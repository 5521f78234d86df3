// A gate policy as a file: YAML or JSON text in, checked policy out, and back.
import { parse, stringify } from 'yaml'
import { GatePolicy } from '../../../shared/domain/gate.ts'
import { SlipwayError } from '../../../shared/errors.ts'

/** Reads a policy from YAML (JSON is YAML too). Throws `gate.policyInvalid` with the first place that does not fit. */
export function parsePolicy(text: string): GatePolicy {
  let raw: unknown
  try {
    raw = parse(text, { maxAliasCount: 0 })
  } catch (thrown) {
    throw new SlipwayError('gate.policyInvalid', { reason: thrown instanceof Error ? thrown.message.split('\n')[0]! : 'it is not YAML' })
  }
  const policy = GatePolicy.safeParse(raw)
  if (policy.success) return policy.data
  const issue = policy.error.issues[0]
  throw new SlipwayError('gate.policyInvalid', { reason: issue === undefined ? 'it does not fit the schema' : `${issue.path.map(String).join('.') || 'policy'}: ${issue.message}` })
}

/** A policy as YAML text. */
export const policyText = (policy: GatePolicy): string => stringify(policy)
