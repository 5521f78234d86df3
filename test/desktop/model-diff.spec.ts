// The difference of two real models on the real screen: a quantised network, a broken interface, and a version beside itself.
import { ask, listen } from './ask.ts'
import { faultsInBothThemes } from './faults.ts'
import { fixture } from '../setup/fixtures.ts'
import { expect, test } from './launch.ts'
import { bringIn } from './screens.ts'

test('the model diff: class, callers, layers, filters', async ({ page }) => {
  test.setTimeout(120_000)
  const paths = ['mnist/models/mnist-cnn-v1-float32', 'mnist/models/mnist-cnn-v2-int8-dynamic', 'shapes-segmentation/models/shapes-v2-classmap', 'shapes-segmentation/models/shapes-v1-logits'].map((p) => fixture(`${p}.onnx`))
  await listen(page)
  await bringIn(page, paths, ['mnist-cnn-v1-float32', 'Show all 4'])
  const models = await ask(page, 'model.list', {})
  const id = (name: string): string => models.find((m) => m.name === name)!.latest.id
  const compare = (left: string, right: string): Promise<void> => page.evaluate((to) => { location.hash = to }, `#/compare?left=${id(left)}&right=${id(right)}&tab=diff`)

  await compare('mnist-cnn-v1-float32', 'mnist-cnn-v2-int8-dynamic')
  const what = page.getByRole('region', { name: 'What differs' })
  await expect(what.getByRole('heading', { name: 'Quantised' })).toBeVisible({ timeout: 30_000 })
  await expect(what).toContainText('Not breaking')
  await expect(what).toContainText('4 quantised')
  const layers = page.getByRole('table', { name: 'Layers' })
  await expect(layers.getByRole('row')).toHaveCount(11)
  await page.getByLabel('Show', { exact: true }).selectOption('quantised')
  await expect(layers.getByRole('row')).toHaveCount(5)
  await page.getByLabel('Search', { exact: true }).fill('/f1')
  await expect(layers.getByRole('row')).toHaveCount(2)
  await expect(layers.getByRole('row').nth(1)).toContainText('Gemm → MatMul')

  await compare('shapes-v1-logits', 'shapes-v2-classmap')
  await expect(what.getByRole('heading', { name: 'Callers break' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('Do without “logits”.')).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('breaking.png') })
  expect(await faultsInBothThemes(page)).toEqual([])

  await compare('shapes-v1-logits', 'shapes-v1-logits')
  await expect(page.getByText('Both sides are the same version.')).toBeVisible({ timeout: 30_000 })
})
