// How the numbers of live traffic are written on these screens: verdicts, moments, shares.
import type { DriftColumn } from '../../../shared/domain/drift.ts'
import type { Alert, AlertAction, WithInterval } from '../../../shared/domain/monitor.ts'
import { formatTime } from '../../../shared/format.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import type { IconName } from '../../ui/icon.tsx'
import type { Tone } from '../../ui/status.tsx'

interface Words { readonly tone: Tone; readonly icon: IconName; readonly words: string }

export const driftWords: Readonly<Record<DriftColumn['verdict'], Words>> = {
  drift: { tone: 'warn', icon: 'alert', words: 'Drift' }, none: { tone: 'good', icon: 'good', words: 'No drift' },
  'not-enough': { tone: 'neutral', icon: 'waiting', words: 'Not enough data' }, 'not-measured': { tone: 'neutral', icon: 'stopped', words: 'Not measured' },
}

export const alertWords: Readonly<Record<Alert['state'], Words>> = {
  firing: { tone: 'bad', icon: 'alert', words: 'Fires' }, clear: { tone: 'good', icon: 'good', words: 'Clear' },
  'not-enough': { tone: 'neutral', icon: 'waiting', words: 'Not enough data' }, 'not-judged': { tone: 'neutral', icon: 'stopped', words: 'Not told by logs' },
}

export const actionWords: Readonly<Record<AlertAction, string>> = { 'roll-back': 'Roll back', retrain: 'Retrain', recalibrate: 'Recalibrate', threshold: 'Move the limit', accept: 'Accept' }

/** PSI and other effects: four digits, nothing where it was not measured. */
export const effect = (x: number | null): string => (x === null ? '–' : x.toFixed(4))

export const valued = (metric: string, v: WithInterval | null): string => (v === null ? 'not available' : `${metricText(metric, v.value)}${v.low === null || v.high === null ? '' : ` (${metricText(metric, v.low)} to ${metricText(metric, v.high)})`}`)

export const period = (from: number | null, to: number | null): string => (from === null || to === null ? 'without times' : formatTime(from) === formatTime(to) ? formatTime(from) : `${formatTime(from)} to ${formatTime(to)}`)

const two = (n: number): string => String(n).padStart(2, '0')

/** Windows as places of an axis: the day, with the hour, with the second, as short as keeps them apart. */
export function windowNames(windows: readonly { readonly from: number }[]): readonly string[] {
  const clock = (at: number, seconds: boolean): string => { const d = new Date(at); return `${two(d.getHours())}:${two(d.getMinutes())}${seconds ? `:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, '0')}` : ''}` }
  const forms: readonly ((at: number) => string)[] = [(at) => formatTime(at).slice(0, 10), (at) => formatTime(at), (at) => clock(at, true)]
  for (const form of forms) {
    const names = windows.map((w) => form(w.from))
    if (new Set(names).size === names.length) return names
  }
  return windows.map((w, i) => `${i + 1}, ${clock(w.from, true)}`)
}
