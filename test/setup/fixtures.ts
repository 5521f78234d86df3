// Where tests find their models and data: the shared fixtures beside the project, else the copy inside it.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../..')
const places = [join(project, '../shared/fixtures'), join(project, 'test/fixtures')]

/** Absolute path of a fixture such as `iris/data/iris.csv`. Throws when it is in neither place. */
export function fixture(relative: string): string {
  const found = places.map((place) => join(place, relative)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`fixture ${relative} is neither in ../shared/fixtures nor in test/fixtures`)
  return found
}
