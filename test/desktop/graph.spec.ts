// The graph screen with real models: search, select, settings, weights, walking by keys, groups, bodies, list, difference, pictures.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manyNodes } from '../setup/many-nodes.ts'
import { fixture } from '../setup/fixtures.ts'
import { ask, listen } from './ask.ts'
import { faultsInBothThemes } from './faults.ts'
import { expect, test } from './launch.ts'
import { bringIn } from './screens.ts'

test('the graph: find a node, read it, walk on, save it; control flow, difference, thousands of nodes', async ({ app, page, folder }) => {
  test.setTimeout(180_000)
  const large = join(folder, 'large.onnx')
  writeFileSync(large, manyNodes(250))
  const paths = [fixture('mnist/models/mnist-cnn-v1-float32.onnx'), fixture('mnist/models/mnist-cnn-v2-int8-dynamic.onnx'), join(import.meta.dirname, '../fixtures/graph/control-flow.onnx'), large]
  await listen(page)
  await bringIn(page, paths, ['mnist-cnn-v1-float32', 'Show all 4'])
  const models = await ask(page, 'model.list', {})
  const id = (name: string): string => models.find((m) => m.name === name)!.latest.id
  const open = (name: string, more = ''): Promise<void> => page.evaluate((to) => { location.hash = to }, `#/graph/${id(name)}${more}`)
  const side = page.locator('aside')

  await open('mnist-cnn-v1-float32')
  const drawing = page.getByRole('application', { name: /^Graph of mnist-cnn-v1-float32 version 1/ })
  await expect(drawing).toBeVisible({ timeout: 30_000 })
  await expect(side).toContainText('42,042')
  await page.getByLabel('Search nodes').fill('gemm')
  await expect(page.getByText('1 of 2', { exact: true })).toBeVisible()
  await expect(side.getByRole('heading', { level: 2 })).toContainText('Gemm')
  await expect(side).toContainText('float32[batch, ')
  await expect(side.getByRole('img', { name: /^Histogram from/ }).first()).toBeVisible({ timeout: 30_000 })
  await page.screenshot({ path: test.info().outputPath('node.png') })
  expect(await faultsInBothThemes(page)).toEqual([])

  const before = await side.getByRole('heading', { level: 2 }).textContent()
  await drawing.focus()
  await page.keyboard.press('ArrowUp')
  await expect(side.getByRole('heading', { level: 2 })).not.toHaveText(before ?? '')
  await page.getByRole('button', { name: 'List' }).click()
  await expect(page.getByRole('table', { name: 'Nodes' }).getByRole('row')).toHaveCount(11)
  await page.getByRole('button', { name: 'List' }).click()

  const svg = join(folder, 'graph.svg')
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog }, svg)
  await page.getByRole('button', { name: 'Save the drawing' }).click()
  await page.getByRole('menuitem', { name: 'Save as SVG' }).click()
  await expect(page.getByText('Saved graph.svg.').first()).toBeVisible()
  const text = readFileSync(svg, 'utf8')
  expect(text).toMatch(/^<svg [^]*<\/svg>$/)
  expect(text.match(/>Conv</g)).toHaveLength(2)

  await open('control-flow')
  await page.getByLabel('Search nodes').fill('choose')
  await side.getByRole('button', { name: 'Open graph 1' }).click()
  await expect(page.getByLabel('Graph', { exact: true })).toHaveValue('1')
  await page.screenshot({ path: test.info().outputPath('body.png') })

  await open('large')
  await expect(page.getByRole('application', { name: /^Graph of large/ })).toBeVisible({ timeout: 60_000 })
  await expect(side).toContainText('2,000')
  await page.screenshot({ path: test.info().outputPath('groups.png') })
  await page.getByRole('button', { name: 'Open groups' }).click()
  await page.getByLabel('Search nodes').fill('stage9/block24/norm')
  await expect(side.getByRole('heading', { level: 2 })).toContainText('/stage9/block24/norm')
  await page.screenshot({ path: test.info().outputPath('large.png') })
})
