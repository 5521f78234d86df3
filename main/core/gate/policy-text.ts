// A gate policy as a file: YAML or JSON text in, checked policy out, and back. Every fault says its line.
import { stringify } from 'yaml'
import type { PolicyReading } from '../../../shared/domain/gate.ts'
import { GatePolicy } from '../../../shared/domain/gate-rules.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { policyFaults } from '../../../shared/gate-policy.ts'
import { documentFaults } from '../../../shared/schema-words.ts'
import { readYaml } from '../files/yaml-text.ts'

const beginning = 'it begins with “schema: slipway.gate/2” and a list of “rules”'

/** Where a field is missing, the thing that lacks it is the place to look at. */
type Fault = PolicyReading['faults'][number]

/** Reads a policy from YAML (JSON is YAML too): the policy, or everything that does not fit, line by line. */
export function readPolicy(text: string): PolicyReading {
  const read = readYaml(text, 'a policy')
  if ('fault' in read) return { policy: null, faults: [{ line: read.line, sentence: read.words }] }
  const isMap = typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)
  if (!isMap) return { policy: null, faults: [{ line: null, sentence: `the file holds no policy; ${beginning}` }] }
  const faults = documentFaults(GatePolicy, read.value).map((fault): Fault => ({ line: read.lineOf(fault.path), sentence: fault.words }))
  return faults.length > 0 ? { policy: null, faults } : { policy: GatePolicy.parse(read.value), faults: [] }
}

const faultWords = ({ line, sentence }: Fault): string => (line === null ? sentence : `line ${line}: ${sentence}`)
const shown = 20

/** What the rules of a policy that has its shape ask for and cannot have, line by line. */
function meaningFaults(text: string, policy: GatePolicy, measured: readonly string[]): readonly Fault[] {
  const read = readYaml(text, 'a policy')
  return policyFaults(policy, measured).map((f) => ({ line: 'fault' in read || f.rule === null ? null : read.lineOf(['rules', f.rule, ...(f.field === null ? [] : [f.field])]), sentence: f.words }))
}

/** The same for those who need a policy. `measured`: names beyond the catalogue; absent: names and limits are not looked at. Throws `gate.policyInvalid` with every place that does not fit, in words. */
export function parsePolicy(text: string, measured?: readonly string[]): GatePolicy {
  const { policy, faults: misfits } = readPolicy(text)
  const faults = policy === null ? misfits : measured === undefined ? [] : meaningFaults(text, policy, measured)
  if (policy !== null && faults.length === 0) return policy
  const more = faults.length - shown
  const reason = faults.slice(0, shown).map(faultWords).join('; and ') + (more > 0 ? `; and ${more} more such ${more === 1 ? 'place' : 'places'}` : '')
  throw new SlipwayError('gate.policyInvalid', { reason })
}

/** A policy as text. Fields that say nothing more than their absence are left out. */
export function policyText(policy: GatePolicy, format: 'yaml' | 'json' = 'yaml'): string {
  const plain = { schema: policy.schema, rules: policy.rules.map((rule) => Object.fromEntries(Object.entries(rule).filter(([key, value]) => value !== undefined && !(key === 'slice' && value === '')))) }
  return format === 'json' ? `${JSON.stringify(plain, null, 2)}\n` : stringify(plain, { lineWidth: 120 })
}
