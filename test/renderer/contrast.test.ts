// Every colour of text and of charts stands out from its background as WCAG 2.2 asks: 4.5 : 1 for text, 3 : 1 for marks and control lines;
// in the high-contrast themes 7 : 1 and 4.5 : 1.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chartInks, chartThemes } from '../../shared/charts/palette.ts'

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
  ['accent', ['canvas', 'sunken', 'raised', 'hover', 'accent-soft']], ['on-accent', ['accent', 'accent-hover']],
  ['good', ['canvas', 'sunken', 'raised', 'good-soft']], ['warn', ['canvas', 'sunken', 'raised', 'warn-soft']], ['bad', ['canvas', 'sunken', 'raised', 'hover', 'bad-soft']], ['bad-hover', ['canvas']],
]

it('knows the contrasts that everybody knows', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

const renderer = join(import.meta.dirname, '../../renderer')
/** Marks and lines, which need 3 : 1 and are looked at by the checker in the real window; words on the colour of words (a tooltip). */
const noWords = ['line', 'line-strong', 'control-line', 'accent-line', 'canvas']

it('looks at every colour in which a style sheet writes', () => {
  const sheets = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'))
  expect(sheets.length).toBeGreaterThan(30)
  const inks = new Set(sheets.flatMap((file) => [...readFileSync(join(renderer, file), 'utf8').matchAll(/[;{\s]color: var\(--([\w-]+)\)/g)].map(([, name]) => name!)))
  expect([...inks].filter((ink) => !noWords.includes(ink) && !pairs.some(([text]) => text === ink))).toEqual([])
})

it('knows every theme that the style sheet knows', () => {
  expect([...css.matchAll(/data-theme='([\w-]+)'/g)].map(([, name]) => name)).toEqual(chartThemes.filter((theme) => theme !== 'light'))
})

describe.each(chartThemes)('%s', (theme) => {
  const selector = theme === 'light' ? ':root' : `:root[data-theme='${theme}']`
  const [forText, forMarks] = theme.startsWith('contrast') ? [7, 4.5] : [4.5, 3]
  const tokens = tokensOf(selector)
  const token = (name: string): string => tokens.get(name) ?? expect.fail(`there is no colour --${name}`)

  it.each(pairs.flatMap(([text, backgrounds]) => backgrounds.map((background) => [text, background] as const)))('%s on %s', (text, background) => {
    expect(contrast(token(text), token(background))).toBeGreaterThanOrEqual(forText)
  })

  it('lines of controls and series of charts', () => {
    // The small charts inside tables are drawn with CSS, in the first colour of the one palette.
    expect(token('chart-bar')).toBe(chartInks[theme].palette[0])
    for (const color of [token('control-line'), ...chartInks[theme].palette, chartInks[theme].axis]) expect(contrast(color, token('canvas')), color).toBeGreaterThanOrEqual(forMarks)
  })

  it('numbers on the fullest cell of a confusion matrix', () => {
    const heat = /--heat: (\d+) (\d+) (\d+);/.exec(css.split(`${selector} {`)[1] ?? '')!.slice(1).map(Number)
    const canvas = [1, 3, 5].map((at) => Number.parseInt(token('canvas').slice(at, at + 2), 16))
    const mixed = `#${heat.map((c, i) => Math.round(c * 0.55 + canvas[i]! * 0.45).toString(16).padStart(2, '0')).join('')}`
    expect(contrast(token('text'), mixed)).toBeGreaterThanOrEqual(forText)
  })
})
