// Errors of a version's life and of aliases: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'

const target = (number: number | null): string => (number === null ? 'no version' : `version ${number}`)

export const lifeErrors = {
  'life.notAllowed': entry<{ version: string; reason: string; next: string }>({
    title: 'This step is not possible now', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} stays as it is: ${d.reason}.`, next: (d) => d.next,
  }),
  'life.moved': entry<{ version: string; expected: string; found: string }>({
    title: 'Somebody else was faster', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} is ${d.found} meanwhile, no longer ${d.expected}. Nothing was changed.`, next: 'Look at its state again and decide anew.',
  }),
  'alias.moved': entry<{ alias: string; model: string; expected: number | null; found: number | null; /** where a roll-back would lead now, where that is not where it was seen to lead */ leads?: number | null }>({
    title: 'Somebody else was faster', place: 'inline', exit: 2, retry: false,
    say: (d) => (d.leads === undefined ? `Someone else moved ${d.alias} of ${d.model} to ${target(d.found)} meanwhile; you saw it at ${target(d.expected)}. Nothing was changed.`
      : `Someone else moved ${d.alias} of ${d.model} meanwhile: a roll-back would lead to ${target(d.leads)} now. Nothing was changed.`),
    next: 'Look at what it points to now and decide anew.',
  }),
  'alias.notServable': entry<{ alias: string; version: string; state: string }>({
    title: 'This version is out of use', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.version} is ${d.state} and cannot become ${d.alias}.`, next: 'Restore the version first, or choose another one.',
    commandLine: 'The command is slipway restore.',
  }),
  'alias.nothingBefore': entry<{ alias: string; model: string }>({
    title: 'Nothing to go back to', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.alias} of ${d.model} cannot be rolled back: no other version had it before.`, next: 'Promote the version that should have it.',
    commandLine: 'The command is slipway promote.',
  }),
  'alias.sameTarget': entry<{ alias: string; version: string }>({
    title: 'It points there already', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.alias} is ${d.version} already. Nothing was changed.`, next: 'Choose another version, or leave it as it is.',
  }),
  'alias.unknown': entry<{ alias: string; model: string; known: readonly string[] }>({
    title: 'There is no such alias', place: 'inline', exit: 2, retry: false,
    say: (d) => `${d.model} has no alias “${d.alias}”.${d.known.length === 0 ? '' : ` It has ${d.known.join(', ')}.`}`,
    next: (d) => (d.known.length === 0 ? 'Promote a version to make the first one.' : 'Choose one of them, or promote a version to make a new one.'),
    commandLine: 'For example: slipway promote MODEL@2 --alias champion --reason "why".',
  }),
  'care.moved': entry<{ name: string }>({
    title: 'Somebody else was faster', place: 'inline', exit: 2, retry: false,
    say: (d) => `Someone else changed the owners or links of ${d.name} meanwhile. Nothing was changed.`, next: 'Look at them again and change what is left to change.',
  }),
} as const
