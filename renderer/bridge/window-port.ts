// The page's end of the handshake: asks preload, waits for the port that main made, and wraps it as a Port.
import { SlipwayError } from '../../shared/errors.ts'
import type { Port } from '../../shared/rpc.ts'

/** A browser MessagePort as a Port; it reports closing when the other side is gone. */
export function portOf(channel: MessagePort): Port {
  channel.start()
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => channel.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
    onClose: (listener) => channel.addEventListener('close', () => listener('the application ended the connection')),
  }
}

const isOffer = (value: unknown): boolean => typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'slipway.port'

/** Asks for a port and resolves with it; rejects with `transport.closed` when none comes within ten seconds. */
export function windowPort(timeoutMs = 10_000): Promise<Port> {
  return new Promise((resolve, reject) => {
    const preload = window.slipway
    if (preload === undefined) return reject(new SlipwayError('transport.closed', { reason: 'the page runs outside the application' }))
    const stop = (): void => { window.removeEventListener('message', onMessage); clearTimeout(timer) }
    const onMessage = (event: MessageEvent<unknown>): void => {
      const channel = event.ports[0]
      if (event.source !== window || !isOffer(event.data) || channel === undefined) return
      stop()
      resolve(portOf(channel))
    }
    const timer = setTimeout(() => { stop(); reject(new SlipwayError('transport.closed', { reason: 'the application did not answer' })) }, timeoutMs)
    window.addEventListener('message', onMessage)
    preload.connect()
  })
}
