// What the scan of a bundle looks for besides the usual shapes of secrets: names of this machine and its user, the user's home folder, and
// values of flagged columns: all of them where they tell rows apart, the rare ones of a list of categories.
import { homedir, hostname, userInfo } from 'node:os'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { ScanNames } from '../bundle/seal/scan-rules.ts'

/** Names that point at nobody: accounts and machines that are called so everywhere. */
const generic = new Set(['root', 'admin', 'administrator', 'user', 'users', 'test', 'guest', 'node', 'app', 'runner', 'ubuntu', 'debian', 'docker', 'nobody', 'build', 'builder', 'server', 'model', 'models', 'slipway', 'localhost', 'host', 'machine', 'linux', 'windows', 'desktop', 'laptop', 'work', 'home', 'dev', 'sandbox', 'container', 'default', 'system', 'public'])
const shortest = 4
/** A value of a list of categories that as many rows share tells nothing about one of them: the same limit as for golden requests. */
const manyRows = 10
const mostValues = 2000

const telling = (name: string): string | null => (name.length < shortest || generic.has(name.toLowerCase()) ? null : name)

function userName(): string | null {
  // A user without an entry in the system's list has no name.
  try { return telling(userInfo().username) } catch { return null }
}

/** Folders of a system, which stand in the texts of every bundle: no home of a person. */
const systemFolder = /^\/(?:opt|var|usr|etc|tmp|srv|nonexistent|root|app|home)(?:\/[^/]+)?$/

/** The home folder of the user; the usual places of home folders are found by their shape anyway. */
function homeFolder(): string | null {
  const home = homedir().replace(/[\\/]+$/, '')
  return home.length < shortest || systemFolder.test(home) ? null : home
}

/**
 * Whether the values of a text column tell rows apart, such as names, and are no list of categories such as yes and no: at least a dozen
 * different ones, and one in a hundred rows with a value of its own kind. Of such a column a frequent value is a person too.
 */
const tellsApart = (column: Dataset['columns'][number], rows: number): boolean => column.distinct >= 12 && column.distinct >= rows / 100

const isTelling = (value: string): boolean => value.length >= shortest && (/\p{L}/u.test(value) || value.replace(/\D/g, '').length >= 7)

/** `dataset` with its values still in it. Values are those that its profile keeps: an exact-match sample. */
export function scanNames(dataset: Dataset): ScanNames {
  const { personal } = dataset
  const flagged = personal === undefined ? [] : dataset.columns.filter((c) => c.type === 'string' && (personal.whole || personal.columns.includes(c.name)))
  const values = flagged.flatMap((c) => c.top.filter((t) => (t.count < manyRows || tellsApart(c, dataset.rows)) && isTelling(t.value)).map((t) => t.value))
  return { home: homeFolder(), user: userName(), host: telling(hostname().split('.')[0] ?? ''), personal: [...new Set(values)].slice(0, mostValues) }
}
