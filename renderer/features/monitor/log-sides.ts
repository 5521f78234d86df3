// Which rows of a model's stored logs can stand on a side of a comparison: versions, and their arms. Owns how a choice is written in a form.
import type { AbSide } from '../../../shared/domain/ab.ts'
import type { LogBatch } from '../../../shared/domain/log-batch.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { VersionId } from '../../../shared/ids.ts'

export interface SideChoice { readonly value: string; readonly label: string; readonly side: AbSide; readonly number: number }

const written = ({ versionId, arm }: AbSide): string => `${versionId} ${arm ?? ''}`

/** Newest version first; arms only where a version has several, or one that is not `stable`. */
export function sideChoices(batches: readonly LogBatch[], versions: readonly Pick<Version, 'id' | 'number' | 'modelName'>[]): readonly SideChoice[] {
  return [...versions].sort((a, b) => b.number - a.number).flatMap((v) => {
    const own = batches.filter((b) => b.rows > 0 && (b.versionId === v.id || (b.versionId === null && b.versions.some((x) => x.number === v.number))))
    if (own.length === 0) return []
    const arms = [...new Set(own.flatMap((b) => b.arms.filter((a) => a.rows > 0).map((a) => a.arm)))].sort()
    const choice = (arm?: AbSide['arm']): SideChoice => { const side: AbSide = { versionId: v.id as VersionId, ...(arm === undefined ? {} : { arm }) }; return { value: written(side), label: `${v.modelName} v${v.number}${arm === undefined ? '' : `, ${arm}`}`, side, number: v.number } }
    return [choice(), ...(arms.length > 1 || arms[0] !== 'stable' ? arms.map((a) => choice(a)) : [])]
  })
}

/** What is likely meant: the canary of this version against the stable arm, else the version before it. */
export function likelySides(choices: readonly SideChoice[], versionId: string): { readonly first: string; readonly second: string } {
  const own = choices.filter((c) => c.side.versionId === versionId)
  const canary = own.find((c) => c.side.arm === 'canary') ?? own.find((c) => c.side.arm === 'shadow')
  const stable = own.find((c) => c.side.arm === 'stable')
  const before = choices.find((c) => c.side.arm === undefined && c.number < (own[0]?.number ?? 0)) ?? choices.find((c) => c.side.arm === undefined && c.side.versionId !== versionId)
  if (canary !== undefined && stable !== undefined) return { first: stable.value, second: canary.value }
  return { first: before?.value ?? own[0]?.value ?? '', second: (canary ?? own[0])?.value ?? '' }
}
