// Where tests find their models and data: the shared fixtures beside the project, else the copy inside it.
// A folder named by SLIPWAY_FIXTURES comes before both, file by file: that is how a test plants a wrong reference.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../..')
const planted = process.env['SLIPWAY_FIXTURES'] ?? ''
const places = [...(planted === '' ? [] : [resolve(planted)]), join(project, '../shared/fixtures'), join(project, 'test/fixtures')]

/** Absolute path of a fixture such as `iris/data/iris.csv`. Throws when it is in neither place. */
export function fixture(relative: string): string {
  const found = places.map((place) => join(place, relative)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`fixture ${relative} is neither in ../shared/fixtures nor in test/fixtures`)
  return found
}
