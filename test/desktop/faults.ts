// What an independent checker of web accessibility (axe-core) finds wrong on the screen in view.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { chartThemes } from '../../shared/charts/palette.ts'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The faults, in words. `contrast`: only colours, for the other theme of a screen whose names and roles were checked already. */
export async function faults(page: Page, what: 'all' | 'contrast' = 'all'): Promise<readonly string[]> {
  // Legacy mode: the checker's other mode opens a second page, which the application denies.
  const checker = new AxeBuilder({ page }).setLegacyMode(true)
  const { violations } = await (what === 'all' ? checker.withTags(tags) : checker.withRules(['color-contrast'])).analyze()
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

interface Found { readonly id: string; readonly help: string; readonly nodes: readonly { readonly target: readonly unknown[]; readonly any: readonly { readonly message: string }[] }[] }
interface Checker { run(context: Document, options: Readonly<Record<string, unknown>>): Promise<{ readonly violations: readonly Found[] }> }

/** Puts the checker into the page once, for `faultsInEveryTheme`; it stays until the page is loaded anew. */
export async function bringChecker(page: Page): Promise<void> {
  await page.evaluate(readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8'))
}

/** The faults of the screen in view: names, roles and colours in light, colours in every other theme. The theme is light again afterwards. */
export async function faultsInEveryTheme(page: Page): Promise<readonly string[]> {
  return page.evaluate(async ([themes, everything]) => {
    const { axe } = globalThis as unknown as { readonly axe: Checker }
    const drawn = (): Promise<void> => new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve, 0) }) })
    const found: string[] = []
    for (const theme of themes) {
      document.documentElement.dataset['theme'] = theme
      await drawn()
      const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly: theme === 'light' ? { type: 'tag', values: everything } : { type: 'rule', values: ['color-contrast'] } })
      found.push(...violations.flatMap((v) => v.nodes.map((n) => `${theme}: ${v.id}: ${n.target.join(' ')}: ${n.any[0]?.message ?? v.help}`)))
    }
    document.documentElement.dataset['theme'] = 'light'
    await drawn()
    return found
  }, [[...chartThemes], tags] as const)
}
