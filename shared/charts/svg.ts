// A chart description as a still SVG picture: for the model card and for anything that has no chart library.
// The same description, colours and size give the same bytes. Refuses scripts, styles and fonts from elsewhere.
import { axisTitle, type ChartDescription, type ChartSeries } from './description.ts'
import type { ChartColors } from './palette.ts'
import { axisScale, tickText, tickWriter, type AxisScale } from './ticks.ts'

export interface ChartSize { readonly width: number, readonly height: number }

interface Frame { readonly left: number, readonly top: number, readonly width: number, readonly height: number, readonly x: AxisScale, readonly y: AxisScale }

const mostPoints = 400

/** Text safe inside SVG elements and attributes. */
export const svgEscape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
const px = (value: number): string => String(Number(value.toFixed(2)))

/** The whole picture, with the summary as its description for readers who do not see it. */
export function chartSvg(chart: ChartDescription, colors: ChartColors, size: ChartSize): string {
  const frame = frameOf(chart, size)
  const shown = chart.series.filter((s) => s.look !== 'guide')
  const color = (series: ChartSeries) => series.look === 'guide' ? colors.axis : colors.palette[shown.indexOf(series) % colors.palette.length]!
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="${svgEscape(colors.font)}" font-size="11">`,
    `<title>${svgEscape(chart.title)}</title><desc>${svgEscape(chart.summary)}</desc>`,
    `<rect width="100%" height="100%" fill="${svgEscape(colors.background)}"/>`,
    axes(chart, frame, colors),
    ...chart.series.map((s) => drawn(s, frame, svgEscape(color(s)))),
    shown.length > 1 ? legend(shown, size.width, color, colors) : '',
    '</svg>',
  ].filter((part) => part !== '').join('\n')
}

function frameOf(chart: ChartDescription, size: ChartSize): Frame {
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const series of chart.series) for (const [x, y] of series.points) {
    lowX = Math.min(lowX, x)
    highX = Math.max(highX, x)
    lowY = Math.min(lowY, y)
    highY = Math.max(highY, y)
  }
  if (lowX > highX) [lowX, highX, lowY, highY] = [0, 1, 0, 1]
  const names = chart.x.categories
  const x = names === undefined ? axisScale(lowX, highX, 6, chart.x) : { min: -0.5, max: Math.max(0, names.length - 1) + 0.5, ticks: names.map((_, i) => i) }
  const y = axisScale(lowY, highY, 5, chart.y)
  const left = 14 + 6.5 * Math.max(...y.ticks.map((t) => tickText(t).length))
  const top = chart.series.filter((s) => s.look !== 'guide').length > 1 ? 44 : 28
  const room = { width: size.width - left - 16, height: size.height - top - 44 }
  const side = Math.min(room.width, room.height)
  return { left, top, width: chart.square === true ? side : room.width, height: chart.square === true ? side : room.height, x, y }
}

const atX = (frame: Frame, x: number): number => frame.left + (x - frame.x.min) / (frame.x.max - frame.x.min) * frame.width
const atY = (frame: Frame, y: number): number => frame.top + frame.height - (y - frame.y.min) / (frame.y.max - frame.y.min) * frame.height

function axes(chart: ChartDescription, frame: Frame, colors: ChartColors): string {
  const bottom = frame.top + frame.height
  const quiet = svgEscape(colors.quiet)
  const names = chart.x.categories
  const every = names === undefined ? 1 : Math.max(1, Math.ceil(names.length / Math.max(1, Math.floor(frame.width / 48))))
  const [writeX, writeY] = [tickWriter(frame.x.ticks), tickWriter(frame.y.ticks)]
  const rows = frame.y.ticks.map((t) => {
    const y = px(atY(frame, t))
    return `<line x1="${px(frame.left)}" x2="${px(frame.left + frame.width)}" y1="${y}" y2="${y}" stroke="${svgEscape(colors.grid)}"/><text x="${px(frame.left - 6)}" y="${y}" dy="0.32em" text-anchor="end" fill="${quiet}">${writeY(t)}</text>`
  })
  const columns = frame.x.ticks.filter((_, i) => i % every === 0).map((t) => {
    const text = names === undefined ? writeX(t) : names[t] ?? ''
    return `<text x="${px(atX(frame, t))}" y="${px(bottom + 15)}" text-anchor="middle" fill="${quiet}">${svgEscape(text.length > 14 ? `${text.slice(0, 13)}…` : text)}</text>`
  })
  const ink = svgEscape(colors.text)
  return [
    ...rows,
    `<line x1="${px(frame.left)}" x2="${px(frame.left + frame.width)}" y1="${px(bottom)}" y2="${px(bottom)}" stroke="${svgEscape(colors.axis)}"/>`,
    ...columns,
    `<text x="${px(frame.left + frame.width / 2)}" y="${px(bottom + 34)}" text-anchor="middle" fill="${ink}">${svgEscape(axisTitle(chart.x))}</text>`,
    `<text x="${px(frame.left)}" y="${px(frame.top - 10)}" fill="${ink}">${svgEscape(axisTitle(chart.y))}</text>`,
  ].join('\n')
}

function drawn(series: ChartSeries, frame: Frame, color: string): string {
  const at = series.points.map(([x, y]): [number, number] => [atX(frame, x), atY(frame, y)])
  if (at.length === 0) return ''
  const dots = (radius: number, opacity: string) => at.map(([x, y]) => `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}"${opacity}/>`).join('')
  if (series.look === 'points') return `<g fill="${color}">${dots(2.2, ' opacity="0.45"')}</g>`
  if (series.look === 'guide') return `<path d="${straight(at)}" fill="none" stroke="${color}" stroke-dasharray="4 4"/>`
  if (series.look === 'area') {
    const base = px(frame.top + frame.height)
    return `<path d="${steps(at)}V${base}H${px(at[0]![0])}Z" fill="${color}" fill-opacity="0.22" stroke="${color}"/>`
  }
  const line = `<path d="${series.look === 'step' ? steps(at) : straight(thinned(at))}" fill="none" stroke="${color}" stroke-width="1.75" stroke-linejoin="round"/>`
  return series.marks === true ? `${line}<g fill="${color}">${dots(3, '')}</g>` : line
}

const straight = (at: readonly (readonly [number, number])[]): string => at.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')
const steps = (at: readonly (readonly [number, number])[]): string => at.map(([x, y], i) => i === 0 ? `M${px(x)} ${px(y)}` : `H${px(x)}V${px(y)}`).join('')

/** Leaves out points closer than half a pixel to the last one kept, so that a picture stays small; both ends stay. */
function thinned(at: readonly [number, number][]): readonly [number, number][] {
  if (at.length <= mostPoints) return at
  let last = at[0]!
  return at.filter((point, i) => {
    if (i > 0 && i < at.length - 1 && Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) < 0.5) return false
    last = point
    return true
  })
}

function legend(shown: readonly ChartSeries[], width: number, color: (series: ChartSeries) => string, colors: ChartColors): string {
  let x = 14
  return shown.map((series) => {
    const name = series.name.length > 24 ? `${series.name.slice(0, 23)}…` : series.name
    const place = x
    x += 26 + name.length * 6.4
    if (place + 20 + name.length * 6.4 > width) return ''
    return `<rect x="${px(place)}" y="10" width="10" height="3" fill="${svgEscape(color(series))}"/><text x="${px(place + 14)}" y="15" fill="${svgEscape(colors.text)}">${svgEscape(name)}</text>`
  }).filter((part) => part !== '').join('\n')
}
