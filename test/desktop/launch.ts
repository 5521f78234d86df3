// Starts the real application for a test: its own user folder and workspace, one window, and a clean end.
import { test as base, _electron, type ElectronApplication, type Page } from '@playwright/test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../..')
export const noSandbox = process.env['SLIPWAY_NO_SANDBOX'] !== undefined || (process.platform === 'linux' && process.getuid?.() === 0)
/** The fallback runtime starts the checkout beside it by itself; the official one is told where it is. */
const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH']
const appArgument = runtime !== undefined && existsSync(join(runtime, 'resources/app')) ? [] : [project]

/** What every start of the checkout needs on its command line. */
export const applicationArguments: readonly string[] = [...(noSandbox ? ['--no-sandbox'] : []), ...appArgument]

export interface LaunchOptions { readonly workspace: string; readonly userData: string; readonly args?: readonly string[] }

const launchLimitMs = 15_000

/**
 * Starts an Electron. Under Electron 33 on a virtual display the attaching sometimes never answers (a few in a hundred, more on a loaded
 * machine; the GPU process died at birth in those, the cause is not known), so it is tried up to three times. An application that cannot start fails all three.
 */
export async function attach(options: Parameters<typeof _electron.launch>[0], tries = 3): Promise<ElectronApplication> {
  return _electron.launch({ ...options, timeout: launchLimitMs }).catch((thrown: unknown) => {
    if (tries <= 1 || !(thrown instanceof Error) || !thrown.message.includes('Timeout')) throw thrown
    return attach(options, tries - 1)
  })
}

/** Starts the application; the caller closes it. */
export function launch(options: LaunchOptions): Promise<ElectronApplication> {
  return attach({
    cwd: project,
    args: [...applicationArguments, `--user-data-dir=${options.userData}`, `--workspace=${options.workspace}`, ...(options.args ?? [])],
    env: { ...process.env, TZ: 'UTC', LANG: 'C.UTF-8' } as Record<string, string>,
  })
}

const closeLimitMs = 20_000

/** Quits as a user would. An application that does not end is killed, and the test fails with these words. */
export async function quit(app: ElectronApplication): Promise<void> {
  const child = app.process()
  // A running job would ask before quitting: answer for the user.
  await app.evaluate(({ dialog }) => { dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false }) }).catch(() => undefined)
  const limit = new Promise<'late'>((resolve) => { setTimeout(() => { resolve('late') }, closeLimitMs).unref() })
  const outcome = await Promise.race([app.close().then(() => 'ended', () => 'ended'), limit])
  if (outcome === 'ended') return
  child.kill('SIGKILL')
  throw new Error(`the application did not end within ${closeLimitMs / 1000} s of being told to quit`)
}

interface Fixtures { folder: string; workspace: string; app: ElectronApplication; page: Page }

export const test = base.extend<Fixtures>({
  // Playwright reads the names in the pattern, so it has to be there though it is empty.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-desktop-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  workspace: async ({ folder }, use) => { await use(join(folder, 'workspace')) },
  app: async ({ folder, workspace }, use) => {
    const app = await launch({ workspace, userData: join(folder, 'user') })
    await use(app)
    await quit(app)
  },
  page: async ({ app }, use) => {
    const page = await app.firstWindow()
    // Before its first screen the page hears neither drops nor messages.
    await page.getByRole('main').waitFor()
    await use(page)
  },
})

export { expect } from '@playwright/test'
