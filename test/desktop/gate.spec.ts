// The gate editor on the sample: the live result while editing, what is missing run from the screen, faults of the text at their lines, revisions, and an override that stays.
import { expect, test } from './launch.ts'
import { choose } from './screens.ts'

test('a policy is edited as form and as text, judged while it is written, filled in, checked and overridden', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('link', { name: 'Gate and export' }).click()
  const rules = page.getByRole('list', { name: 'Rules' }).locator('> li')
  const live = page.getByRole('status', { name: 'Live result' })
  await expect(live).toContainText('1 not established')
  await choose(page, 'Baseline of “No regression”', /^v1 /)
  await expect(live).toContainText('Would pass')
  const before = await rules.count()

  // A rule on groups waits for a comparison, which the screen offers and runs; the shares are those of the fixture's reference.
  await choose(page, 'Kind of rule', /Groups$/)
  await page.getByRole('button', { name: 'Add rule' }).click()
  const groups = rules.nth(before)
  await groups.getByLabel(`Column of rule ${before + 1}`).selectOption('sex')
  await expect(groups).toContainText('have not been compared in this run yet')
  await expect(live).toContainText('Would not pass')
  await page.getByRole('button', { name: 'Run: Compare the groups of sex' }).click()
  await expect(groups).toContainText(/sex = Female \(1,313 rows\) and .* where it is Male \(2,687 rows\)/, { timeout: 30_000 })
  await groups.getByLabel(`Limit of rule ${before + 1}`).fill('0')
  await expect(live).toContainText('Would pass')
  await groups.getByLabel(`Limit of rule ${before + 1}`).fill('1')
  await expect(live).toContainText('Would not pass')

  // The text says the same; a fault stands at its line, and mended the form follows.
  await page.getByRole('tab', { name: 'Text' }).click()
  const text = page.getByLabel('Policy as text')
  await expect(text).toHaveValue(/kind: fairness/)
  const written = await text.inputValue()
  const line = written.split('\n').findIndex((l) => l.includes('measure: ratio')) + 1
  await text.fill(written.replace('measure: ratio', 'measure: ratoi'))
  await expect(page.locator('#policy-faults')).toContainText(`Line ${line} “measure” of rule ${before + 1} (fairness) is “ratoi”, but must be one of difference or ratio; the nearest name is “ratio”.`)
  await expect(page.getByRole('button', { name: 'Check the gate' })).toBeDisabled()
  await page.screenshot({ path: test.info().outputPath('gate-text.png') })
  await text.fill(written.replace('limit: 1\n', 'limit: 0.9\n'))
  await expect(groups.getByLabel(`Limit of rule ${before + 1}`)).toHaveValue('0.9')

  await page.getByRole('button', { name: 'Check the gate' }).click()
  await expect(page.getByText('Not passed', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Override…' }).click()
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Reason').fill('A pilot with ten users')
  await page.getByRole('dialog').getByRole('button', { name: 'Override' }).click()
  await expect(page.getByText('Overridden by Ada: A pilot with ten users')).toBeVisible()
  await page.getByRole('tab', { name: 'Revisions' }).click()
  await expect(page.getByRole('list', { name: 'What changed' })).toContainText('Groups (sex, selection, ratio)')
})
