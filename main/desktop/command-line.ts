// The command line inside the application, whose packaged binary refuses to be a plain Node: `slipway --cli -- <words>`.
// Opens no window, no session and no lock, needs no display, and leaves nothing behind outside its workspace.
import { app } from 'electron'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useEngineForCommands } from '../core/core.ts'
import { electronEngine, watchGoneProcesses } from './engine-process.ts'

/** The words of a command; null when this is a start of the window. What follows `--` is never read by Chromium. */
export function commandWords(args: readonly string[]): readonly string[] | null {
  const end = args.indexOf('--')
  return end > 0 && args[end - 1] === '--cli' ? args.slice(end + 1) : null
}

/** Runs the command and ends the program with its exit code. */
export function runCommand(words: readonly string[]): void {
  // Chromium wants a folder for its profile, though no page is ever opened.
  const profile = mkdtempSync(join(tmpdir(), 'slipway-profile-'))
  process.once('exit', () => { rmSync(profile, { recursive: true, force: true }) })
  app.setPath('userData', profile)
  app.disableHardwareAcceleration()
  process.argv = [process.execPath, 'slipway', ...words]
  useEngineForCommands(electronEngine)
  app.whenReady().then(async () => {
    app.dock?.hide()
    watchGoneProcesses()
    await import('../cli/entry.ts')
    app.exit(Number(process.exitCode ?? 0))
  }).catch((thrown: unknown) => {
    process.stderr.write(`${String(thrown)}\n`)
    app.exit(5)
  })
}
