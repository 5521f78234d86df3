// A confusion matrix as a still SVG heat map, shaded by the share of each true class. Counts are written while they fit.
import type { Curve } from '../domain/run.ts'
import { formatCount, formatShare } from '../format.ts'
import type { ChartColors } from './palette.ts'
import { svgEscape } from './svg.ts'

type Confusion = Extract<Curve, { kind: 'confusion' }>

const labelRoom = 96
const headRoom = 44

/** Square of `classes` × `classes` cells; `side` is the width of the whole picture in pixels. */
export function confusionSvg(matrix: Confusion, colors: ChartColors, side: number): string {
  const k = matrix.classes.length
  const cell = (side - labelRoom - 12) / k
  const height = headRoom + cell * k + 12
  const ink = svgEscape(colors.text)
  const short = (name: string, room: number) => svgEscape(name.length * 6.4 > room ? `${name.slice(0, Math.max(1, Math.floor(room / 6.4) - 1))}…` : name)
  const px = (value: number) => String(Number(value.toFixed(2)))
  const hits = matrix.counts.reduce((sum, row, i) => sum + row[i]!, 0)
  const total = matrix.counts.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0)
  const cells = matrix.counts.flatMap((row, i) => {
    const rows = row.reduce((a, b) => a + b, 0)
    return row.map((count, j) => {
      const share = rows === 0 ? 0 : count / rows
      const [x, y] = [labelRoom + j * cell, headRoom + i * cell]
      const words = `${formatCount(count)} rows of ${matrix.classes[i]!} predicted as ${matrix.classes[j]!}, ${formatShare(share)} of ${matrix.classes[i]!}`
      const text = cell >= 26 && formatCount(count).length * 6.6 <= cell ? `<text x="${px(x + cell / 2)}" y="${px(y + cell / 2)}" dy="0.32em" text-anchor="middle" fill="${ink}">${formatCount(count)}</text>` : ''
      return `<g><title>${svgEscape(words)}</title><rect x="${px(x)}" y="${px(y)}" width="${px(cell)}" height="${px(cell)}" fill="${svgEscape(colors.palette[0]!)}" fill-opacity="${px(share * 0.62)}" stroke="${svgEscape(colors.grid)}"/>${text}</g>`
    })
  })
  const names = cell >= 11 ? matrix.classes.flatMap((name, i) => [
    `<text x="${labelRoom - 8}" y="${px(headRoom + (i + 0.5) * cell)}" dy="0.32em" text-anchor="end" fill="${ink}">${short(name, labelRoom - 12)}</text>`,
    `<text x="${px(labelRoom + (i + 0.5) * cell)}" y="${headRoom - 8}" text-anchor="middle" fill="${ink}">${short(name, cell)}</text>`,
  ]) : []
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${side}" height="${px(height)}" viewBox="0 0 ${side} ${px(height)}" font-family="${svgEscape(colors.font)}" font-size="11">`,
    `<title>Confusion matrix</title><desc>${svgEscape(`Rows: true class; columns: predicted class. ${formatCount(hits)} of ${formatCount(total)} rows lie on the diagonal.`)}</desc>`,
    `<rect width="100%" height="100%" fill="${svgEscape(colors.background)}"/>`,
    `<text x="12" y="18" fill="${svgEscape(colors.quiet)}">true ↓ predicted →</text>`,
    ...names, ...cells, '</svg>',
  ].join('\n')
}
