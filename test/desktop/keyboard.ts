// The keyboard as the only way in: Tab until something has the focus, then its own keys. Fails when Tab does not get there.
import { expect, type Locator, type Page } from '@playwright/test'

const most = 120

const focused = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement).catch(() => false)

/** Presses Tab until `target` has the focus, and checks that its place is seen: an outline is drawn around it. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let i = 0; i < most; i++) {
    if (await focused(target)) {
      expect(await target.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none')
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${String(target)}`)
}

/** Goes to a button or link and presses Enter on it. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

/** Chooses an option of a native list by typing the start of its words. */
export async function type(page: Page, field: Locator, words: string): Promise<void> {
  await tabTo(page, field)
  await page.keyboard.type(words)
}
