// Pictures of real runs on the real screen: masks painted pixel by pixel as the reference has them, boxes where the reference puts them,
// one picture opened large and walked through by keys, and no fault on these screens.
import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { maskInks } from '../../shared/charts/palette.ts'
import { fixture } from '../setup/fixtures.ts'
import { dropFiles } from './drop-files.ts'
import { faults, faultsInBothThemes } from './faults.ts'
import { expect, test } from './launch.ts'
import { bringIn, choose } from './screens.ts'

const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T

/** Drops a model and a folder of pictures, evaluates one on the other as proposed, and opens the first picture of the data set. */
async function openFirst(page: Page, model: string, folder: string, data: RegExp, pictures: number): Promise<Locator> {
  const name = model.split('/').at(-1) ?? ''
  await bringIn(page, [fixture(model)], [name])
  await dropFiles(page, [fixture(folder)])
  // A folder of pictures alone is taken as it is; beside models, what is meant is asked.
  if (!folder.endsWith('images')) await page.getByRole('dialog').getByRole('button', { name: new RegExp(`^Add ${pictures} pictures`) }).click()
  await expect(page.getByRole('region', { name: 'What came in' })).toContainText(new RegExp(`was added with ${pictures}`), { timeout: 30_000 })
  await page.evaluate(() => { location.hash = '#/evaluate' })
  await choose(page, 'Model', new RegExp(name.replace('.onnx', '')))
  await choose(page, 'Data set', data)
  const start = page.getByRole('button', { name: 'Start evaluation' })
  await expect(start).toBeEnabled({ timeout: 30_000 })
  await start.click()
  await page.getByRole('tab', { name: 'Rows' }).click({ timeout: 60_000 })
  await page.getByLabel('Order', { exact: true }).selectOption('record')
  const tile = page.getByRole('list', { name: 'Pictures' }).getByRole('button', { name: /^Record 1,/ })
  await expect(tile.getByText(/\.png$/)).toBeVisible({ timeout: 30_000 })
  return tile
}

/** How many pixels of the picture's canvas have each colour, `#rrggbb` and opacity; transparent ones are not counted. */
const painted = (view: Locator): Promise<Readonly<Record<string, number>>> => view.locator('canvas').evaluate((element) => {
  const canvas = element as HTMLCanvasElement
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
  const counts: Record<string, number> = {}
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue
    const key = `#${[0, 1, 2].map((c) => data[i + c]!.toString(16).padStart(2, '0')).join('')} ${data[i + 3]!}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
})

async function masks(page: Page): Promise<void> {
  const tile = await openFirst(page, 'shapes-segmentation/models/shapes-v2-classmap.onnx', 'shapes-segmentation/images', /^images/, 60)
  await expect(tile.locator('canvas')).toBeVisible({ timeout: 30_000 })
  expect(await faultsInBothThemes(page)).toEqual([])
  await tile.focus()
  await page.keyboard.press('Enter')
  const view = page.getByRole('dialog')
  await view.getByLabel('Drawn over the picture').selectOption('predicted')
  await view.getByLabel('Opacity').fill('1')
  // Run lengths of the reference runtime: class, pixels, class, pixels, …
  const run = json<{ runs: number[][] }>('shapes-segmentation/predictions/v2.images.json').runs[0]!
  const pixels = [0, 1, 2].map((c) => run.reduce((sum, v, i) => (i % 2 === 1 && run[i - 1] === c ? sum + v : sum), 0))
  await expect.poll(() => painted(view)).toEqual({ [`${maskInks[1]!} 255`]: pixels[1], [`${maskInks[2]!} 255`]: pixels[2] })
  await view.getByRole('checkbox', { name: '0', exact: true }).check()
  await expect.poll(() => painted(view)).toMatchObject({ [`${maskInks[0]!} 255`]: pixels[0] })
  await view.getByLabel('Only where they differ').check()
  const accuracy = json<{ metrics: { per_image_pixel_accuracy: number[] } }>('shapes-segmentation/reference/v2.images.json').metrics.per_image_pixel_accuracy[0]!
  await expect.poll(async () => Object.values(await painted(view)).reduce((a, b) => a + b, 0)).toBe(Math.round((1 - accuracy) * 64 * 64))
  await expect(view.getByLabel('About the picture')).toContainText(`Pixel accuracy${accuracy.toFixed(4)}`)
  await page.screenshot({ path: test.info().outputPath('masks.png') })
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.keyboard.press('Escape')
}

async function boxes(page: Page): Promise<void> {
  const tile = await openFirst(page, 'digit-detection/models/digits-v1-decoded.onnx', 'digit-detection', /^digit/, 150)
  await expect(tile.locator('g[data-box]').first()).toBeAttached({ timeout: 30_000 })
  await tile.click()
  const view = page.getByRole('dialog')
  const rects = (kinds: string): Promise<number[][]> => view.locator(`g:is(${kinds}) rect:first-child`).evaluateAll((all) => all.map((r) => {
    // Outlines around another of the same place are drawn wider by whole steps of 0.8 % of the picture; without them the box is as in the file.
    const { width, height } = (r as SVGRectElement).ownerSVGElement!.viewBox.baseVal
    const out = Number((r.parentElement as unknown as SVGGElement).dataset['outline']) * Math.max(width, height) * 0.008
    return ['x', 'y', 'width', 'height'].map((name, i) => Number((Number(r.getAttribute(name)) + (i < 2 ? out : -2 * out)).toFixed(6)))
  }))
  const predicted = '[data-box="right"], [data-box="wrong"]'
  const truth = '[data-box="found"], [data-box="missed"]'
  const coco = json<{ images: { id: number; file_name: string }[]; annotations: { image_id: number; bbox: number[] }[] }>('digit-detection/annotations.coco.json')
  const first = coco.images.find((i) => i.file_name.endsWith('scene_000.png'))!.id
  const byPlace = (boxes: readonly (readonly number[])[]): number[][] => boxes.map((b) => b.map((v) => Math.round(v * 100) / 100)).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
  await expect.poll(async () => byPlace(await rects(truth))).toEqual(byPlace(coco.annotations.filter((a) => a.image_id === first).map((a) => a.bbox)))
  const reference = json<{ outputs: Record<'boxes' | 'scores', { data: number[] }> }>('digit-detection/predictions/v1.images.json').outputs
  const above = (score: number): number[][] => byPlace(Array.from({ length: 20 }, (_, i) => i).filter((i) => reference.scores.data[i]! >= score).map((i) => { const [x, y, right, bottom] = reference.boxes.data.slice(i * 4, i * 4 + 4) as [number, number, number, number]; return [x, y, right - x, bottom - y] }))
  for (const score of [0.1, 0.86]) {
    await view.getByLabel('Score at least').fill(String(score))
    await expect.poll(async () => byPlace(await rects(predicted))).toEqual(above(score))
  }
  await page.screenshot({ path: test.info().outputPath('boxes.png') })
  expect(await faults(page)).toEqual([])
  await view.getByRole('button', { name: 'Next picture' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(view.getByRole('heading', { name: 'Picture 2 of 150' })).toBeVisible()
  await expect(view.getByLabel('About the picture')).toContainText('scene_001.png')
  await page.keyboard.press('Escape')
  await expect(view).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Record 2,/ })).toBeFocused()
}

// One window for both: starting it takes longer than either.
test('masks of a segmentation and boxes of a detection, drawn as their references have them, and the way through the pictures by keys', async ({ page }) => {
  test.setTimeout(180_000)
  await masks(page)
  await boxes(page)
})
