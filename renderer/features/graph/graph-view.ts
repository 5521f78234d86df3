// The drawing on its canvas: the camera, wheel, drag and pinch, and one frame at most for each of the screen's. Owns no React and no data.
import { draw, type Camera, type Picture } from './draw.ts'

export interface ViewEvents { readonly onSelect: (box: number) => void; readonly onOpen: (box: number) => void; readonly onMove: (camera: Camera, width: number, height: number) => void }

const nearest = 2.5

export class GraphView {
  readonly camera: Camera = { x: 0, y: 0, zoom: 1 }
  private picture: Picture | null = null
  private width = 0
  private height = 0
  private asked = false
  private drag: { x: number; y: number; moved: boolean } | null = null
  private readonly canvas: HTMLCanvasElement
  private readonly ctx: CanvasRenderingContext2D
  private readonly events: ViewEvents
  private readonly ended = new AbortController()
  private readonly sized: ResizeObserver

  constructor(canvas: HTMLCanvasElement, events: ViewEvents) {
    this.canvas = canvas
    this.events = events
    this.ctx = canvas.getContext('2d', { alpha: false })!
    const { signal } = this.ended
    canvas.addEventListener('wheel', (e) => this.onWheel(e), { passive: false, signal })
    canvas.addEventListener('pointerdown', (e) => { if (e.button !== 0) return; this.drag = { x: e.clientX, y: e.clientY, moved: false }; canvas.setPointerCapture(e.pointerId) }, { signal })
    canvas.addEventListener('pointermove', (e) => this.onDrag(e), { signal })
    canvas.addEventListener('pointerup', (e) => { if (this.drag !== null && !this.drag.moved) this.events.onSelect(this.boxAt(e.offsetX, e.offsetY)); this.drag = null }, { signal })
    canvas.addEventListener('pointercancel', () => { this.drag = null }, { signal })
    canvas.addEventListener('dblclick', (e) => { const box = this.boxAt(e.offsetX, e.offsetY); if (box >= 0) this.events.onOpen(box) }, { signal })
    this.sized = new ResizeObserver(() => this.resize())
    this.sized.observe(canvas)
    this.resize()
  }

  close(): void { this.ended.abort(); this.sized.disconnect() }

  show(picture: Picture): void { this.picture = picture; this.ask() }

  private resize(): void {
    this.width = this.canvas.clientWidth
    this.height = this.canvas.clientHeight
    const ratio = Math.min(2, window.devicePixelRatio)
    this.canvas.width = Math.max(1, Math.round(this.width * ratio))
    this.canvas.height = Math.max(1, Math.round(this.height * ratio))
    this.ask()
  }

  private ask(): void {
    if (this.asked) return
    this.asked = true
    requestAnimationFrame(() => {
      this.asked = false
      if (this.picture === null || this.width === 0) return
      draw(this.ctx, this.picture, this.camera, this.width, this.height, this.canvas.width / this.width)
      this.events.onMove(this.camera, this.width, this.height)
    })
  }

  private boxAt(x: number, y: number): number {
    const at = this.picture?.spatial.at(this.camera.x + x / this.camera.zoom, this.camera.y + y / this.camera.zoom) ?? -1
    return at >= 0 && this.picture?.scene.boxes[at]?.kind === 'open' && y / this.camera.zoom + this.camera.y > this.picture.scene.boxes[at]!.y + 30 ? -1 : at
  }

  private onWheel(e: WheelEvent): void {
    e.preventDefault()
    // A pinch and Ctrl with the wheel zoom; two fingers and the plain wheel move, as everywhere in the window.
    if (e.ctrlKey || e.metaKey) this.zoomBy(Math.exp(-e.deltaY * (e.deltaMode === 1 ? 0.05 : 0.0022)), e.offsetX, e.offsetY)
    else this.panBy(e.shiftKey && e.deltaX === 0 ? e.deltaY : e.deltaX, e.shiftKey && e.deltaX === 0 ? 0 : e.deltaY)
  }

  private onDrag(e: PointerEvent): void {
    const { drag } = this
    if (drag === null) return
    const [dx, dy] = [e.clientX - drag.x, e.clientY - drag.y]
    if (!drag.moved && Math.abs(dx) + Math.abs(dy) < 4) return
    drag.moved = true
    drag.x = e.clientX
    drag.y = e.clientY
    this.panBy(-dx, -dy)
  }

  /** By so many points of the screen. */
  panBy(dx: number, dy: number): void {
    this.camera.x += dx / this.camera.zoom
    this.camera.y += dy / this.camera.zoom
    this.keep()
  }

  private least(): number {
    const { scene } = this.picture ?? {}
    return scene === undefined ? 0.05 : Math.min(0.5, 0.8 * Math.min(this.width / Math.max(1, scene.width), this.height / Math.max(1, scene.height)))
  }

  /** Around a point of the screen; absent: its middle. */
  zoomBy(factor: number, x = this.width / 2, y = this.height / 2): void {
    const zoom = Math.max(this.least(), Math.min(nearest, this.camera.zoom * factor))
    this.camera.x += x / this.camera.zoom - x / zoom
    this.camera.y += y / this.camera.zoom - y / zoom
    this.camera.zoom = zoom
    this.keep()
  }

  /** Some of the drawing stays in view. */
  private keep(): void {
    const { scene } = this.picture ?? {}
    if (scene !== undefined) {
      const { camera } = this
      const [w, h] = [this.width / camera.zoom, this.height / camera.zoom]
      camera.x = Math.max(-w * 0.85, Math.min(scene.width - w * 0.15, camera.x))
      camera.y = Math.max(-h * 0.85, Math.min(scene.height - h * 0.15, camera.y))
    }
    this.ask()
  }

  /** Moves so that a point of the drawing is in the middle. */
  centre(x: number, y: number, zoom = this.camera.zoom): void {
    this.camera.zoom = zoom
    this.camera.x = x - this.width / zoom / 2
    this.camera.y = y - this.height / zoom / 2
    this.keep()
  }

  /** Shows a box, moving only when it is not in view. */
  reveal(box: number): void {
    const b = this.picture?.scene.boxes[box]
    if (b === undefined) return
    const { camera } = this
    const [w, h] = [this.width / camera.zoom, this.height / camera.zoom]
    const inside = b.x >= camera.x && b.x + b.width <= camera.x + w && b.y >= camera.y && b.y + b.height <= camera.y + h
    if (!inside || camera.zoom < 0.45) this.centre(b.x + b.width / 2, b.y + Math.min(b.height, h * 0.6) / 2, Math.max(camera.zoom, 0.7))
    else this.ask()
  }

  /** All of it where that can be read, else its beginning. `all`: all of it however small. */
  fit(all = false): void {
    const { scene } = this.picture ?? {}
    if (scene === undefined || this.width === 0) return
    const [byWidth, byHeight] = [(this.width - 48) / Math.max(1, scene.width), (this.height - 48) / Math.max(1, scene.height)]
    const whole = Math.min(1.15, byWidth, byHeight)
    if (all || whole >= 0.5) { this.camera.zoom = Math.max(whole, 1e-4); this.camera.x = scene.width / 2 - this.width / this.camera.zoom / 2; this.camera.y = scene.height / 2 - this.height / this.camera.zoom / 2; this.ask(); return }
    const zoom = Math.max(0.5, Math.min(0.95, byWidth))
    const first = scene.boxes.reduce((top, b) => (b.y < top.y ? b : top), scene.boxes[0]!)
    this.camera.zoom = zoom
    // Wider than the view: around the first box, but no emptiness beside the drawing.
    const [wide, edge] = [this.width / zoom, 24 / zoom]
    this.camera.x = byWidth >= zoom ? scene.width / 2 - wide / 2 : Math.max(-edge, Math.min(scene.width - wide + edge, first.x + first.width / 2 - wide / 2))
    this.camera.y = -24 / zoom
    this.keep()
  }
}
