// A gate policy as a file: YAML or JSON text in, checked policy out, and back.
import { stringify } from 'yaml'
import { GatePolicy } from '../../../shared/domain/gate.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { documentFault } from '../../../shared/schema-words.ts'
import { readYaml } from '../files/yaml-text.ts'

const beginning = 'it begins with “schema: slipway.gate/1” and a list of “rules”'

/** Reads a policy from YAML (JSON is YAML too). Throws `gate.policyInvalid` with the places that do not fit, in words. */
export function parsePolicy(text: string): GatePolicy {
  const read = readYaml(text, 'a policy')
  if ('fault' in read) throw new SlipwayError('gate.policyInvalid', { reason: read.fault })
  const isMap = typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)
  const fault = isMap ? documentFault(GatePolicy, read.value) : `the file holds no policy; ${beginning}`
  if (fault !== null) throw new SlipwayError('gate.policyInvalid', { reason: fault })
  return GatePolicy.parse(read.value)
}

/** A policy as YAML text. */
export const policyText = (policy: GatePolicy): string => stringify(policy)
