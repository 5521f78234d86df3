// Makes a folder that a user named, with the folders above it. Owns nothing else.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes `folder` and every missing folder above it, one at a time: Node's own recursive call never comes back
 * where the system answers "no such file" for a folder that cannot be made, as /proc does. Throws the system's error.
 */
export function makeFolder(folder: string): void {
  const missing: string[] = []
  let current = folder
  while (!existsSync(current) && dirname(current) !== current) {
    missing.unshift(current)
    current = dirname(current)
  }
  for (const path of missing) if (!existsSync(path)) makeOne(path)
}

/** Another process may make the same folder at the same moment, which is as good. */
function makeOne(path: string): void {
  try {
    mkdirSync(path)
  } catch (thrown) {
    if (!existsSync(path)) throw thrown
  }
}
