// Round numbers for an axis. Owns no drawing.

export interface AxisScale { readonly min: number, readonly max: number, readonly ticks: readonly number[] }

/** Round ticks at 1, 2 or 5 times a power of ten, about `wanted` of them, over [low, high]; fixed ends stay, free ends widen to a tick. */
export function axisScale(low: number, high: number, wanted: number, fixed: { readonly min?: number | undefined, readonly max?: number | undefined } = {}): AxisScale {
  const from = fixed.min ?? low
  const to = fixed.max ?? high
  // Closer together than ticks can tell: treated as one value, with room around it.
  const flat = !(to - from > Math.max(Math.abs(from), Math.abs(to), 1e-80) * 1e-9)
  const span = flat ? Math.max(Math.abs(from), 1) * 0.1 : to - from
  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1)
  const first = Math.floor((flat ? from - span / 2 : from) / step)
  const last = Math.ceil((flat ? to + span / 2 : to) / step)
  const all = Array.from({ length: last - first + 1 }, (_, i) => round((first + i) * step, step))
  const min = fixed.min ?? all[0]!
  const max = fixed.max ?? all.at(-1)!
  return { min, max, ticks: all.filter((t) => t >= min - step * 1e-9 && t <= max + step * 1e-9) }
}

/** Removes the float dust of a multiplication: 0.30000000000000004 is 0.3. */
const round = (value: number, step: number): number => Number(value.toFixed(Math.max(0, Math.min(100, 1 - Math.floor(Math.log10(step))))))

/** Writes the ticks of one axis with the same number of decimals, so that they line up: 0.850, 0.855, 0.860. */
export function tickWriter(ticks: readonly number[]): (value: number) => string {
  const texts = ticks.map(tickText)
  if (texts.some((text) => text.includes('e'))) return tickText
  const decimals = Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0))
  return (value) => {
    const [whole = '', fraction = ''] = tickText(value).split('.')
    return decimals === 0 || value === 0 ? tickText(value) : `${whole}.${fraction.padEnd(decimals, '0')}`
  }
}

/** A tick as short text: thousands separated, exponents beyond a million. */
export function tickText(value: number): string {
  const size = Math.abs(value)
  const sign = value < 0 ? '−' : ''
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return sign + String(size.toExponential(1)).replace('.0e', 'e').replace('e+', 'e').replace('e-', 'e−')
  const [whole = '0', fraction] = String(Number(size.toPrecision(6))).split('.')
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
}
