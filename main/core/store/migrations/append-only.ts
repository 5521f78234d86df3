// The triggers by which tables refuse change, in one wording for all steps. What it answers is part of shipped steps: it never changes.

/** A trigger that aborts `what` on `table`. */
export const refuse = (name: string, what: string, table: string, when = ''): string =>
  `CREATE TRIGGER ${name} BEFORE ${what} ON ${table} ${when} BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;`

/** The same for one table. */
export const refuseOn = (table: string) => (name: string, what: string, when = ''): string => refuse(name, what, table, when)
