// Errors of targets and of trying a bundle: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'

export const bundleErrors = {
  'bundle.targetRefused': entry<{ target: string; reason: string; repair?: string | undefined }>({
    title: 'The target would not load it', place: 'inline', exit: 1, retry: false,
    say: (d) => `Nothing was exported, because the files for ${d.target} would be wrong: ${d.reason}`,
    next: (d) => `${d.repair === undefined ? '' : `${d.repair} `}Or leave the target out.`,
  }),
} as const
