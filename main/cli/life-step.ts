// One step of a version's life as a verb: the same words and options for each. Registers none by itself.
import type { Command } from 'commander'
import { stateName, stepWords, type PersonAction } from '../../shared/domain/life.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph } from './print.ts'
import { version } from './references.ts'

/** The verb `action` with its description and an example reason. */
export function lifeStep(program: Command, action: PersonAction, says: string, why: string): void {
  withExample(program.command(action).description(says).argument('<version>', 'name@number, name@alias or an id').requiredOption('--reason <text>', 'why, in your words; stays in the record'), `slipway ${action} income@2 --reason "${why}"`)
    .action(async (text: string, options: { readonly reason: string }, command: Command) => withSession(command, async (session) => {
      const of = await version(session, text)
      const life = await session.client.call('version.transition', { versionId: of.id, action, reason: options.reason, ...(of.state === undefined ? {} : { expected: of.state }) })
      session.print(life, () => paragraph(`${of.modelName}@${of.number} ${stepWords(action).done}; it is ${stateName(life.state).toLowerCase()} now.`))
    }))
}
