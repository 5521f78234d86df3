// Every colour of text and of charts stands out from its background as WCAG 2.2 asks: 4.5 : 1 for text, 3 : 1 for marks and control lines.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chartInks } from '../../shared/charts/palette.ts'

const css = readFileSync(join(import.meta.dirname, '../../renderer/tokens.css'), 'utf8')

/** The colour tokens of a rule of tokens.css. */
function tokensOf(selector: string): ReadonlyMap<string, string> {
  const rule = css.split(`${selector} {`)[1]?.split('}')[0] ?? ''
  return new Map([...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]))
}

/** Relative luminance after WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

const pairs: readonly (readonly [text: string, backgrounds: readonly string[]])[] = [
  ['text', ['canvas', 'sunken', 'raised', 'hover', 'pressed', 'accent-soft']], ['text-2', ['canvas', 'sunken', 'raised', 'hover', 'pressed']], ['text-3', ['canvas', 'sunken', 'raised', 'hover']],
  ['accent', ['canvas', 'sunken', 'raised', 'accent-soft']], ['on-accent', ['accent', 'accent-hover']], ['good', ['canvas', 'good-soft']], ['warn', ['canvas', 'warn-soft']], ['bad', ['canvas', 'sunken', 'bad-soft']],
]

it('knows the contrasts that everybody knows', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.each([['light', ':root'], ['dark', ":root[data-theme='dark']"]] as const)('%s', (theme, selector) => {
  const tokens = tokensOf(selector)
  const token = (name: string): string => tokens.get(name) ?? expect.fail(`there is no colour --${name}`)

  it.each(pairs.flatMap(([text, backgrounds]) => backgrounds.map((background) => [text, background] as const)))('%s on %s', (text, background) => {
    expect(contrast(token(text), token(background))).toBeGreaterThanOrEqual(4.5)
  })

  it('lines of controls and series of charts', () => {
    for (const color of [token('control-line'), ...chartInks[theme].palette, chartInks[theme].axis]) expect(contrast(color, token('canvas')), color).toBeGreaterThanOrEqual(3)
  })

  it('numbers on the fullest cell of a confusion matrix', () => {
    const heat = /--heat: (\d+) (\d+) (\d+);/.exec(css.split(`${selector} {`)[1] ?? '')!.slice(1).map(Number)
    const canvas = [1, 3, 5].map((at) => Number.parseInt(token('canvas').slice(at, at + 2), 16))
    const mixed = `#${heat.map((c, i) => Math.round(c * 0.55 + canvas[i]! * 0.45).toString(16).padStart(2, '0')).join('')}`
    expect(contrast(token('text'), mixed)).toBeGreaterThanOrEqual(4.5)
  })
})
