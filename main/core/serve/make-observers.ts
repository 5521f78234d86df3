// The observers of the bundles being served: one each, with tables in common, so that one exposition tells of all.
// Owns which options they get; refuses to serve what cannot be logged as asked.
import { readFile } from 'node:fs/promises'
import type { Observer } from './observer.ts'
import { NotServed } from './not-served.ts'
import type { ServedBundle } from './open-bundle.ts'
import { createObserver } from './watch/create-observer.ts'
import { createTables } from './watch/metric-tables.ts'
import { watchProcess } from './watch/process-numbers.ts'
import { observerOptions, type WatchOptions } from './watch/watch-options.ts'
import { readWatched } from './watch/watched-bundle.ts'

/** Throws NotServed where a key, a folder or a level does not fit. */
export async function makeObservers(bundles: readonly ServedBundle[], options: WatchOptions): Promise<readonly Observer[]> {
  const { unitKeyFile } = options
  const unitKey = unitKeyFile === null ? null : await readFile(unitKeyFile).catch(() => { throw new NotServed(`the key for units ${unitKeyFile} cannot be read`, 2) })
  const tables = createTables()
  const stop = watchProcess(tables)
  const observers = await Promise.all(bundles.map(async (bundle): Promise<Observer> => {
    const watched = await readWatched(bundle.root, bundle)
    try {
      return createObserver(watched, { ...observerOptions(options, bundle.manifest.monitoring, unitKey), tables })
    } catch (thrown) {
      throw new NotServed(thrown instanceof RangeError ? thrown.message : `the prediction log cannot be written: ${(thrown as Error).message}`, 2)
    }
  }))
  const [first, ...others] = observers
  return first === undefined ? [] : [{ ...first, async close() { stop(); await first.close() } }, ...others]
}
