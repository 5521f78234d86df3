// Drops real files onto the real window, as a file manager would: through the browser's own drag events, with paths.
import type { Page } from '@playwright/test'

/** Drops the files at the middle of the window and returns once the drop was delivered. */
export async function dropFiles(page: Page, paths: readonly string[], onto?: { x: number; y: number }): Promise<void> {
  const size = await page.evaluate(() => ({ x: Math.round(innerWidth / 2), y: Math.round(innerHeight / 2) }))
  const at = onto ?? size
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at, data })
  await session.detach()
}

/** Drags files over the window without letting go. */
export async function dragOver(page: Page, paths: readonly string[]): Promise<void> {
  const at = await page.evaluate(() => ({ x: Math.round(innerWidth / 2), y: Math.round(innerHeight / 2) }))
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const) await session.send('Input.dispatchDragEvent', { type, ...at, data })
  await session.detach()
}
