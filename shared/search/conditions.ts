// One condition of a search: a field or a metric with its operator and value, or a text that may stand anywhere. Refuses values that do not fit.
import { nearestNames } from '../nearest-names.ts'
import { findField, operatorsOf, searchFields, type FieldKind, type SearchField } from './fields.ts'
import { findMetric } from './metric-names.ts'
import type { Cursor } from './parse.ts'
import type { ChoiceField, Compare, Condition, Match, NumberField, TimeField, WordField } from './query.ts'
import type { Token } from './tokens.ts'
import { isUnit, readChoice, readNumber, readSize, readWhen } from './values.ts'

const expectedValue: Readonly<Record<FieldKind | 'metric', string>> = {
  words: 'a word, or a text in quotation marks', choice: 'one of its values', number: 'a whole number such as 17', size: 'a size such as 10 MB',
  version: 'a number such as 3, or latest', time: 'a day such as 2026-11-21, or an age such as 7 days', metric: 'a number such as 0.9 or 90%',
}

const list = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`)

/** The value after an operator; units and the word “ago” belong to the number before them. */
function takeValue(cursor: Cursor, kind: FieldKind | 'metric', condition: string, values?: readonly string[]): Token {
  const token = cursor.peek()
  const expected = values === undefined || kind === 'version' ? expectedValue[kind] : list(values)
  if (token.kind !== 'word' && token.kind !== 'quoted') cursor.refuse(token, `“${condition}” has no value`, expected)
  cursor.take()
  const unit = cursor.peek()
  const joins = token.kind === 'word' && unit.kind === 'word' && cursor.peek(1).kind !== 'operator'
  if (joins && (kind === 'size' || kind === 'time') && isUnit(unit.text)) {
    cursor.take()
    if (kind === 'time' && cursor.peek().text.toLowerCase() === 'ago') cursor.take()
    return { ...token, text: `${token.text} ${unit.text}`, length: unit.at + unit.length - token.at }
  }
  if (joins && kind === 'metric' && unit.text === '%') {
    cursor.take()
    return { ...token, text: `${token.text}%`, length: unit.at + unit.length - token.at }
  }
  return token
}

function demandOperator(cursor: Cursor, operator: Token, kind: FieldKind | 'metric', name: string): void {
  if (!operatorsOf[kind].includes(operator.text)) cursor.refuse(operator, `“${name}” cannot be asked with “${operator.text}”`, list(operatorsOf[kind]))
}

function ofChoice(cursor: Cursor, field: SearchField, op: '=' | '!=', value: Token): Condition {
  const values = readChoice(value.text, field.values ?? [])
  if (values.length === 0) {
    const near = nearestNames(value.text, field.values ?? [])
    cursor.refuse(value, `“${value.text}” is no ${field.name}`, list(near.length > 0 ? near : field.values ?? []))
  }
  return { kind: 'choice', field: field.name as ChoiceField, op, values }
}

function ofNumber(cursor: Cursor, field: SearchField, op: Compare, value: Token): Condition {
  if (field.kind === 'version' && /^(latest|newest)$/i.test(value.text)) {
    if (op !== '=' && op !== '!=') cursor.refuse(value, 'the latest version is not more or less than another', 'a number, or = before latest')
    return { kind: 'latest', op }
  }
  const found = field.kind === 'size' ? readSize(value.text) : readNumber(field.kind === 'version' ? value.text.replace(/^v(?=\d)/i, '') : value.text)
  if (found === null) cursor.refuse(value, `“${value.text}” is no ${field.kind === 'size' ? 'size' : 'number'}`, expectedValue[field.kind])
  return { kind: 'number', field: field.name as NumberField, op, value: found }
}

function ofTime(cursor: Cursor, field: SearchField, op: Compare, value: Token): Condition {
  const when = readWhen(value.text)
  if (when === null) cursor.refuse(value, `“${value.text}” is no day and no age`, expectedValue.time)
  if (when.kind === 'age' && (op === '=' || op === '!=')) cursor.refuse(value, 'an age is never met exactly', '< for younger or > for older')
  return { kind: 'time', field: field.name as TimeField, op, when }
}

function ofField(cursor: Cursor, name: Token, field: SearchField): Condition {
  const operator = cursor.take()
  demandOperator(cursor, operator, field.kind, field.name)
  const value = takeValue(cursor, field.kind, `${name.text} ${operator.text}`, field.values)
  switch (field.kind) {
    case 'words': return { kind: 'words', field: field.name === 'model' ? 'name' : field.name as WordField, op: operator.text as Match, value: value.text }
    case 'choice': return ofChoice(cursor, field, operator.text as '=' | '!=', value)
    case 'time': return ofTime(cursor, field, operator.text as Compare, value)
    case 'number': case 'size': case 'version': return ofNumber(cursor, field, operator.text as Compare, value)
  }
}

/** `on "test.csv"`, `on dataset test.csv`, after a metric's value. */
function takeDataset(cursor: Cursor): string | null {
  const on = cursor.peek()
  if (on.kind !== 'word' || on.text.toLowerCase() !== 'on') return null
  cursor.take()
  const first = cursor.peek()
  const isNext = (token: Token): boolean => token.kind === 'quoted' || (token.kind === 'word' && !/^(and|or|not)$/i.test(token.text))
  if (first.kind === 'word' && /^(dataset|data)$/i.test(first.text) && isNext(cursor.peek(1))) cursor.take()
  const name = cursor.peek()
  if (!isNext(name)) cursor.refuse(name, '“on” has no data set after it', 'the name of a data set, in quotation marks when it has blanks')
  return cursor.take().text
}

function ofMetric(cursor: Cursor, name: Token): Condition {
  const found = findMetric(name.text)
  if (found.kind === 'several') cursor.refuse(name, `“${name.text}” can be several metrics`, `one of them: ${list(found.names)}`)
  if (found.kind === 'unknown') {
    const near = [...new Set([...nearestNames(name.text, searchFields.map((f) => f.name)), ...found.near])].slice(0, 4)
    cursor.refuse(name, `“${name.text}” is no field and no metric`, near.length > 0 ? `perhaps ${list(near)}` : `a metric, or one of ${searchFields.map((f) => f.name).join(', ')}`)
  }
  const operator = cursor.take()
  demandOperator(cursor, operator, 'metric', name.text)
  const value = takeValue(cursor, 'metric', `${name.text} ${operator.text}`)
  const number = readNumber(value.text)
  if (number === null) cursor.refuse(value, `“${value.text}” is no number`, expectedValue.metric)
  return { kind: 'metric', metrics: found.metrics, op: operator.text as Compare, value: number, dataset: takeDataset(cursor) }
}

/** The condition at the cursor. Errors: `search.invalid`. */
export function readCondition(cursor: Cursor): Condition {
  const token = cursor.take()
  if (token.kind === 'operator') cursor.refuse(token, `“${token.text}” has no field before it`, 'a field or a metric, such as auc or tag')
  if (token.kind === 'quoted' || cursor.peek().kind !== 'operator') return { kind: 'text', text: token.text }
  const field = findField(token.text)
  return field === null ? ofMetric(cursor, token) : ofField(cursor, token, field)
}
