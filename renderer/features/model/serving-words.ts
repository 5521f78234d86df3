// What serves under a name now and what did before, in words: from the moves of an alias or the deployments of an environment. Draws nothing.
import type { Alias, AliasMove } from '../../../shared/domain/alias.ts'
import type { Deployment } from '../../../shared/domain/deployment.ts'
import type { VersionId } from '../../../shared/ids.ts'

interface Place { readonly versionId: VersionId; readonly number: number }

/** One step back: which version left, how, when, and in whose words why. */
export interface Earlier { readonly key: string; readonly version: Place; readonly how: 'rolled back' | 'replaced' | 'taken off' | 'ended'; readonly at: number; readonly why: string | null }

/** One line of what serves: an alias, or an environment with its target. */
export interface ServingLine {
  readonly key: string; readonly name: string; readonly kind: 'alias' | 'environment'
  readonly now: Place | null; readonly share: number | null
  readonly since: number; readonly who: string | null; readonly why: string | null
  readonly earlier: readonly Earlier[]
}

const hows: Readonly<Record<AliasMove['action'], Earlier['how']>> = { set: 'replaced', rollback: 'rolled back', remove: 'taken off' }

/** Moves of all aliases, newest first, as they left a version behind. The reason of a replacement is that of the next version, not of this one. */
export function aliasLines(aliases: readonly Alias[], moves: readonly AliasMove[]): readonly ServingLine[] {
  return aliases.map(({ alias, target, last }) => ({
    key: `alias ${alias}`, name: alias, kind: 'alias', now: target, share: null, since: last.at, who: last.who?.name ?? null, why: last.action === 'remove' ? null : last.reason,
    earlier: moves.filter((m) => m.alias === alias && m.from !== null && m.from.versionId !== m.to?.versionId)
      .map((m) => ({ key: String(m.revision), version: m.from!, how: hows[m.action], at: m.at, why: m.action === 'set' ? null : m.reason })),
  }))
}

const ends: Readonly<Record<NonNullable<Deployment['end']>, Earlier['how']>> = { ended: 'ended', replaced: 'replaced', 'rolled-back': 'rolled back' }

/** Deployments by environment and target: each that goes on is a line of its own, since several versions may share the requests. */
export function environmentLines(deployments: readonly Deployment[]): readonly ServingLine[] {
  const place = (d: Deployment): Place => ({ versionId: d.versionId, number: d.versionNumber })
  const named = (d: Deployment): string => (d.target === '' ? d.environment : `${d.environment} · ${d.target}`)
  return [...new Set(deployments.map(named))].sort().flatMap((name): ServingLine[] => {
    const own = deployments.filter((d) => named(d) === name)
    const gone = own.filter((d) => d.until !== null).sort((a, b) => b.until! - a.until!)
    const earlier = gone.map((d): Earlier => ({ key: d.id, version: place(d), how: ends[d.end ?? 'ended'], at: d.until!, why: d.endReason }))
    const base = { name, kind: 'environment' as const }
    const lines = own.filter((d) => d.until === null).map((d, i): ServingLine => ({ ...base, key: d.id, now: place(d), share: d.share, since: d.since, who: d.who, why: d.reason, earlier: i === 0 ? earlier : [] }))
    return lines.length > 0 ? lines : [{ ...base, key: `environment ${name}`, now: null, share: null, since: gone[0]?.until ?? 0, who: null, why: null, earlier }]
  })
}
