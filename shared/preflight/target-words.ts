// Targets and verdicts in words: what each target means in one sentence, how it is written on a command line, which versions it has.
import { BundleTarget, TargetChoice } from '../domain/bundle-target.ts'
import type { PreflightVerdict } from '../domain/preflight.ts'
import { SlipwayError } from '../errors.ts'
import { engineVersion } from './facts.ts'
import { kserveVersions, oldestKserve, oldestTriton, tritonVersions } from './engine-table.ts'

interface TargetWords { readonly name: string; readonly meaning: string; readonly versions: readonly string[]; readonly oldest: string | null }

export const targetWords: Readonly<Record<BundleTarget, TargetWords>> = {
  server: { name: 'Own server on Node', meaning: 'One machine with Node: unpack, verify, start.', versions: [], oldest: null },
  container: { name: 'Container', meaning: 'An image with the server, for Docker or Podman, with a proxy for canaries.', versions: [], oldest: null },
  triton: { name: 'Triton', meaning: 'NVIDIA’s server reads the model repository of the bundle.', versions: tritonVersions, oldest: oldestTriton },
  'kserve-knative': { name: 'KServe, Knative mode', meaning: 'KServe scales with the requests, and Knative shares them out between versions.', versions: kserveVersions, oldest: oldestKserve },
  'kserve-standard': { name: 'KServe, Standard mode', meaning: 'KServe with plain Deployments; canaries from version 0.20 on.', versions: kserveVersions, oldest: oldestKserve },
  kubernetes: { name: 'Kubernetes', meaning: 'A hardened Deployment of the server, without further operators.', versions: [], oldest: null },
  sagemaker: { name: 'SageMaker', meaning: 'An endpoint of Amazon’s with blue/green updates, from Terraform or CloudFormation.', versions: [], oldest: null },
}

/** `KServe 0.20, Standard mode`; without a version where the files do not differ by it. */
export function targetTitle(choice: TargetChoice): string {
  const { name, oldest } = targetWords[choice.target]
  const version = engineVersion(choice)
  if (oldest === null || version === null) return name
  const [first = name, ...rest] = name.split(',')
  return [`${first} ${version}`, ...rest].join(',')
}

export const verdictWords: Readonly<Record<PreflightVerdict, string>> = { loads: 'Loads', 'loads-with-limits': 'Loads, with limits', 'not-known': 'Not known', 'needs-repair': 'Needs repair', refused: 'Refused' }

/** `kserve-standard@0.20` as a choice. Errors: `input.invalid`. */
export function readTarget(text: string): TargetChoice {
  const [target = '', engine = null, ...rest] = text.split('@')
  const found = BundleTarget.safeParse(target)
  if (!found.success || rest.length > 0) throw new SlipwayError('input.invalid', { reason: `there is no target “${text}”; there are ${BundleTarget.options.join(', ')}, with a version as in kserve-standard@0.20` })
  if (engine !== null && targetWords[found.data].oldest === null) throw new SlipwayError('input.invalid', { reason: `${found.data} has no versions to choose from; write ${found.data} alone` })
  const choice = TargetChoice.safeParse({ target: found.data, engine })
  if (!choice.success) throw new SlipwayError('input.invalid', { reason: `“${engine ?? ''}” is not a version such as ${targetWords[found.data].versions.at(-1) ?? '0.20'}` })
  return choice.data
}

/** How a choice is written on a command line. */
export const targetText = (choice: TargetChoice): string => (choice.engine === null ? choice.target : `${choice.target}@${choice.engine}`)
