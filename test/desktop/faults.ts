// What an independent checker of web accessibility (axe-core) finds wrong on the screen in view.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** The faults, in words. `contrast`: only colours, for the other theme of a screen whose names and roles were checked already. */
export async function faults(page: Page, what: 'all' | 'contrast' = 'all'): Promise<readonly string[]> {
  // Legacy mode: the checker's other mode opens a second page, which the application denies.
  const checker = new AxeBuilder({ page }).setLegacyMode(true)
  const { violations } = await (what === 'all' ? checker.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']) : checker.withRules(['color-contrast'])).analyze()
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.any[0]?.message ?? v.help}`))
}

/** The faults of the screen in view, light and dark; the theme is light again afterwards. */
export async function faultsInBothThemes(page: Page): Promise<readonly string[]> {
  const wear = (theme: 'light' | 'dark'): Promise<void> => page.evaluate((t) => { document.documentElement.dataset['theme'] = t }, theme)
  await wear('light')
  const light = await faults(page)
  await wear('dark')
  const dark = await faults(page, 'contrast')
  await wear('light')
  return [...light, ...dark.map((fault) => `dark: ${fault}`)]
}
