// Decides whether the name of an archive entry may become a file below a folder, on every system.
// Refuses instead of repairing: a name that needs mending was made to do harm or will be misunderstood somewhere.
import { isReservedName } from './staged-copy.ts'

const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin1 = new TextDecoder('latin1')

export type NameVerdict =
  | { readonly ok: true; readonly parts: readonly string[]; readonly folder: boolean }
  | { readonly ok: false; readonly shown: string; readonly reason: string }

/** Entry name for messages: control and direction characters made visible, shortened. */
export function shownName(name: string): string {
  const visible = name.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return visible.length > 120 ? `${visible.slice(0, 120)}…` : visible
}

/** Judges the raw name of an entry. Names are taken as UTF-8; other bytes only pass where they are ASCII. */
export function judgeName(raw: Uint8Array): NameVerdict {
  let name: string
  try {
    name = utf8Strict.decode(raw)
  } catch {
    return { ok: false, shown: shownName(latin1.decode(raw)), reason: 'its name is not valid UTF-8' }
  }
  const no = (reason: string): NameVerdict => ({ ok: false, shown: shownName(name), reason })
  if (name === '') return no('it has no name')
  if (name.includes('\0')) return no('its name has a NUL character')
  if (name.includes('\\')) return no('its name has a backslash, which leads out of the folder on Windows')
  if (name.startsWith('/')) return no('its name is absolute')
  if (/^[a-z]:/i.test(name)) return no('its name starts with a drive letter')
  if (/[\u0001-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(name)) return no('its name has control or direction characters')
  const folder = name.endsWith('/')
  const parts = (folder ? name.slice(0, -1) : name).split('/')
  if (parts.includes('..')) return no('its name leads out of the folder')
  if (parts.some((p) => p === '' || p === '.')) return no('its name has an empty part')
  if (parts.length > 32 || raw.length > 1024 || parts.some((p) => Buffer.byteLength(p) > 255)) return no('its name is too long or too deep')
  if (parts.some((p) => /[<>:"|?*]/.test(p) || /[. ]$/.test(p))) return no('its name is not allowed on Windows')
  if (parts.some(isReservedName)) return no('its name is reserved on Windows')
  return { ok: true, parts, folder }
}

/** Key under which two names are the same file on a system that ignores case and composes accents. */
export function clashKey(parts: readonly string[]): string {
  return parts.join('/').normalize('NFC').toLowerCase().normalize('NFC')
}
