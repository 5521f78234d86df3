// A part of the window that is fetched when it is first needed, and drawn at once when it is already here.
// React's own `lazy` would show its placeholder for a moment even then.
import { lazy, useState, type ComponentType, type ReactNode } from 'react'

export interface Later<P extends object> {
  (props: P): ReactNode
  /** Fetches it ahead of need. Rejects when the file cannot be read. */
  fetch(): Promise<void>
}

/** `load` imports the module and picks the component. The caller stands inside a Suspense boundary. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): Later<P> {
  let here: ComponentType<P> | null = null
  const fetched = async (): Promise<ComponentType<P>> => (here ??= await load())
  const Waiting = lazy(async () => ({ default: await fetched() })) as unknown as ComponentType<P>
  function Part(props: P): ReactNode {
    // Chosen once: to change it later would throw away what the user has typed.
    const [Chosen] = useState<ComponentType<P>>(() => here ?? Waiting)
    return <Chosen {...props} />
  }
  return Object.assign(Part, { fetch: async () => { await fetched() } })
}
