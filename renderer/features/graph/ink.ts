// Colours and letters of the drawing, read from the tokens of the theme that the window wears.
import { chartInks, chartThemeOf } from '../../../shared/charts/palette.ts'
import { operatorKinds, type OperatorKind } from '../../../shared/graph/operator-kind.ts'

export interface Ink {
  readonly canvas: string; readonly raised: string; readonly sunken: string; readonly pressed: string; readonly line: string; readonly strong: string; readonly text: string; readonly text2: string; readonly text3: string
  readonly accent: string; readonly soft: string; readonly onAccent: string; readonly good: string; readonly goodSoft: string; readonly warn: string; readonly warnSoft: string; readonly bad: string
  /** Three numbers for rgb(). */
  readonly heat: string
  readonly font: string; readonly mono: string
  readonly kinds: Readonly<Record<OperatorKind, string>>
}

const order: Readonly<Record<OperatorKind, number>> = { product: 0, activation: 1, normalisation: 2, reduction: 3, classical: 4, control: 5, arithmetic: 6, shape: 7, other: 7 }

export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const { palette } = chartInks[chartThemeOf(document.documentElement.dataset['theme'])]
  return {
    canvas: of('canvas'), raised: of('raised'), sunken: of('sunken'), pressed: of('pressed'), line: of('line'), strong: of('line-strong'), text: of('text'), text2: of('text-2'), text3: of('text-3'), accent: of('accent'), soft: of('accent-soft'), onAccent: of('on-accent'),
    good: of('good'), goodSoft: of('good-soft'), warn: of('warn'), warnSoft: of('warn-soft'), bad: of('bad'), heat: of('heat').split(' ').join(', '), font: of('font'), mono: of('mono'),
    kinds: Object.fromEntries(operatorKinds.map((kind) => [kind, palette[order[kind]] ?? of('text-3')])) as Record<OperatorKind, string>,
  }
}

/** `#abc` as `#aabbcc`: the style sheet is made small. */
const long = (hex: string): string => (hex.length === 4 ? `#${[...hex.slice(1)].map((c) => c + c).join('')}` : hex)

/** A colour laid over another, both in hexadecimal. */
export function mixed(over: string, under: string, share: number): string {
  const part = (hex: string, at: number): number => parseInt(long(hex).slice(1 + at * 2, 3 + at * 2), 16)
  return `#${[0, 1, 2].map((i) => Math.round(part(over, i) * share + part(under, i) * (1 - share)).toString(16).padStart(2, '0')).join('')}`
}
