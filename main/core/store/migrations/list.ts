// The explicit list of steps, numbered 1, 2, 3 … A shipped step never changes; a mistake is mended by a new step.
import { initial } from './0001-initial.ts'

export interface Migration { readonly to: number; readonly sql: string }

export const migrations: readonly Migration[] = [{ to: 1, sql: initial }]
