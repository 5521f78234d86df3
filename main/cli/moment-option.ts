// Points in time as a user types them: a day, a moment, or so long ago. Owns no clock but the one it is given.
import { SlipwayError } from '../../shared/errors.ts'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds since 1970 of `2026-01-31`, `2026-01-31T14:00:00Z`, or `90m`, `6h`, `7d` ago; null where nothing was typed. Days are UTC. */
export function momentOption(option: string, text: string | undefined, now: number = Date.now()): number | null {
  if (text === undefined) return null
  const ago = /^(\d{1,6})([mhd])$/i.exec(text.trim())
  if (ago !== null) return now - Number(ago[1]) * units[ago[2]!.toLowerCase() as keyof typeof units]
  const written = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text.trim()) ? text.trim().replace(' ', 'T') : ''
  const at = Date.parse(written === '' ? 'no time' : written.length > 10 && !/(Z|[+-]\d\d:\d\d)$/.test(written) ? `${written}Z` : written)
  if (Number.isNaN(at)) throw new SlipwayError('input.invalid', { reason: `${option} is “${text}”, but must be a day (2026-01-31), a moment (2026-01-31T14:00:00Z), or so long ago (90m, 6h, 7d)` })
  return at
}
