// How numbers, sizes, times and hashes are written, on screen and on the command line alike.
// Owns wording of values only; refuses locale-dependent output, so that two machines print the same text.

import type { ModelTask } from './domain/model.ts'

let grouped: Intl.NumberFormat | null = null
/** Made when the first number is written: it takes longer than all else that a program loads. */
const groups = (): Intl.NumberFormat => grouped ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number with thousands separators: `48,842`. */
export const formatCount = (n: number): string => groups().format(n)

/** A count with its noun: `1 row`, `48,842 rows`. */
export const formatPlural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`

/** Bytes in powers of 1024 with three significant digits: `912 B`, `4.21 KiB`, `1.50 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1023.5 && unit < units.length - 1) { value /= 1024; unit++ }
  if (unit === 0) return `${formatCount(value)} B`
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${units[unit] ?? ''}`
}

/** Milliseconds as the two largest useful units: `0.84 ms`, `312 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`
  if (ms < 1000) return `${ms.toFixed(0)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** Rows per second with three significant digits: `8.42`, `512`, `48,300`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1000) return formatCount(Number(perSecond.toPrecision(3)))
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2)
}

/** A share from 0 to 1 as a percentage: `12.5 %`; tiny shares are never written as zero. */
export function formatShare(share: number): string {
  if (share === 0) return '0 %'
  if (share < 0.001) return '< 0.1 %'
  if (share > 0.999 && share < 1) return '> 99.9 %'
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`
}

/**
 * A measured number: four decimals below one in size (so that columns line up), five significant digits above,
 * exponents only where nothing else is readable. Whole numbers stay whole when `whole` is set.
 */
export function formatNumber(value: number, whole = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const sign = value < 0 ? '−' : ''
  if (whole && Number.isInteger(value)) return sign + formatCount(size)
  if (size === 0) return '0.0000'
  if (size < 0.00005 || size >= 1e9) return sign + exponent(size)
  if (size < 10) return sign + size.toFixed(4)
  const decimals = size < 100 ? 3 : size < 1000 ? 2 : size < 10_000 ? 1 : 0
  const [wholePart = '0', fraction] = size.toFixed(decimals).split('.')
  return sign + formatCount(Number(wholePart)) + (fraction === undefined ? '' : `.${fraction}`)
}

function exponent(size: number): string {
  const [digits = '0', power = '0'] = size.toExponential(2).split('e')
  return `${digits}e${power.replace('+', '').replace('-', '−')}`
}

/** A difference, always with its sign: `+0.0123`, `−4.10`, `±0`. */
export function formatDelta(value: number): string {
  if (value === 0) return '±0'
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value)
}

/** The first characters of a hash, enough to tell two apart by eye. */
export const shortHash = (sha256: string): string => sha256.slice(0, 12)

const two = (n: number): string => String(n).padStart(2, '0')

/** Local date and time to the minute: `2026-11-21 08:31`. */
export function formatTime(at: number): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`
}

/** How long ago, in words: `just now`, `4 min ago`, `yesterday`, else the date. */
export function formatAgo(at: number, now: number = Date.now()): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  if (minutes < 48 * 60) return 'yesterday'
  if (minutes < 7 * 24 * 60) return `${Math.floor(minutes / (24 * 60))} days ago`
  return formatTime(at).slice(0, 10)
}

/** The words for a model's task. */
export function taskName(task: ModelTask): string {
  switch (task) {
    case 'binary-classification': return 'Binary classification'
    case 'multiclass-classification': return 'Multiclass classification'
    case 'multilabel-classification': return 'Multilabel classification'
    case 'regression': return 'Regression'
    case 'object-detection': return 'Object detection'
    case 'semantic-segmentation': return 'Semantic segmentation'
  }
}
