// The command line is started by its own name, through a link as `npx slipway` and `npm link` make one.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '../..')

test.runIf(process.platform !== 'win32')('the program runs through a link, without naming node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-name-'))
  try {
    const declared = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { readonly version: string; readonly bin: { readonly slipway: string } }
    symlinkSync(join(project, declared.bin.slipway), join(folder, 'slipway'))
    expect(execFileSync(join(folder, 'slipway'), ['--version'], { encoding: 'utf8', cwd: folder }).trim()).toBe(declared.version)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
