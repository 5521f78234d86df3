// A workspace that cannot be opened is told in the window, which can look through it; a whole one is checked and backed up on the settings.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsInBothThemes } from './faults.ts'
import { expect, launch, quit, test } from './launch.ts'

test('a damaged database opens the window to a screen that says so, looks through it, and changes nothing; a whole one is checked and backed up', async ({ folder }) => {
  const damaged = join(folder, 'damaged')
  mkdirSync(damaged)
  writeFileSync(join(damaged, 'slipway.db'), 'this was a database once, before the disk failed. '.repeat(400))
  const first = await launch({ workspace: damaged, userData: join(folder, 'user') })
  try {
    const page = await first.firstWindow()
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('The workspace database is damaged')
    await expect(alert).toContainText('There is no backup copy beside it.')
    await page.getByRole('button', { name: 'Look through the workspace' }).click()
    await expect(page.getByRole('main').getByRole('status').first()).toContainText('1 fault found')
    await expect(page.getByRole('table', { name: 'What was found' })).toContainText('The database is damaged')
    expect(await faultsInBothThemes(page)).toEqual([])
    if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: join(process.env['SHOTS'], 'closed.png') })
  } finally { await quit(first) }
  expect(existsSync(join(damaged, 'slipway.db-wal'))).toBe(false)

  const second = await launch({ workspace: join(folder, 'workspace'), userData: join(folder, 'user') })
  try {
    const page = await second.firstWindow()
    await page.getByRole('main').waitFor()
    const target = join(folder, 'mine.backup.zip')
    await second.evaluate(({ dialog }, path) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath: path })) as never }, target)
    await page.evaluate(() => { location.hash = '#/settings' })
    const section = page.getByRole('region', { name: 'Workspace', exact: true })
    await section.getByRole('button', { name: 'Check workspace' }).click()
    await expect(section.getByRole('status').first()).toContainText('Everything is whole')
    await section.getByRole('button', { name: 'Back up…' }).click()
    await expect(section).toContainText('read again after it was written')
    expect(existsSync(target)).toBe(true)
    if (process.env['SHOTS'] !== undefined) await section.screenshot({ path: join(process.env['SHOTS'], 'settings.png') })
  } finally { await quit(second) }
})
