// An observer that looks at nothing: for programs that embed the server's core, and for tests of everything else.
import type { Observer } from './observer.ts'

export const nullObserver: Observer = { observe: () => undefined, queueDepth: () => undefined, metrics: () => Promise.resolve(''), metricsType: 'text/plain; version=0.0.4; charset=utf-8', close: () => Promise.resolve() }
