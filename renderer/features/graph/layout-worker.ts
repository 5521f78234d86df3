// The worker that lays a graph out, so that the window never waits for it. One request at a time; the newest answer counts.
import { drawScene, type Scene, type SceneRequest } from '../../../shared/graph/layout/scene.ts'

export interface LayoutQuestion { readonly id: number; readonly request: SceneRequest }
export interface LayoutAnswer { readonly id: number; readonly scene: Scene | null; readonly reason: string; readonly ms: number }

self.onmessage = ({ data }: MessageEvent<LayoutQuestion>): void => {
  const start = performance.now()
  let answer: LayoutAnswer
  try {
    const scene = drawScene(data.request)
    answer = { id: data.id, scene, reason: '', ms: performance.now() - start }
  } catch (thrown) {
    answer = { id: data.id, scene: null, reason: thrown instanceof Error ? thrown.message : 'unknown', ms: 0 }
  }
  self.postMessage(answer)
}
