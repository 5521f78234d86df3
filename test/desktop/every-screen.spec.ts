// Every screen, once: no fault that the checker of web accessibility knows, in any theme; and the picture is the one in docs/screens.
// `npm run screens` runs this file with SLIPWAY_DRAW_SCREENS, which writes the pictures instead of comparing them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { seedWorkspace } from '../setup/seeded-workspace.ts'
import { listen } from './ask.ts'
import { everyScreen, settled, show } from './every-screen.ts'
import { bringChecker, faultsInEveryTheme } from './faults.ts'
import { expect, launch, quit, test } from './launch.ts'
import { differences, readPixels, smallPng, type Pixels } from './picture.ts'
import { makeStill } from './still-page.ts'

const folderOfPictures = resolve(import.meta.dirname, '../../docs/screens')
const drawing = process.env['SLIPWAY_DRAW_SCREENS'] !== undefined
const size = { width: 1280, height: 800 }

/** The window's picture in a theme, with everything in it that differs from run to run made still. */
async function picture(page: Page, theme: 'light' | 'dark'): Promise<Pixels> {
  await page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
  await settled(page)
  await makeStill(page)
  return readPixels(await page.screenshot())
}

const pictureFile = (name: string, theme: string): string => join(folderOfPictures, `${name}-${theme}.png`)
const kept = (name: string, theme: string): Promise<Pixels> => readPixels(readFileSync(pictureFile(name, theme)))

/** The checker sees this window: it finds faults that are put there, and only while they are. */
async function expectItSees(page: Page): Promise<void> {
  await page.evaluate(() => {
    const box = document.createElement('div')
    box.id = 'fault'
    box.append(document.createElement('input'), 'too pale')
    box.style.cssText = 'color: color-mix(in srgb, var(--text) 25%, var(--canvas)); background: var(--canvas)'
    document.querySelector('main')?.prepend(box)
  })
  const found = (await faultsInEveryTheme(page)).join('\n')
  for (const fault of ['light: label:', 'light: color-contrast:', 'dark: color-contrast:', 'contrast: color-contrast:', 'contrast-dark: color-contrast:']) expect(found).toContain(fault)
  await page.evaluate(() => document.querySelector('#fault')?.remove())
}

/** The comparison sees: a token of another colour and a part that is gone are found, letters drawn a third of a pixel further are not. */
async function expectItCompares(page: Page): Promise<void> {
  const before = await picture(page, 'light')
  const root = (css: string): Promise<void> => page.evaluate((text) => { document.documentElement.style.cssText = text }, css)
  const style = await page.evaluate(() => document.documentElement.style.cssText)
  await root(`${style}; --accent: #1f6fc3`)
  expect(differences(before, await picture(page, 'light'))).not.toEqual([])
  await root(`${style}; --sunken: #f0f2f5`)
  expect(differences(before, await picture(page, 'light'))).not.toEqual([])
  await root(style)
  const move = (how: string): Promise<void> => page.evaluate((transform) => { document.querySelector<HTMLElement>('main')!.style.transform = transform }, how)
  await move('translateY(6px)')
  expect(differences(before, await picture(page, 'light'))).not.toEqual([])
  await move('translateX(0.3px)')
  expect(differences(before, await picture(page, 'light'))).toEqual([])
  await move('')
}

test('every screen is without fault in every theme, and looks as it did', async ({ folder }) => {
  test.setTimeout(600_000)
  const { workspace } = seedWorkspace(folder)
  const app = await launch({ workspace, userData: join(folder, 'user'), args: ['--force-device-scale-factor=1'] })
  const page = await app.firstWindow()
  await page.setViewportSize(size)
  // As a reader who asked the system for calm: colours change at once, nothing is caught half-way.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('main').waitFor()
  await listen(page)
  await bringChecker(page)
  const wrong: string[] = []
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('main button')!).transitionDuration)).toMatch(/^0s(, 0s)*$/)
  await expectItSees(page)
  for (const screen of await everyScreen(page)) {
    await show(page, screen.hash)
    // Before the picture is made still: names must fit the words that the program itself writes.
    wrong.push(...(await faultsInEveryTheme(page)).map((fault) => `${screen.hash}: ${fault}`))
    for (const theme of drawing || screen.compared === true ? ['light', 'dark'] as const : []) {
      const now = smallPng(await picture(page, theme))
      if (drawing) writeFileSync(pictureFile(screen.name, theme), now)
      else wrong.push(...differences(await kept(screen.name, theme), await readPixels(now)).map((words) => `${screen.name} in ${theme}: ${words}`))
    }
    if (!drawing && screen.name === 'library') await expectItCompares(page)
  }
  expect(wrong).toEqual([])
  await quit(app)
})
