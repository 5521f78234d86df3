// The drawing of the nodes that are shown: asked of the worker, kept while the next one is made.
import { useEffect, useRef, useState } from 'react'
import type { Scene, SceneRequest } from '../../../shared/graph/layout/scene.ts'
import type { LayoutAnswer, LayoutQuestion } from './layout-worker.ts'

export interface Drawn { readonly scene: Scene | null; readonly busy: boolean; readonly reason: string; readonly ms: number; /** what it is the drawing of */ readonly of: SceneRequest | null }

export function useScene(request: SceneRequest | null): Drawn {
  const worker = useRef<Worker | null>(null)
  const newest = useRef(0)
  const [drawn, setDrawn] = useState<Drawn>({ scene: null, busy: true, reason: '', ms: 0, of: null })
  useEffect(() => () => { worker.current?.terminate(); worker.current = null }, [])
  useEffect(() => {
    if (request === null) return
    // A layout that nobody waits for any more is not finished.
    worker.current?.terminate()
    const made = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.current = made
    const id = ++newest.current
    setDrawn((before) => ({ ...before, busy: true }))
    made.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => { if (data.id === newest.current) setDrawn({ scene: data.scene, busy: false, reason: data.reason, ms: data.ms, of: request }) }
    made.onerror = () => setDrawn({ scene: null, busy: false, reason: 'the layout could not be made', ms: 0, of: request })
    made.postMessage({ id, request } satisfies LayoutQuestion)
  }, [request])
  return drawn
}
