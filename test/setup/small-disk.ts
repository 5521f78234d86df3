// A disk of a few megabytes for one test: a real file system in memory, mounted and unmounted here. Owns no expectation.
// Where this user may not mount, `mountSmallDisk` says so loudly and answers null: the caller then limits the size of files, which is as real but narrower.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SmallDisk {
  readonly path: string
  /** Fills it up but for so many bytes. */
  fill(leave: number): void
  /** Takes the filling away again. */
  empty(): void
  readOnly(yes: boolean): void
  done(): void
}

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** Mounts a tmpfs of so many megabytes below `folder`. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | null {
  const path = join(folder, 'disk')
  mkdirSync(path)
  if (process.platform !== 'linux' || !run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) {
    console.warn('\n*** This user cannot mount a small disk: a full disk is tested by limiting the size of files, a read-only one by permissions. ***\n')
    return null
  }
  const filling = join(path, 'filling')
  return {
    path,
    fill(leave) {
      const free = statfsSync(path)
      writeFileSync(filling, Buffer.alloc(Math.max(0, Number(free.bavail) * Number(free.bsize) - leave)))
    },
    empty() { rmSync(filling, { force: true }) },
    readOnly(yes) { if (!run('mount', '-o', yes ? 'remount,ro' : 'remount,rw', path)) throw new Error('the small disk could not be remounted') },
    done() { run('umount', '-l', path) },
  }
}
