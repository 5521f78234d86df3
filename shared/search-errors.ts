// Errors of searching and of saved views: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'

export const searchErrors = {
  'search.invalid': entry<{ /** 0-based place in the text */ at: number; length: number; reason: string; expected: string }>({
    title: 'The search is not understood', place: 'field', exit: 2, retry: false,
    say: (d) => `At character ${d.at + 1}: ${d.reason}.`, next: (d) => `Expected here: ${d.expected}.`,
    commandLine: 'Put the whole search in quotes, for example: slipway search "auc > 0.9 and tag = prod".',
  }),
  'search.sortUnknown': entry<{ by: string; near: string }>({
    title: 'Nothing to sort by', place: 'field', exit: 2, retry: false,
    say: (d) => `“${d.by}” is nothing to sort versions by${d.near}.`, next: 'Sort by created, evaluated, name, version, size, opset or a metric; a minus before it turns the order around.',
  }),
  'view.unknown': entry<{ name: string; known: readonly string[] }>({
    title: 'There is no such view', place: 'inline', exit: 2, retry: false,
    say: (d) => `There is no saved view “${d.name}”.${d.known.length === 0 ? '' : ` There are ${d.known.join(', ')}.`}`, next: 'Choose one of the saved views, or save a search as a new one.', commandLine: 'The command is slipway views.',
  }),
} as const
