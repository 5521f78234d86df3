// A window that is closed or reloaded while its page is still on the way: no error box, and the application ends.
import { expect, launch, quit, test } from './launch.ts'
import { join } from 'node:path'

test('quitting while the page loads ends the application', async ({ folder }) => {
  const app = await launch({ workspace: join(folder, 'workspace'), userData: join(folder, 'user') })
  const child = app.process()
  await app.firstWindow()
  await quit(app)
  expect(child.exitCode).toBe(0)
})

test('reloading while the page loads leaves a page that works', async ({ page }) => {
  await page.reload()
  await expect(page.getByRole('main')).toBeVisible()
})
