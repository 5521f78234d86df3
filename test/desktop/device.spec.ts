// Devices on the real screen: the sample's run compared with WebGPU on Electron's software Vulkan driver, and timed on the CPU. Both are stored.
import { expect, test } from './launch.ts'
import { useSoftwareVulkan } from '../setup/software-vulkan.ts'

test.beforeAll(useSoftwareVulkan)

test('a parity report and a speed report of a run', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('tab', { name: 'Device' }).click()
  await page.getByLabel('Only the first rows').fill('100')
  await page.getByRole('button', { name: 'Compare with the CPU' }).click()
  const parity = page.getByRole('region', { name: 'Does another device answer alike?' })
  await expect(parity.getByRole('table', { name: 'Differences by output' })).toBeVisible({ timeout: 60_000 })
  await expect(parity).toContainText(/Asked for WebGPU(, but ran on the CPU: all \d+ nodes fell back \(|: \d+ of \d+ nodes ran there, \d+ fell back to the CPU \()/)
  await expect(parity.getByRole('table', { name: 'Speed of both' }).getByRole('row')).toHaveCount(3)
  await page.screenshot({ path: test.info().outputPath('parity.png') })
  const speed = page.getByRole('region', { name: 'How fast is it?' })
  await speed.getByLabel('Seconds a batch size').selectOption('0.5')
  await speed.getByRole('button', { name: 'Time it' }).click()
  await expect(speed.getByRole('table', { name: 'Times by batch size' }).getByRole('row')).toHaveCount(6, { timeout: 60_000 })
  await expect(speed.getByRole('table', { name: 'Time by operator' })).toBeVisible()
  await expect(speed.getByRole('figure')).toHaveCount(1)
  await speed.scrollIntoViewIfNeeded()
  await page.screenshot({ path: test.info().outputPath('speed.png'), fullPage: true })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.screenshot({ path: test.info().outputPath('dark.png') })
  await page.reload()
  await expect(page.getByRole('table', { name: 'Times by batch size' })).toBeVisible({ timeout: 30_000 })
})
