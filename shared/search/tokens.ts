// The words of a search with their places: words, quoted texts, operators, brackets. Refuses a quotation mark without its end.
import { SlipwayError } from '../errors.ts'

export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'end'
  /** Without quotation marks; operators in their plain writing. */
  readonly text: string
  /** 0-based, in UTF-16 units, as a text field counts. */
  readonly at: number
  readonly length: number
}

const operators: Readonly<Record<string, string>> = { '=': '=', '==': '=', ':': '=', '!=': '!=', '≠': '!=', '<>': '!=', '<': '<', '<=': '<=', '≤': '<=', '>': '>', '>=': '>=', '≥': '>=', '~': '~', '!~': '!~' }
const operatorPattern = /==|!=|!~|<>|<=|>=|[=≠<≤>≥~]/y
const wordPattern = /[^\s()"“”=≠<≤>≥~!]+|!/y
const closing: Readonly<Record<string, string>> = { '"': '"', '“': '”' }

function quoted(text: string, at: number): Token {
  const end = closing[text[at]!]!
  let inside = ''
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) inside += text[++i]
    else if (text[i] === end) return { kind: 'quoted', text: inside, at, length: i + 1 - at }
    else inside += text[i]
  }
  throw new SlipwayError('search.invalid', { at, length: text.length - at, reason: 'the quotation mark has no end', expected: `a second ${end} after the text` })
}

/** `tag:prod` as other tools write it: the colon is an operator directly after a field's name. */
function split(word: string, at: number, isField: (name: string) => boolean): readonly Token[] {
  const colon = word.indexOf(':')
  if (colon <= 0 || !isField(word.slice(0, colon))) return [{ kind: 'word', text: word, at, length: word.length }]
  const rest = word.slice(colon + 1)
  return [
    { kind: 'word', text: word.slice(0, colon), at, length: colon }, { kind: 'operator', text: '=', at: at + colon, length: 1 },
    ...(rest === '' ? [] : [{ kind: 'word' as const, text: rest, at: at + colon + 1, length: rest.length }]),
  ]
}

const match = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

/** All tokens of a search, `end` last. Errors: `search.invalid`. */
export function tokensOf(text: string, isField: (name: string) => boolean): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const here = text[at]!
    if (/\s/.test(here)) { at++; continue }
    const operator = match(operatorPattern, text, at)
    const found: readonly Token[] = here in closing ? [quoted(text, at)]
      : here === '(' || here === ')' ? [{ kind: here === '(' ? 'open' : 'close', text: here, at, length: 1 }]
        : operator !== null ? [{ kind: 'operator', text: operators[operator]!, at, length: operator.length }]
          : split(match(wordPattern, text, at) ?? here, at, isField)
    tokens.push(...found)
    at = found.at(-1)!.at + found.at(-1)!.length
  }
  return [...tokens, { kind: 'end', text: '', at: text.length, length: 0 }]
}
