// What the scan of a bundle looks for besides the usual shapes of secrets: names of this machine and its user, rare values of flagged columns.
import { hostname, userInfo } from 'node:os'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { ScanNames } from '../bundle/seal/scan-rules.ts'

/** Names that point at nobody: accounts and machines that are called so everywhere. */
const generic = new Set(['root', 'admin', 'administrator', 'user', 'users', 'test', 'guest', 'node', 'app', 'runner', 'ubuntu', 'debian', 'docker', 'nobody', 'build', 'builder', 'server', 'model', 'models', 'slipway', 'localhost', 'host', 'machine', 'linux', 'windows', 'desktop', 'laptop', 'work', 'home', 'dev', 'sandbox', 'container', 'default', 'system', 'public'])
const shortest = 4
/** A value that as many rows share tells nothing about one of them: the same limit as for golden requests. */
const manyRows = 10
const mostValues = 2000

const telling = (name: string): string | null => (name.length < shortest || generic.has(name.toLowerCase()) ? null : name)

function userName(): string | null {
  // A user without an entry in the system's list has no name.
  try { return telling(userInfo().username) } catch { return null }
}

const isTelling = (value: string): boolean => value.length >= shortest && (/\p{L}/u.test(value) || value.replace(/\D/g, '').length >= 7)

/** `dataset` with its values still in it. Values are those that its profile keeps: an exact-match sample. */
export function scanNames(dataset: Dataset): ScanNames {
  const { personal } = dataset
  const flagged = personal === undefined ? [] : dataset.columns.filter((c) => c.type === 'string' && (personal.whole || personal.columns.includes(c.name)))
  const values = flagged.flatMap((c) => c.top.filter((t) => t.count < manyRows && isTelling(t.value)).map((t) => t.value))
  return { user: userName(), host: telling(hostname().split('.')[0] ?? ''), personal: [...new Set(values)].slice(0, mostValues) }
}
