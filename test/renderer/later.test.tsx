// A part that was fetched is drawn at once; one that was not shows the placeholder first, and what it holds is never thrown away.
import { act, Suspense, type ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { later } from '../../renderer/ui/later.tsx'
import { mount, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

const Part = ({ words }: { readonly words: string }): ReactNode => <p>{words}</p>
const shown = (): string => document.body.textContent ?? ''

it('shows the placeholder until it is here', async () => {
  let arrive: () => void = () => undefined
  const Slow = later(async () => { await new Promise<void>((resolve) => { arrive = resolve }); return Part })
  mounted = await mount(<Suspense fallback={<i>waiting</i>}><Slow words="here" /></Suspense>)
  expect(shown()).toContain('waiting')
  await act(async () => { arrive(); await new Promise((resolve) => setTimeout(resolve, 400)) })
  expect(shown()).toContain('here')
  expect(shown()).not.toContain('waiting')
})

it('is drawn at once when it was fetched, and is loaded once', async () => {
  let loads = 0
  const Known = later(async () => { loads++; return Part })
  await Known.fetch()
  await Known.fetch()
  let waited = false
  const Waiting = (): ReactNode => { waited = true; return null }
  mounted = await mount(<Suspense fallback={<Waiting />}><Known words="at once" /></Suspense>)
  expect(shown()).toContain('at once')
  expect([waited, loads]).toEqual([false, 1])
})
