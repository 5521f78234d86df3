// Promote, look before, roll back and retire on the real screens; what another program does meanwhile is never overwritten.
import { ask, listen } from './ask.ts'
import { expect, test } from './launch.ts'

test('a champion is promoted, rolled back and kept from being overwritten', async ({ page }) => {
  test.setTimeout(90_000)
  await listen(page)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  const [model] = await ask(page, 'model.list', {})
  const { versions: [second, first] } = await ask(page, 'model.get', { modelId: model!.id })
  await page.evaluate((id) => { location.hash = `#/model/${id}` }, model!.id)

  const strip = page.getByRole('region', { name: 'What serves' })
  await expect(strip).toContainText('No alias yet.')
  await strip.getByRole('button', { name: 'Promote a version…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Version').selectOption(first!.id)
  await expect(dialog.getByRole('region', { name: 'What it does' })).toContainText('points to nothing now; afterwards it points to version 1.')
  await expect(dialog.getByRole('button', { name: 'Make version 1 champion' })).toBeDisabled()
  await dialog.getByLabel('Why').fill('The first that was measured on the whole of the test data')
  await dialog.getByRole('button', { name: 'Make version 1 champion' }).click()
  const card = strip.getByRole('group', { name: 'Alias champion' })
  await expect(card).toContainText('v1')
  await expect(page.getByRole('table', { name: 'Versions' }).getByRole('row').filter({ hasText: 'champion' })).toContainText('v1')

  await card.getByRole('button', { name: 'Promote…' }).click()
  await dialog.getByLabel('Version').selectOption(second!.id)
  await expect(dialog.getByRole('group', { name: 'The move' })).toContainText('v1')
  await dialog.getByText(/metrics that differ on income-test.csv/).click()
  await expect(dialog.getByRole('table', { name: 'Metrics that differ' })).toBeVisible()
  await dialog.getByLabel('Why').fill('Better')
  // Another program is faster.
  await ask(page, 'alias.set', { modelId: model!.id, alias: 'champion', versionId: second!.id, expected: first!.id, reason: 'from elsewhere' })
  await expect(dialog).toContainText('champion is Adult income (sample) 2 already. Nothing was changed.')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await card.getByRole('button', { name: 'Roll back to v1…' }).click()
  await dialog.getByLabel('Why').fill('Too many false alarms')
  await dialog.getByRole('button', { name: 'Roll back to version 1' }).click()
  await expect(card).toContainText('v1 serves now')
  await expect(card).toContainText(/Before: v2, rolled back .*: Too many false alarms/)

  await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(page.getByText('champion was rolled back from version 2 to version 1.')).toBeVisible()
  await page.getByRole('group', { name: 'What to show' }).getByLabel('Aliases').uncheck()
  await expect(page.getByText('champion was rolled back from version 2 to version 1.')).toBeHidden()

  await page.evaluate((id) => { location.hash = `#/version/${id}` }, second!.id)
  const life = page.getByRole('region', { name: 'Life' })
  await life.getByRole('button', { name: 'Retire…' }).click()
  await dialog.getByLabel('Why').fill('Replaced')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(life.getByRole('button', { name: 'Restore…' })).toBeVisible()
  await life.getByText('What is not possible now').click()
  await expect(life).toContainText('It is retired. Restore it first.')
})
