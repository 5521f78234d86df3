// The whole drawing as one SVG file: every box, word and edge as it is painted on screen, with its own background and no outside font.
import type { Picture } from './draw.ts'

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
const n = (value: number): string => String(Math.round(value * 10) / 10)
const margin = 24

function edge(points: readonly number[]): string {
  let d = `M${n(points[0]!)} ${n(points[1]!)}`
  for (let i = 2; i < points.length; i += 2) {
    const [x0, y0, x1, y1] = [points[i - 2]!, points[i - 1]!, points[i]!, points[i + 1]!]
    d += Math.abs(x1 - x0) < 0.5 ? `L${n(x1)} ${n(y1)}` : `C${n(x0)} ${n((y0 + y1) / 2)} ${n(x1)} ${n((y0 + y1) / 2)} ${n(x1)} ${n(y1)}`
  }
  return d
}

const cut = (text: string, width: number, letter: number): string => { const most = Math.max(1, Math.floor(width / letter)); return text.length > most ? `${text.slice(0, most - 1)}…` : text }

export interface PictureFile { readonly svg: string; readonly width: number; readonly height: number }

/** The drawing as SVG text. */
export function pictureFile(p: Picture, title: string): PictureFile {
  const { scene, ink } = p
  const [width, height] = [scene.width + 2 * margin, scene.height + 2 * margin]
  const boxes = scene.boxes.map((b, i) => ({ b, look: p.looks[i]! }))
  const shape = ({ b, look }: (typeof boxes)[number]): string => {
    const round = b.kind === 'open' ? 10 : b.kind === 'input' || b.kind === 'output' ? b.height / 2 : 6
    const strip = look.strip === null ? '' : `<rect x="${n(b.x)}" y="${n(b.y + 5)}" width="3.5" height="${n(b.height - 10)}" rx="1.5" fill="${look.strip}"/>`
    const two = b.kind !== 'open' && look.sub !== '' && b.height > 34
    const words = b.kind === 'open' ? `<text x="${n(b.x + 14)}" y="${n(b.y + 19)}" fill="${look.ink}" font-weight="600" font-size="12">${escape(cut(look.title, b.width - 28, 7))}</text>`
      : `<text x="${n(b.x + b.width / 2)}" y="${n(b.y + b.height / 2 + (two ? -3 : 4.5))}" fill="${look.ink}" text-anchor="middle" font-weight="600" font-size="12.5">${escape(cut(look.title, b.width - 10, 7))}</text>${two ? `<text x="${n(b.x + b.width / 2)}" y="${n(b.y + b.height / 2 + 13)}" fill="${look.quiet}" text-anchor="middle" font-size="11">${escape(cut(look.sub, b.width - 10, 6))}</text>` : ''}`
    return `<rect x="${n(b.x)}" y="${n(b.y)}" width="${n(b.width)}" height="${n(b.height)}" rx="${n(round)}" fill="${look.fill}" stroke="${look.edge}"/>${strip}${words}`
  }
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="${-margin} ${-margin} ${n(width)} ${n(height)}" font-family="system-ui, sans-serif">`,
    `<title>${escape(title)}</title><rect x="${-margin}" y="${-margin}" width="100%" height="100%" fill="${ink.canvas}"/>`,
    ...boxes.filter(({ b }) => b.kind === 'open').map(shape),
    `<g fill="none" stroke="${ink.strong}" stroke-width="1.2">`, ...scene.edges.map((e) => `<path d="${edge(e.points)}"/>`), '</g>',
    ...boxes.filter(({ b }) => b.kind !== 'open').map(shape), '</svg>',
  ].join('\n')
  return { svg, width, height }
}

const mostPixels = 8192

/** Size at which the picture becomes a PNG: none of its sides longer than 8,192 points after doubling. */
export function pngSize(file: PictureFile): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, mostPixels / 2 / Math.max(file.width, file.height))
  return { width: Math.max(1, Math.round(file.width * scale)), height: Math.max(1, Math.round(file.height * scale)) }
}
