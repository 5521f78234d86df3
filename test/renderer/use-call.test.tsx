// Answers stay until one of their tags changes; then they are asked again, and only they. A lost connection asks everything again.
import { afterEach, describe, expect, it } from 'vitest'
import { act, type ReactNode } from 'react'
import { readsAny, useConnectionState } from '../../renderer/bridge/bridge.tsx'
import { useCall } from '../../renderer/bridge/use-call.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { mount, settle, type Mounted } from './mount.tsx'

let mounted: Mounted | null = null
afterEach(async () => { await mounted?.unmount(); mounted = null })

function Screen(): ReactNode {
  const settings = useCall('settings.get', {})
  const sets = useCall('dataset.list', {})
  const connection = useConnectionState()
  return <p>{settings.data?.publisherName ?? settings.error?.title ?? 'waiting'} / {sets.data?.length ?? 'waiting'} / {connection.kind}</p>
}

function counting(): { readonly asked: Record<'settings' | 'datasets', number>; readonly handlers: Parameters<typeof mount>[1] } {
  const asked = { settings: 0, datasets: 0 }
  return {
    asked,
    handlers: {
      'settings.get': () => ({ theme: 'system' as const, density: 'comfortable' as const, threads: null, publisherName: `answer ${++asked.settings}` }),
      'dataset.list': () => { asked.datasets++; return [] },
    },
  }
}

describe('useCall', () => {
  it('asks once, and again only after a tag that it reads', async () => {
    const { asked, handlers } = counting()
    mounted = await mount(<Screen />, handlers)
    expect(document.body.textContent).toContain('answer 1 / 0')
    await act(async () => { mounted?.core.tell('changed', ['models', 'runs']) })
    await settle()
    expect(asked).toEqual({ settings: 1, datasets: 1 })
    await act(async () => { mounted?.core.tell('changed', ['settings']) })
    await settle()
    expect(asked).toEqual({ settings: 2, datasets: 1 })
    expect(document.body.textContent).toContain('answer 2 / 0')
  })

  it('knows from the contract alone which answers a tag makes stale', () => {
    expect(readsAny('model.list', ['runs'])).toBe(true)
    expect(readsAny('dataset.list', ['runs'])).toBe(false)
    expect(readsAny('gate.save', ['gates'])).toBe(false)
    expect(readsAny('no.such', ['runs'])).toBe(false)
    expect(readsAny(undefined, ['runs'])).toBe(false)
  })

  it('gives the error of the table, and asks everything again after a reconnect', async () => {
    const { asked, handlers } = counting()
    mounted = await mount(<Screen />, { ...handlers, 'dataset.list': () => { throw new SlipwayError('store.locked', {}) } })
    expect(document.body.textContent).toContain('answer 1 / waiting / open')
    await act(async () => { mounted?.core.hangUp('gone') })
    await settle()
    expect(document.body.textContent).toContain('closed')
    await act(async () => { mounted?.bridge.connection.reconnect() })
    await settle(60)
    expect(document.body.textContent).toContain('answer 2 / waiting / open')
    expect(asked.settings).toBe(2)
  })
})
