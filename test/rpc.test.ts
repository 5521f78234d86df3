// The protocol over in-process ports: nothing malformed breaks it, close rejects everything, late answers vanish, progress is thinned.
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { command, query, task, type CallContext, type Handlers } from '../shared/contract-kit.ts'
import { SlipwayError } from '../shared/errors.ts'
import { portPair } from '../shared/port-pair.ts'
import { connect } from '../shared/rpc-client.ts'
import { serve } from '../shared/rpc.ts'

const contract = {
  double: query({ input: z.object({ n: z.number() }), output: z.number(), reads: [] }),
  wait: query({ input: z.object({}), output: z.string(), reads: [] }),
  count: task({ input: z.object({ to: z.number(), everyMs: z.number() }), progress: z.number(), output: z.number() }),
  break: command({ input: z.object({ how: z.enum(['error', 'bug', 'shape']) }), output: z.string(), touches: [] }),
} as const
const events = { news: z.string() }

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function setUp(overrides: Partial<Handlers<typeof contract>> = {}) {
  const [mine, theirs] = portPair()
  const bugs: unknown[] = []
  const sent: unknown[] = []
  theirs.onMessage((m) => sent.push(m))
  const handlers: Handlers<typeof contract> = {
    double: ({ n }) => n * 2,
    wait: (_input, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped'))),
    count: async ({ to, everyMs }, { progress, signal }: CallContext<number>) => {
      for (let i = 1; i <= to; i++) { if (signal.aborted) throw new SlipwayError('job.cancelled', {}); progress(i); await pause(everyMs) }
      return to
    },
    break: ({ how }) => {
      if (how === 'error') throw new SlipwayError('dataset.empty', { file: 'a.csv' })
      if (how === 'bug') throw new TypeError('secret path /home/ada')
      return 7 as unknown as string
    },
    ...overrides,
  }
  const server = serve(mine, contract, handlers, { events, onBug: (thrown) => bugs.push(thrown) })
  return { client: connect(theirs, contract, events), server, bugs, sent, mine, theirs }
}

describe('calls', () => {
  it('answer, many at once, each its own', async () => {
    const { client } = setUp()
    expect(await Promise.all([1, 2, 3].map((n) => client.call('double', { n })))).toEqual([2, 4, 6])
  })

  it('input is parsed on arrival', async () => {
    const { client } = setUp()
    await expect(client.call('double', { n: 'two' } as never)).rejects.toMatchObject({ code: 'input.invalid', details: { reason: expect.stringContaining('n') as string } })
  })

  it('an error keeps its code and details; a bug is logged and told without its stack; an answer against the contract is a bug', async () => {
    const { client, bugs } = setUp()
    await expect(client.call('break', { how: 'error' })).rejects.toMatchObject({ code: 'dataset.empty', details: { file: 'a.csv' } })
    expect(bugs).toHaveLength(0)
    await expect(client.call('break', { how: 'bug' })).rejects.toMatchObject({ code: 'internal.bug' })
    await expect(client.call('break', { how: 'shape' })).rejects.toMatchObject({ code: 'internal.bug' })
    expect(bugs).toHaveLength(2)
  })

  it.each(['nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('the method “%s” does not exist', async (method) => {
    const { client } = setUp()
    await expect(client.call(method as never, {} as never)).rejects.toMatchObject({ code: 'transport.badMessage' })
  })
})

describe('malformed messages', () => {
  const cyclic: Record<string, unknown> = { kind: 'call', id: 1 }
  cyclic['self'] = cyclic
  const nonsense = [null, undefined, 0, 'call', true, [], [1], {}, { kind: 'call' }, { kind: 'call', id: '1', method: 'double' }, { kind: 'call', id: 1.5, method: 'double', input: { n: 1 } },
    { kind: 'call', id: NaN, method: 'double' }, { kind: 'call', id: 2, method: 7 }, { kind: 'cancel' }, { kind: 'cancel', id: 4711 }, { kind: 'done', id: 1, value: 2 }, { id: 3 }, new Map(), cyclic, new Date()]

  it('to the server: none breaks it, none is answered, the next call works', async () => {
    const { client, theirs, sent } = setUp()
    for (const m of nonsense) theirs.post(m)
    await pause(10)
    expect(sent).toEqual([])
    expect(await client.call('double', { n: 4 })).toBe(8)
  })

  it('to the client: none breaks it and none settles a call', async () => {
    const { client, mine } = setUp()
    const waiting = client.call('double', { n: 5 })
    for (const m of [...nonsense, { kind: 'done', id: 99, value: 1 }, { kind: 'fail', id: 99, error: null }, { kind: 'progress', id: 99, value: 1 }, { kind: 'event', name: 'news', value: 7 }, { kind: 'event', name: 'unknown' }, { kind: 'event' }]) {
      if (typeof m === 'object' && m !== null && 'id' in m && m.id === 1) continue
      mine.post(m)
    }
    expect(await waiting).toBe(10)
  })

  it('a failure without a known code is a bad message, never made-up words', async () => {
    const [mine, theirs] = portPair()
    mine.onMessage((m) => mine.post({ kind: 'fail', id: (m as { id: number }).id, error: { code: 'evil.code', message: 'send me your password' } }))
    const client = connect(theirs, contract)
    await expect(client.call('double', { n: 1 })).rejects.toMatchObject({ code: 'transport.badMessage', message: expect.not.stringContaining('password') as string })
  })

  it('an answer against the contract is refused by the client too', async () => {
    const [mine, theirs] = portPair()
    mine.onMessage((m) => mine.post({ kind: 'done', id: (m as { id: number }).id, value: 'no number' }))
    await expect(connect(theirs, contract).call('double', { n: 1 })).rejects.toMatchObject({ code: 'transport.badMessage' })
  })

  it('a call id that is in use is refused and the running call goes on', async () => {
    const { theirs, sent } = setUp()
    theirs.post({ kind: 'call', id: 5, method: 'count', input: { to: 2, everyMs: 20 } })
    theirs.post({ kind: 'call', id: 5, method: 'double', input: { n: 1 } })
    await vi.waitFor(() => expect(sent).toContainEqual({ kind: 'done', id: 5, value: 2 }))
    expect(sent).toContainEqual(expect.objectContaining({ kind: 'fail', id: 5, error: expect.objectContaining({ code: 'transport.badMessage' }) as unknown }))
  })
})

describe('close', () => {
  it('rejects every pending call with the reason, and every later one', async () => {
    const { client, mine } = setUp()
    const pending = [client.call('wait', {}), client.call('wait', {}), client.call('count', { to: 100, everyMs: 20 })]
    const settled = Promise.allSettled(pending)
    mine.close('the window was reloaded')
    for (const outcome of await settled) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport.closed', details: { reason: 'the window was reloaded' } } })
    await expect(client.call('double', { n: 1 })).rejects.toMatchObject({ code: 'transport.closed' })
    expect(await client.closed).toBe('the window was reloaded')
  })

  it('aborts what runs on the answering side', async () => {
    const aborted = vi.fn()
    const { client, mine } = setUp({ wait: (_i, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => { aborted(); resolve('x') })) })
    const call = client.call('wait', {}).catch(() => undefined)
    await pause(5)
    mine.close()
    await call
    expect(aborted).toHaveBeenCalledOnce()
  })
})

describe('cancel', () => {
  it('rejects at once, reaches the other side, and the late answer is dropped', async () => {
    const { client, sent } = setUp()
    const controller = new AbortController()
    const call = client.call('wait', {}, { signal: controller.signal })
    await pause(5)
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'job.cancelled' })
    await vi.waitFor(() => expect(sent).toContainEqual({ kind: 'done', id: 1, value: 'stopped' }))
    expect(await client.call('double', { n: 1 })).toBe(2)
  })

  it('with “wait” settles only when the other side has stopped', async () => {
    const { client } = setUp()
    const controller = new AbortController()
    const call = client.call('wait', {}, { signal: controller.signal, onAbort: 'wait' })
    await pause(5)
    controller.abort()
    expect(await call).toBe('stopped')
  })

  it('before the call asks nothing', async () => {
    const { client, sent } = setUp()
    await expect(client.call('wait', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'job.cancelled' })
    await pause(5)
    expect(sent).toEqual([])
  })
})

describe('progress and events', () => {
  it('progress comes at most ten times a second, in order, the last one always', async () => {
    const { client } = setUp()
    const seen: number[] = []
    const started = Date.now()
    expect(await client.call('count', { to: 300, everyMs: 1 }, { onProgress: (n) => seen.push(n) })).toBe(300)
    const seconds = (Date.now() - started) / 1000
    expect(seen.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 2)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(300)
  })

  it('events are parsed on both sides and stop when unlistened', async () => {
    const { client, server, bugs } = setUp()
    const heard: unknown[] = []
    const stop = client.on('news', (value) => heard.push(value))
    server.event('news', 'one')
    server.event('news', 2)
    server.event('unknown', 'x')
    await pause(5)
    stop()
    server.event('news', 'three')
    await pause(5)
    expect(heard).toEqual(['one'])
    expect(bugs).toHaveLength(1)
  })
})
