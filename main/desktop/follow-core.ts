// What the operating system is told of the core: how far the jobs are, that a long one ended, and which colours its own parts wear.
import { BrowserWindow, nativeTheme, Notification } from 'electron'
import { events } from '../../shared/contract.ts'
import type { JobSnapshot } from '../../shared/domain/job.ts'
import { knownJobs, noticesOf, shareDone } from '../../shared/job-news.ts'
import type { Core } from '../core/core.ts'
import type { Windows } from './windows.ts'

/** Notices that are shown; one that nobody holds would lose its click. */
const shown = new Set<Notification>()

function notify(title: string, body: string, windows: Windows): void {
  if (!Notification.isSupported()) return
  const notice = new Notification({ title, body, silent: true })
  const forget = (): void => { shown.delete(notice) }
  notice.on('click', () => { forget(); windows.show('#/jobs') })
  notice.on('close', forget)
  shown.add(notice)
  notice.show()
}

/** The bar on the taskbar while jobs run, and a notice when a long one ends and no window is looked at. */
export function followJobs(core: Core, windows: Windows): void {
  let before: ReadonlyMap<string, JobSnapshot> | null = new Map()
  core.client.on('jobs', (value) => {
    const jobs = events.jobs.parse(value)
    const share = shareDone(jobs)
    for (const window of BrowserWindow.getAllWindows()) {
      if (window.isDestroyed()) continue
      if (share === 'unknown') window.setProgressBar(2, { mode: 'indeterminate' })
      else window.setProgressBar(share ?? -1)
    }
    for (const { title, body } of noticesOf(before, jobs, BrowserWindow.getFocusedWindow() !== null)) notify(title, body, windows)
    before = knownJobs(jobs)
  })
}

/** Native menus, dialogs and the first colour of a window are light or dark as the settings say. */
export function followTheme(core: Core): void {
  const wear = (): void => {
    core.client.call('settings.get', {}).then(({ theme }) => { nativeTheme.themeSource = theme === 'contrast' ? 'system' : theme }, () => undefined)
  }
  core.client.on('changed', (tags) => { if (events.changed.parse(tags).includes('settings')) wear() })
  wear()
}
