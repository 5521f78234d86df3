// One SQL aggregate over stored predictions, and nothing else: the expression is parsed first, and every part of it must be on a list.
// Refuses queries inside it, windows, files, settings and every function that is not listed; the connection can reach the one file only.
import { basename } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { nearestWords } from '../../../shared/nearest-names.ts'
import { allRows, openDatabase, sqlName, sqlPath, sqlText, type Database } from './duckdb.ts'
import { readShape } from './prediction-page.ts'

const aggregates = new Set(('avg mean sum fsum kahan_sum favg min max count count_star count_if countif median quantile quantile_cont quantile_disc mad mode stddev stddev_pop stddev_samp variance var_pop var_samp '
  + 'skewness kurtosis entropy corr covar_pop covar_samp bool_and bool_or product arg_min arg_max min_by max_by approx_count_distinct regr_slope regr_intercept regr_r2').split(' '))
const scalars = new Set(('+ - * / // % ** ^ || ~~ !~~ ~~* !~~* abs sqrt cbrt exp ln log log2 log10 pow power greatest least round floor ceil ceiling trunc sign sin cos tan atan atan2 '
  + 'nullif isnan isfinite isinf lower upper trim length strlen contains starts_with ends_with prefix suffix regexp_matches').split(' '))
const operators = new Set(['OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL', 'OPERATOR_NOT', 'OPERATOR_COALESCE', 'COMPARE_IN', 'COMPARE_NOT_IN'])
const plain = new Set(['COLUMN_REF', 'CONSTANT', 'COMPARISON', 'CONJUNCTION', 'CASE', 'CAST', 'BETWEEN'])
const refusals: Readonly<Record<string, string>> = {
  SUBQUERY: 'a query inside the expression is not allowed', WINDOW: 'a window (OVER) is not allowed', STAR: 'a star stands for columns only in count(*)',
  LAMBDA: 'a lambda is not allowed', PARAMETER: 'a question mark stands for nothing here',
}

const invalid = (reason: string, columns: readonly string[]): SlipwayError => new SlipwayError('metric.invalid', { reason, columns: columns.map(sqlName).join(', ') }) as SlipwayError

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

function* nodesOf(value: unknown): Generator<Node> {
  if (!isNode(value)) return
  yield value
  for (const child of Object.values(value)) yield* nodesOf(child)
}

/** Why one part of the expression is not allowed; null when it is. */
function refused(node: Node): string | null {
  const [kind, type] = [String(node['class']), String(node['type'])]
  if (kind === 'FUNCTION') {
    const name = String(node['function_name']).toLowerCase()
    return aggregates.has(name) || scalars.has(name) ? null : `the function ${name} is not allowed${nearestWords(name, [...aggregates, ...scalars].filter((n) => /^[a-z]/.test(n)))}`
  }
  if (kind === 'OPERATOR') return operators.has(type) ? null : 'lists, structures and their parts are not allowed'
  return plain.has(kind) ? null : (refusals[kind] ?? `this kind of expression (${kind.toLowerCase()}) is not allowed`)
}

const select = (expression: string): string => `SELECT CAST((${expression}\n) AS DOUBLE) FROM predictions`

/** Parses without running. Errors: `metric.invalid` for all that is not one aggregate expression of listed parts. */
async function checkExpression(db: Database, expression: string, columns: readonly string[], signal: AbortSignal): Promise<void> {
  if (expression.includes(';')) throw invalid('a semicolon would begin another statement', columns)
  const text = String((await allRows(db, `SELECT json_serialize_sql(CAST(${sqlText(select(expression))} AS VARCHAR))`, signal, 'the expression'))[0]?.[0] ?? '{}')
  const parsed = JSON.parse(text) as { error: boolean; error_message?: string; statements?: { node: Node }[] }
  if (parsed.error) throw invalid(`it cannot be read as one expression: ${(parsed.error_message ?? 'unknown reason').replace(/\.$/, '')}`, columns)
  const [statement, ...others] = parsed.statements ?? []
  const node = statement?.node
  const from = node?.['from_table'] as Node | undefined
  const bare = node !== undefined && others.length === 0 && node['type'] === 'SELECT_NODE' && (node['select_list'] as unknown[]).length === 1
    && from?.['type'] === 'BASE_TABLE' && from['table_name'] === 'predictions' && from['schema_name'] === '' && from['sample'] === null
    && node['where_clause'] === null && node['having'] === null && node['qualify'] === null && node['sample'] === null
    && [node['group_expressions'], node['group_sets'], node['modifiers'], (node['cte_map'] as Node)['map']].every((list) => (list as unknown[]).length === 0)
  if (!bare) throw invalid('it must be one expression, not a query', columns)
  const parts = [...nodesOf(node['select_list'])].filter((n) => typeof n['class'] === 'string')
  const fault = parts.map(refused).find((f) => f !== null)
  if (fault !== undefined && fault !== null) throw invalid(fault, columns)
  if (!parts.some((n) => n['class'] === 'FUNCTION' && aggregates.has(String(n['function_name']).toLowerCase()))) throw invalid('it gives one value for every row; put it into an aggregate such as avg(…)', columns)
}

export interface CustomTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** Errors: `metric.invalid`. */
  check(expression: string, signal: AbortSignal): Promise<void>
  /** The value over all rows, or over those outside one of 20 groups; null: undefined, such as a division by zero. Only for checked expressions. */
  value(expression: string, withoutGroup: number | null, signal: AbortSignal): Promise<number | null>
  close(): void
}

/** Groups of rows that are left out in turn for the interval. */
export const leftOutGroups = 20

/** The names in the view: scores are `p_` and the class; `score` is that of the positive class. */
async function createView(db: Database, path: string, positiveClass: string | null, signal: AbortSignal): Promise<string[]> {
  const file = basename(path)
  const { scoreNames } = await readShape(db, { path }, signal)
  const stored = (await allRows(db, `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${sqlPath(path)}))`, signal, file)).map((row) => String(row[0]))
  const positive = positiveClass === null ? -1 : scoreNames.indexOf(positiveClass)
  const named = stored.map((name) => [name, /^s\d+$/.test(name) ? `p_${scoreNames[Number(name.slice(1))] ?? name}` : name] as const)
  const given = [...named, ...(positive < 0 ? [] : [[`s${positive}`, 'score'] as const])]
  // SQL takes “a” and “A” for one name, so the second of them gets a number.
  const seen = new Map<string, number>()
  const all = given.map(([from, to]) => {
    const times = (seen.get(to.toLowerCase()) ?? 0) + 1
    seen.set(to.toLowerCase(), times)
    return [from, times === 1 ? to : `${to}_${times}`] as const
  })
  const body = all.map(([from, to]) => `${sqlName(from)} AS ${sqlName(to)}`).join(', ')
  await allRows(db, `CREATE VIEW everything AS SELECT ${body} FROM read_parquet(${sqlPath(path)})`, signal, file)
  return all.map(([, to]) => to)
}

/** DuckDB's words for what does not bind, without its own list of candidates. */
function bindingFault(thrown: unknown): string {
  const words = thrown instanceof SlipwayError && thrown.code === 'dataset.notReadable' ? String((thrown.details as { reason: string }).reason) : 'unknown reason'
  const missing = /Referenced column "([^"]*)" not found/.exec(words)?.[1]
  if (missing !== undefined) return `there is no column “${missing}”`
  if (/GROUP BY clause|aggregate function/.test(words)) return 'a column stands outside of an aggregate; put it into one such as avg(…)'
  return words.replace(/\.$/, '').replace(/^./, (c) => c.toLowerCase())
}

/** Opens stored predictions for expressions; `path` null: an empty table, for checking alone. */
export async function openCustomTable(path: string | null, positiveClass: string | null, signal: AbortSignal): Promise<CustomTable> {
  const db = await openDatabase(path === null ? [] : [path], null, '1GB')
  try {
    const columns = path === null ? [] : await createView(db, path, positiveClass, signal)
    const rows = path === null ? 0 : Number((await allRows(db, 'SELECT count(*) FROM everything', signal, 'the predictions'))[0]?.[0] ?? 0)
    return {
      columns, rows, close: db.close,
      check: (expression, until) => checkExpression(db, expression, columns, until),
      async value(expression, withoutGroup, until) {
        const where = withoutGroup === null ? '' : ` WHERE hash(record) % ${leftOutGroups} <> ${withoutGroup}`
        try {
          await allRows(db, `CREATE OR REPLACE VIEW predictions AS SELECT * FROM everything${where}`, until, 'the predictions')
          const value = (await allRows(db, select(expression), until, 'the predictions'))[0]?.[0]
          return typeof value === 'number' && Number.isFinite(value) ? value : null
        } catch (thrown) {
          if (until.aborted) throw thrown
          throw invalid(bindingFault(thrown), columns)
        }
      },
    }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}
