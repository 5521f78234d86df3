// Reads a search: tokens to conditions by descent, `not` before `and` before `or`, two conditions side by side mean `and`.
// Every refusal says where and what was expected. Refuses searches that are nested or long beyond reason.
import { SlipwayError } from '../errors.ts'
import { readCondition } from './conditions.ts'
import { findField } from './fields.ts'
import { longestSearch } from './limits.ts'
import { findMetric } from './metric-names.ts'
import type { SearchQuery } from './query.ts'
import { tokensOf, type Token } from './tokens.ts'

const deepest = 40
const mostConditions = 100

/** A place in the tokens that moves forward only. */
export interface Cursor {
  /** The token `ahead` of the next one; beyond the end, the end. */
  peek(ahead?: number): Token
  take(): Token
  refuse(token: Token, reason: string, expected: string): never
}

function cursorOver(tokens: readonly Token[]): Cursor {
  let next = 0
  return {
    peek: (ahead = 0) => tokens[Math.min(next + ahead, tokens.length - 1)]!,
    take: () => tokens[Math.min(next++, tokens.length - 1)]!,
    refuse(token, reason, expected) { throw new SlipwayError('search.invalid', { at: token.at, length: token.length, reason, expected }) },
  }
}

const keyword = (cursor: Cursor): string | null => {
  const token = cursor.peek()
  const word = token.kind === 'word' && cursor.peek(1).kind !== 'operator' ? token.text.toLowerCase() : ''
  return word === 'and' || word === 'or' || word === 'not' ? word : null
}

const join = (kind: 'and' | 'or', parts: readonly SearchQuery[]): SearchQuery => (parts.length === 1 ? parts[0]! : { kind, parts })

const expectedCondition = 'a condition such as auc > 0.9 or tag = prod, a word, or “(”'

class Reader {
  readonly #cursor: Cursor
  #conditions = 0

  constructor(cursor: Cursor) { this.#cursor = cursor }

  either(depth: number): SearchQuery {
    const parts = [this.both(depth)]
    while (keyword(this.#cursor) === 'or') {
      this.#cursor.take()
      parts.push(this.both(depth))
    }
    return join('or', parts)
  }

  both(depth: number): SearchQuery {
    const parts = [this.one(depth)]
    for (;;) {
      const word = keyword(this.#cursor)
      const { kind } = this.#cursor.peek()
      if (word === 'or' || kind === 'end' || kind === 'close') return join('and', parts)
      if (word === 'and') this.#cursor.take()
      parts.push(this.one(depth))
    }
  }

  one(depth: number): SearchQuery {
    const token = this.#cursor.peek()
    if (depth > deepest) this.#cursor.refuse(token, `brackets and “not” are nested more than ${deepest} times`, 'a simpler search')
    const word = keyword(this.#cursor)
    if (word === 'not') {
      this.#cursor.take()
      return { kind: 'not', part: this.one(depth + 1) }
    }
    if (word !== null) this.#cursor.refuse(token, `“${token.text}” has nothing before it to join`, expectedCondition)
    if (token.kind === 'open') return this.#bracketed(depth)
    if (token.kind === 'close') this.#cursor.refuse(token, 'there is a “)” without its “(”', expectedCondition)
    if (token.kind === 'end') this.#cursor.refuse(token, 'the search ends where a condition should come', expectedCondition)
    if (++this.#conditions > mostConditions) this.#cursor.refuse(token, `there are more than ${mostConditions} conditions`, 'a shorter search')
    return readCondition(this.#cursor)
  }

  #bracketed(depth: number): SearchQuery {
    const open = this.#cursor.take()
    const inside = this.either(depth + 1)
    if (this.#cursor.peek().kind !== 'close') this.#cursor.refuse(open, 'the bracket has no end', '“)” after its conditions')
    this.#cursor.take()
    return inside
  }
}

const isFieldName = (name: string): boolean => findField(name) !== null || findMetric(name).kind === 'found'

/** The meaning of a search; an empty one finds everything. Errors: `search.invalid` with the place and what was expected. */
export function parseSearch(text: string): SearchQuery {
  if (text.trim() === '') return { kind: 'all' }
  if (text.length > longestSearch) throw new SlipwayError('search.invalid', { at: longestSearch, length: text.length - longestSearch, reason: `the search is longer than ${longestSearch} characters`, expected: 'a shorter search' })
  const cursor = cursorOver(tokensOf(text, isFieldName))
  const query = new Reader(cursor).either(0)
  const rest = cursor.peek()
  if (rest.kind !== 'end') cursor.refuse(rest, 'there is a “)” without its “(”', 'the end of the search, “and” or “or”')
  return query
}
