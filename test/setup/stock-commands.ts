// The commands that a bundle's README prints, taken out of it word for word and run in a plain shell.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every block of indented lines of the README. */
export function readmeBlocks(root: string): string[][] {
  const blocks: string[][] = []
  let open: string[] | null = null
  for (const line of readFileSync(join(root, 'README.md'), 'utf8').split('\n')) {
    if (line.startsWith('    ')) {
      if (open === null) blocks.push(open = [])
      open.push(line.slice(4))
    } else open = null
  }
  return blocks
}

/** The lines that verify with stock tools; only the path of the received key is put in. */
export function stockCommands(root: string, key: string): string[] {
  const block = readmeBlocks(root).find((lines) => lines[0]?.startsWith('key=')) ?? []
  return block.map((line, i) => (i === 0 ? line.replace('/path/to/publisher.pub.pem', `'${key}'`) : line))
}

export interface StockAnswer { /** the line that failed; null when every one held */ readonly failed: string | null; readonly out: string }

/** Runs the lines in the folder, one shell for all, up to the first that fails. `lines` may come from a README that is good still. */
export function runStock(root: string, lines: readonly string[], shell = 'sh', environment: Readonly<Record<string, string>> = {}): StockAnswer {
  const script = lines.map((line, i) => `${line} || exit ${10 + i}`).join('\n')
  const ended = spawnSync(shell, ['-c', script], { cwd: root, encoding: 'utf8', env: { ...process.env, ...environment } })
  const out = `${ended.stdout}${ended.stderr}`
  if (ended.status === 0) return { failed: null, out }
  const failed = lines[(ended.status ?? -1) - 10]
  if (failed === undefined) throw new Error(`the shell ended with ${String(ended.status)}: ${out}`)
  return { failed, out }
}
