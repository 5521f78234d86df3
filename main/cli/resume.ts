// `slipway resume`: goes on with an evaluation that was stopped, as a new run under the same conditions.
import type { Command } from 'commander'
import { RunId } from '../../shared/ids.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { describeRun } from './run-text.ts'

/** Registers the command. */
export function registerResume(program: Command): void {
  const command = program.command('resume').description('Go on with an evaluation that was cancelled, failed or cut off; a short one begins again. To pause one that runs here, press Ctrl-C and resume it later; the window has a button for its own.')
    .argument('<run>', 'the id of the run').option('--again', 'go on although the last two runs of this model on this data crashed')
    .action(async (text: string, options: { readonly again?: boolean }, command: Command) => withSession(command, async (session) => {
      const id = RunId.safeParse(text)
      if (!id.success) throw new SlipwayError('input.unknownId', { what: 'run', id: text })
      const { runId } = await session.job('run.resume', { runId: id.data, again: options.again ?? false })
      const run = await session.client.call('run.get', { runId })
      session.print(run, () => describeRun(run, false))
    }))
  withExample(command, 'slipway resume run_0123456789abcdefghij')
}
