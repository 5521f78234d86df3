// Whether a database of an older schema holds what that schema is made of: a schema number that was changed by another tool would be migrated into ruins.
// Owns no words for the newest schema; the check of the record has those.
import Database from 'better-sqlite3'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/list.ts'

const namesOf = (db: Database.Database): ReadonlySet<string> => new Set(db.prepare("SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").pluck().all() as string[])

/** As a sentence without its end; null when tables and number agree. `schema`: the number in the file, an older one than the newest. */
export function olderSchemaFault(db: Database.Database, schema: number): string | null {
  const wrong = (example: string): string => `its schema number is ${schema}, but ${example}; the number (bytes 60 to 63 of the file) or the tables were changed by another tool`
  if (schema < 1) return wrong('there is no such schema')
  const model = new Database(':memory:')
  try {
    migrate(model, ':memory:', migrations.slice(0, schema), () => 0)
    const [wanted, found] = [namesOf(model), namesOf(db)]
    const more = [...found].find((name) => !wanted.has(name))
    if (more !== undefined) return wrong(`it has a ${more} of another one`)
    const less = [...wanted].find((name) => !found.has(name))
    return less === undefined ? null : wrong(`it lacks the ${less} of that one`)
  } finally { model.close() }
}
