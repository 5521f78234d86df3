// The versions served side by side, and which of them answers a request: by the version in the address, by a header of the caller, or by
// the unit that the request is about, so that one unit always meets the same version. Owns the choice; runs nothing.
import type { IncomingHttpHeaders } from 'node:http'
import type { ServedArm } from './arm.ts'
import { RequestFault } from './request-fault.ts'

export const armHeader = 'x-slipway-arm'
export const unitHeader = 'x-unit-id'

export interface ArmSet {
  readonly stable: ServedArm
  readonly canary: { readonly arm: ServedArm; /** percent */ readonly weight: number } | null
  readonly shadow: ServedArm | null
}

/** FNV-1a with a final mix: the same bucket for the same unit on every machine, spread evenly also for units that differ in the last letter. */
export function bucketOf(unit: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < unit.length; i++) hash = Math.imul(hash ^ unit.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 * 100
}

export const hasSeveral = (arms: ArmSet): boolean => arms.canary !== null || arms.shadow !== null

/** The arm for a request. `unit`: what it is about, or its id where nothing is said. Throws RequestFault with 400 for an unknown arm. */
export function chooseArm(arms: ArmSet, headers: IncomingHttpHeaders, unit: string): ServedArm {
  const { canary, stable } = arms
  const wish = headers[armHeader]
  if (wish === undefined) return canary !== null && bucketOf(unit) < canary.weight ? canary.arm : stable
  if (wish === 'stable' || (wish === stable.told && canary === null)) return stable
  if (wish === 'canary' && canary !== null) return canary.arm
  throw new RequestFault(400, `there is no arm “${String(wish).slice(0, 40)}” here; ${canary === null ? 'there is “stable”' : 'there are “stable” and “canary”'}`)
}

/** The arm with this version number, or null. */
export const armOfVersion = (arms: ArmSet, version: string): ServedArm | null =>
  [arms.stable, ...(arms.canary === null ? [] : [arms.canary.arm])].find((arm) => arm.contract.version === version) ?? null

export const allArms = (arms: ArmSet): ServedArm[] => [arms.stable, ...(arms.canary === null ? [] : [arms.canary.arm]), ...(arms.shadow === null ? [] : [arms.shadow])]
