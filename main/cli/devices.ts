// `slipway devices`: which execution providers really work here, each tried in a process of its own.
import type { Command } from 'commander'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { table } from './print.ts'

/** Registers the command. */
export function registerDevices(program: Command): void {
  withExample(program.command('devices').description('Try every execution provider in a disposable process and say what works.'), 'slipway devices --json')
    .action(async (_options: object, command: Command) => withSession(command, async (session) => {
      const found = await session.job('app.probe', {})
      session.print(found, () => table(['Provider', 'Status', 'Why'], found.map((p) => [p.provider, p.status, p.sentence])))
    }))
}
