// The canvas of the drawing with its map, and its keys: arrows walk along the edges, Enter opens, plus and minus zoom.
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import type { Picture } from './draw.ts'
import { GraphView } from './graph-view.ts'
import { MiniMap, type MapHandle } from './mini-map.tsx'
import { stepFrom, type Direction } from './walk.ts'
import styles from './graph.module.css'

export interface CanvasHandle { fit(all?: boolean): void; zoomBy(factor: number): void; reveal(box: number): void; readonly view: GraphView | null }

interface Props { readonly label: string; readonly picture: Picture; readonly said: string; readonly onSelect: (box: number) => void; readonly onOpen: (box: number) => void; readonly onSearch: () => void; readonly handle: Ref<CanvasHandle> }

const arrows: Readonly<Record<string, Direction>> = { ArrowDown: 'down', ArrowUp: 'up', ArrowLeft: 'left', ArrowRight: 'right' }

export function GraphCanvas({ label, picture, said, onSelect, onOpen, onSearch, handle }: Props): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useRef<GraphView | null>(null)
  const map = useRef<MapHandle>(null)
  const acts = useRef({ onSelect, onOpen })
  acts.current = { onSelect, onOpen }
  useImperativeHandle(handle, () => ({ fit: (all) => view.current?.fit(all), zoomBy: (f) => view.current?.zoomBy(f), reveal: (b) => view.current?.reveal(b), get view() { return view.current } }), [])
  useEffect(() => {
    if (canvas.current === null) return
    const made = new GraphView(canvas.current, { onSelect: (b) => acts.current.onSelect(b), onOpen: (b) => acts.current.onOpen(b), onMove: (camera, width, height) => map.current?.move(camera, width, height) })
    view.current = made
    return () => { made.close(); view.current = null }
  }, [])
  useEffect(() => { view.current?.show(picture) }, [picture])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const direction = arrows[event.key]
    const acted = (): void => { event.preventDefault(); event.stopPropagation() }
    if (direction !== undefined) { acted(); if (event.shiftKey) view.current?.panBy(direction === 'left' ? -80 : direction === 'right' ? 80 : 0, direction === 'up' ? -80 : direction === 'down' ? 80 : 0); else onSelect(stepFrom(picture.scene, picture.selected, direction)) }
    else if (event.key === 'Enter' && picture.selected >= 0) { acted(); onOpen(picture.selected) }
    else if (event.key === '+' || event.key === '=') { acted(); view.current?.zoomBy(1.25) }
    else if (event.key === '-') { acted(); view.current?.zoomBy(0.8) }
    else if (event.key === '0') { acted(); view.current?.fit(true) }
    else if (event.key === '/') { acted(); onSearch() }
    else if (event.key === 'Escape' && picture.selected >= 0) { acted(); onSelect(-1) }
  }
  return (
    <div className={styles['stage']} role="application" aria-label={`${label}. Arrow keys walk along the edges, Enter opens, plus and minus zoom, slash searches. The button “List” shows the same nodes as a table.`} tabIndex={0} onKeyDown={onKeyDown}>
      <canvas ref={canvas} className={styles['canvas']} aria-hidden="true" data-graph-canvas />
      <div className="visually-hidden" role="status">{said}</div>
      <MiniMap picture={picture} ref={map} onGo={(x, y) => view.current?.centre(x, y)} />
    </div>
  )
}
