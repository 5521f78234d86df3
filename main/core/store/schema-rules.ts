// The database's own rules, its triggers, as the migrations make them, compared with those of a database: cheap enough for every opening.
// Owns the comparison by text. Refuses nothing and repairs nothing; the check of the record compares tables, indexes and views as well.
import type Database from 'better-sqlite3'
import type { Migration } from './migrations/list.ts'

/** Triggers in the words of the steps, the newest of each name. SQLite keeps a trigger's text as it was given. */
function triggersOf(steps: readonly Migration[]): ReadonlyMap<string, string> {
  const triggers = new Map<string, string>()
  for (const { sql } of steps) {
    for (const [, made, name, dropped] of sql.matchAll(/(CREATE TRIGGER (\w+)\b[\s\S]*?;\s*END)\s*;|DROP TRIGGER (?:IF EXISTS )?(\w+)/g)) {
      if (dropped !== undefined) triggers.delete(dropped)
      else if (made !== undefined && name !== undefined) triggers.set(name, made)
    }
  }
  return triggers
}

/** Sentences about triggers that were removed, changed or added outside Slipway; none when all are as they must be. */
export function ruleFaults(db: Database.Database, steps: readonly Migration[]): readonly string[] {
  const found = new Map(db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").raw().all() as [string, string][])
  const due = triggersOf(steps)
  return [
    ...[...due].flatMap(([name, sql]) => { const there = found.get(name); return there === sql ? [] : [`The database’s own trigger ${name} was ${there === undefined ? 'removed' : 'changed'} outside Slipway.`] }),
    ...[...found.keys()].filter((name) => !due.has(name)).map((name) => `The database has a trigger ${name} that Slipway did not make.`),
  ]
}
