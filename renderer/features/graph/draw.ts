// Draws what is in view, with less detail the further away it is: far away boxes are dots and edges straight, near by every word is there.
import type { Scene, SceneBox } from '../../../shared/graph/layout/scene.ts'
import type { Ink } from './ink.ts'
import type { Look } from './look.ts'
import type { Area, Spatial } from './spatial.ts'

export interface Camera { x: number; y: number; zoom: number }
export interface Picture {
  readonly scene: Scene
  readonly spatial: Spatial
  readonly looks: readonly Look[]
  readonly ink: Ink
  /** Places in the list of boxes. */
  readonly selected: number
  readonly found: ReadonlySet<number>
  /** Beside the way out of a node: its first output's type. */
  readonly labels: ReadonlyMap<number, string>
}

const words = 0.42
const details = 0.62

export const areaOf = (camera: Camera, width: number, height: number): Area => ({ left: camera.x, top: camera.y, right: camera.x + width / camera.zoom, bottom: camera.y + height / camera.zoom })

function edgePath(ctx: CanvasRenderingContext2D, points: readonly number[], curved: boolean): void {
  ctx.moveTo(points[0]!, points[1]!)
  if (!curved) { for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i]!, points[i + 1]!); return }
  for (let i = 2; i < points.length; i += 2) {
    const [x0, y0, x1, y1] = [points[i - 2]!, points[i - 1]!, points[i]!, points[i + 1]!]
    if (Math.abs(x1 - x0) < 0.5) ctx.lineTo(x1, y1)
    else ctx.bezierCurveTo(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, x1, y1)
  }
}

function drawEdges(ctx: CanvasRenderingContext2D, p: Picture, area: Area, zoom: number): void {
  const { scene, ink, selected } = p
  const all = zoom < 0.12 ? p.spatial.longEdgesIn(area, 4 / zoom) : p.spatial.edgesIn(area)
  const [own, other] = [all.filter((i) => selected >= 0 && (scene.edges[i]!.from === selected || scene.edges[i]!.to === selected)), all]
  ctx.lineWidth = Math.max(1, 1.2 * zoom) / zoom
  ctx.strokeStyle = ink.strong
  ctx.beginPath()
  for (const i of other) {
    edgePath(ctx, scene.edges[i]!.points, zoom >= 0.2 && other.length < 4000)
  }
  ctx.stroke()
  if (zoom >= words) arrows(ctx, p, other, ink.strong)
  if (own.length === 0) return
  ctx.lineWidth = Math.max(1.6, 2 * zoom) / zoom
  ctx.strokeStyle = ink.accent
  ctx.beginPath()
  for (const i of own) edgePath(ctx, scene.edges[i]!.points, true)
  ctx.stroke()
}

function arrows(ctx: CanvasRenderingContext2D, p: Picture, edges: readonly number[], color: string): void {
  ctx.fillStyle = color
  ctx.beginPath()
  for (const i of edges) {
    const { points, to } = p.scene.edges[i]!
    if (to < 0) continue
    const [x, y] = [points.at(-2)!, points.at(-1)!]
    const up = points.at(-3)! > y ? -1 : 1
    ctx.moveTo(x, y)
    ctx.lineTo(x - 3.4, y - 6.5 * up)
    ctx.lineTo(x + 3.4, y - 6.5 * up)
    ctx.closePath()
  }
  ctx.fill()
}

const fits = new Map<string, string>()
/** As much of a text as fits, by the letters' own widths. */
export function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${ctx.font}|${Math.round(width)}|${text}`
  const known = fits.get(key)
  if (known !== undefined) return known
  let out = text
  if (ctx.measureText(text).width > width) {
    let [low, high] = [0, text.length]
    while (low < high) { const mid = (low + high + 1) >> 1; if (ctx.measureText(`${text.slice(0, mid)}…`).width <= width) low = mid; else high = mid - 1 }
    out = low === 0 ? '' : `${text.slice(0, low)}…`
  }
  if (fits.size > 20_000) fits.clear()
  fits.set(key, out)
  return out
}

function boxText(ctx: CanvasRenderingContext2D, b: SceneBox, look: Look, ink: Ink, zoom: number): void {
  const { x, y, width, height } = b
  ctx.textBaseline = 'middle'
  if (b.kind === 'open') {
    ctx.textAlign = 'left'
    ctx.font = `600 12px ${ink.font}`
    ctx.fillStyle = look.ink
    ctx.fillText(fitted(ctx, look.title, width - 28), x + 14, y + 15)
    return
  }
  const two = look.sub !== '' && height > 34 && zoom >= details
  ctx.textAlign = 'center'
  ctx.font = `600 12.5px ${ink.font}`
  ctx.fillStyle = look.ink
  ctx.fillText(fitted(ctx, look.title, width - 14), x + width / 2, two ? y + height / 2 - 7.5 : y + height / 2 + 0.5)
  if (!two) return
  ctx.font = `400 11px ${ink.font}`
  ctx.fillStyle = look.quiet
  ctx.fillText(fitted(ctx, look.sub, width - 12), x + width / 2, y + height / 2 + 9)
}

function drawBox(ctx: CanvasRenderingContext2D, b: SceneBox, look: Look, p: Picture, at: number, zoom: number): void {
  const { ink } = p
  const radius = b.kind === 'open' ? 10 : b.kind === 'input' || b.kind === 'output' ? b.height / 2 : 6
  ctx.fillStyle = look.fill
  ctx.strokeStyle = look.edge
  ctx.lineWidth = 1 / Math.min(1, zoom)
  if (b.kind === 'closed') {
    // A second sheet behind it: there is more inside.
    ctx.beginPath()
    ctx.roundRect(b.x + 4, b.y + 4, b.width, b.height, radius)
    ctx.fill()
    ctx.stroke()
  }
  ctx.beginPath()
  ctx.roundRect(b.x, b.y, b.width, b.height, radius)
  ctx.fill()
  if (look.strip !== null && zoom >= 0.3) {
    ctx.save()
    ctx.clip()
    ctx.fillStyle = look.strip
    ctx.fillRect(b.x, b.y, 4, b.height)
    ctx.restore()
  }
  ctx.stroke()
  if (p.found.has(at) || p.selected === at) {
    ctx.strokeStyle = ink.accent
    ctx.lineWidth = (p.selected === at ? 2.5 : 1.5) / Math.min(1, zoom)
    ctx.beginPath()
    ctx.roundRect(b.x - 2, b.y - 2, b.width + 4, b.height + 4, radius + 2)
    ctx.stroke()
  }
}

/** Boxes too small for words, many in one go for every colour. */
function drawDots(ctx: CanvasRenderingContext2D, p: Picture, boxes: readonly number[], zoom: number): void {
  const byColor = new Map<string, number[]>()
  const small = zoom < 0.02
  let last = -1
  for (const i of boxes) {
    const b = p.scene.boxes[i]!
    const look = p.looks[i]!
    // Many in one point of the screen are one dot.
    const cell = Math.floor(b.x * zoom) + Math.floor(b.y * zoom) * 65_536
    if (small && cell === last) continue
    last = cell
    const color = b.kind === 'open' ? look.fill : look.strip ?? (look.fill === p.ink.raised ? look.edge : look.fill)
    const list = byColor.get(color)
    if (list === undefined) byColor.set(color, [i]); else list.push(i)
  }
  const least = 1 / zoom
  for (const [color, list] of byColor) {
    ctx.fillStyle = color
    for (const i of list) { const b = p.scene.boxes[i]!; ctx.fillRect(b.x, b.y, Math.max(least, b.width), Math.max(least, b.height)) }
  }
  if (p.found.size > 0 || p.selected >= 0) for (const i of boxes) {
    if (!p.found.has(i) && p.selected !== i) continue
    const b = p.scene.boxes[i]!
    ctx.strokeStyle = p.ink.accent
    ctx.lineWidth = 2 / zoom
    ctx.strokeRect(b.x - 2 / zoom, b.y - 2 / zoom, b.width + 4 / zoom, b.height + 4 / zoom)
  }
}

function drawLabels(ctx: CanvasRenderingContext2D, p: Picture, boxes: readonly number[]): void {
  ctx.font = `400 10.5px ${p.ink.mono}`
  ctx.fillStyle = p.ink.text3
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const i of boxes) {
    const label = p.labels.get(i)
    const b = p.scene.boxes[i]!
    if (label !== undefined) ctx.fillText(fitted(ctx, label, Math.max(165, b.width)), b.x + b.width / 2 + 7, b.y + b.height + 11)
  }
}

/** Draws the part of the picture that the camera sees. `ratio`: device pixels of one of the screen's. */
export function draw(ctx: CanvasRenderingContext2D, p: Picture, camera: Camera, width: number, height: number, ratio: number): void {
  const area = areaOf(camera, width, height)
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.fillStyle = p.ink.canvas
  ctx.fillRect(0, 0, width, height)
  const { zoom } = camera
  ctx.setTransform(ratio * zoom, 0, 0, ratio * zoom, -camera.x * zoom * ratio, -camera.y * zoom * ratio)
  const boxes = p.spatial.boxesIn(area)
  const open = boxes.filter((i) => p.scene.boxes[i]!.kind === 'open')
  const closed = boxes.filter((i) => p.scene.boxes[i]!.kind !== 'open')
  const far = zoom < 0.2 || boxes.length > 3000
  if (far) drawDots(ctx, p, open, zoom)
  else for (const i of open) drawBox(ctx, p.scene.boxes[i]!, p.looks[i]!, p, i, zoom)
  drawEdges(ctx, p, area, zoom)
  if (far) { drawDots(ctx, p, closed, zoom); return }
  for (const i of closed) drawBox(ctx, p.scene.boxes[i]!, p.looks[i]!, p, i, zoom)
  if (zoom < words) return
  for (const i of boxes) boxText(ctx, p.scene.boxes[i]!, p.looks[i]!, p.ink, zoom)
  if (zoom >= 0.8) drawLabels(ctx, p, closed)
}
