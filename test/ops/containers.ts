// podman and buildah as they work on any machine, also where this one lets containers do little: runc, no limits above our own, no systemd.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ContainerPrograms { readonly environment: NodeJS.ProcessEnv; readonly podman: (...words: string[]) => SpawnSyncReturns<string> }

/** The environment for build scripts, and podman itself. */
export function containerPrograms(folder: string): ContainerPrograms {
  const file = join(folder, 'containers.conf')
  writeFileSync(file, '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=1000:1000"]\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
  const environment = { ...process.env, CONTAINERS_CONF: file, SLIPWAY_BUILDER: 'buildah', SLIPWAY_BUILD_OPTIONS: '--isolation chroot' }
  return { environment, podman: (...words) => spawnSync('podman', words, { encoding: 'utf8', env: environment }) }
}
