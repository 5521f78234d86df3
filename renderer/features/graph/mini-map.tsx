// The whole drawing in a corner, with the part in view; a click or drag goes there. Long drawings are squeezed.
import { useEffect, useImperativeHandle, useRef, type PointerEvent, type ReactNode, type Ref } from 'react'
import type { Camera, Picture } from './draw.ts'
import styles from './graph.module.css'

export interface MapHandle { move(camera: Camera, width: number, height: number): void }

const [most, least] = [168, 44]

/** Points of the map for one of the drawing, on both axes. */
function scales(width: number, height: number): { readonly w: number; readonly h: number; readonly sx: number; readonly sy: number } {
  const scale = most / Math.max(1, width, height)
  const [w, h] = [Math.max(least, width * scale), Math.max(least, height * scale)]
  return { w, h, sx: w / Math.max(1, width), sy: h / Math.max(1, height) }
}

export function MiniMap({ picture, ref, onGo }: { readonly picture: Picture; readonly ref: Ref<MapHandle>; readonly onGo: (x: number, y: number) => void }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const { scene, looks, ink } = picture
  const { w, h, sx, sy } = scales(scene.width, scene.height)
  useImperativeHandle(ref, () => ({
    move(camera, width, height) {
      const element = frame.current
      if (element === null) return
      const [left, top] = [Math.max(0, camera.x * sx), Math.max(0, camera.y * sy)]
      const [right, bottom] = [Math.min(w, (camera.x + width / camera.zoom) * sx), Math.min(h, (camera.y + height / camera.zoom) * sy)]
      element.style.transform = `translate(${left}px, ${top}px)`
      element.style.width = `${Math.max(4, right - left)}px`
      element.style.height = `${Math.max(4, bottom - top)}px`
      const seen = right - left > w - 2 && bottom - top > h - 2
      element.parentElement!.style.visibility = seen ? 'hidden' : 'visible'
    },
  }), [sx, sy, w, h])
  useEffect(() => {
    const element = canvas.current
    const ctx = element?.getContext('2d')
    if (element === null || ctx == null) return
    element.width = Math.round(w * 2)
    element.height = Math.round(h * 2)
    ctx.scale(2, 2)
    ctx.fillStyle = ink.sunken
    ctx.fillRect(0, 0, w, h)
    for (const [i, b] of scene.boxes.entries()) {
      const look = looks[i]!
      ctx.fillStyle = b.kind === 'open' ? ink.pressed : look.strip ?? (look.fill === ink.raised ? look.edge : look.fill)
      ctx.fillRect(b.x * sx, b.y * sy, Math.max(1, b.width * sx), Math.max(0.75, b.height * sy))
    }
  }, [scene, looks, ink, w, h, sx, sy])
  const go = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    onGo((event.clientX - box.left) / sx, (event.clientY - box.top) / sy)
  }
  return (
    <div className={styles['map']} aria-hidden="true" style={{ width: w, height: h }} onPointerDown={go} onPointerMove={go}>
      <canvas ref={canvas} style={{ width: w, height: h }} />
      <div ref={frame} className={styles['frame']} />
    </div>
  )
}
