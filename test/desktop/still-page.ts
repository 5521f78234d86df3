// Makes a page that shows the same picture twice: ids, hashes, times, durations, folders and the machine's own names give way to fixed ones.
// Refuses to touch what the program computed from the data: metrics, counts, words.
import { userInfo } from 'node:os'
import type { Page } from '@playwright/test'

/** Rewrites what differs between two runs of the same program on two machines, in place. */
export async function makeStill(page: Page): Promise<void> {
  await page.evaluate((user) => {
    const letters = '4c1f9a07e25b83d6'
    const fixed = (length: number): string => letters.repeat(Math.ceil(length / letters.length)).slice(0, length)
    const masks: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
      [/\/tmp\/[^\s/]+/g, '/home/ada'], [/\b(model|version|dataset|run|bundle|job|check|review|event|alert|batch|analysis)_[0-9A-Za-z-]{8,}/g, (found) => `${found.split('_', 1)[0]}_${fixed(8)}`],
      [/\bSHA256:[A-Za-z0-9+/=]{20,}/g, `SHA256:${fixed(43)}`], [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/g, (found) => fixed(found.length)],
      [/\b(\d+ (min|h|days|s) ago|just now|yesterday)\b/g, '2 h ago'], [/\b\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?/g, (found) => '2026-05-04 10:30:00'.slice(0, Math.min(found.length, 19))],
      [/[\d,.]+ (min \d+ s|h \d+ min)\b/g, '2 min 30 s'], [/\b[\d,.]+ (ms|µs|s)\b/g, (found) => `1.5 ${found.split(' ').at(-1)}`], [/[\d,.]+k? rows(\/s| per second)/g, '25,000 rows$1'],
      [/\b(AMD|Intel|Apple)\b[^·,;]*/g, 'Processor of this machine'], [/\b[\d.,]+ (KiB|kB|MB|MiB)\b(?= of memory| peak)/g, '200 MB'], [/\b\d+ (cores|threads)\b/g, '8 $1'],
    ]
    const still = (text: string): string => masks.reduce((t, [pattern, by]) => t.replace(pattern, by as string), text)
    for (const time of document.querySelectorAll('time')) time.textContent = /ago|now|yesterday/.test(time.textContent ?? '') ? '2 h ago' : '2026-05-04 10:30'
    const machine = ['Electron', 'Node', 'ONNX Runtime', 'Platform', 'Processor', 'Memory', 'Operating system', 'Workspace', 'Threads', 'Cores', 'CPU', 'Chromium', 'Free space', 'Database', 'Process']
    for (const name of document.querySelectorAll('dt')) if (machine.includes(name.textContent?.trim() ?? '')) { const value = name.nextElementSibling; if (value !== null) value.textContent = 'of this machine' }
    for (const name of document.querySelectorAll('dt')) if (name.textContent === 'Name' && name.nextElementSibling?.textContent === user) name.nextElementSibling.textContent = 'Ada Lovelace'
    for (const engine of document.querySelectorAll('[data-engine]')) engine.textContent = 'Engine idle'
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const now = node.nodeValue ?? ''
      const next = still(now)
      if (next !== now) node.nodeValue = next
    }
    for (const field of document.querySelectorAll<HTMLInputElement>('input[type="text"], textarea')) { const next = still(field.value); if (next !== field.value) field.value = next }
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  }, userInfo().username)
  await page.mouse.move(1, 1)
}
