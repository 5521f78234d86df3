// A graphics device for machines that have none: the software Vulkan driver that travels in every Electron for Linux.
// Refuses nothing elsewhere: other systems bring a device of their own.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Points this process, and every engine that it starts from now on, at SwiftShader. Throws when Electron does not hold it. */
export async function useSoftwareVulkan(): Promise<void> {
  if (process.platform !== 'linux') return
  // A script of the set-up, which has no types of its own.
  const file = '../../scripts/electron-runtime.mjs'
  const { ensureElectron } = await import(file) as { ensureElectron(): Promise<{ dist: string }> }
  const { dist } = await ensureElectron()
  const driver = join(dist, 'vk_swiftshader_icd.json')
  for (const needed of [driver, join(dist, 'libvk_swiftshader.so')]) if (!existsSync(needed)) throw new Error(`${needed} is missing`)
  process.env['VK_ICD_FILENAMES'] = driver
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir()
}

/** Hides every Vulkan driver from the engines that are started from now on. */
export function useNoVulkan(): void {
  process.env['VK_ICD_FILENAMES'] = ''
}
