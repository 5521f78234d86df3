// Reads protobuf's text form into nested fields, as far as configurations of servers use it. Knows no schema. null for what it cannot read.

type PbValue = string | PbMessage

/** Fields of one message, in order; a list stands for its field written several times. */
export class PbMessage {
  private readonly fields: { readonly key: string; readonly value: PbValue }[] = []
  add(key: string, value: PbValue): void { this.fields.push({ key, value }) }
  private of(key: string): readonly PbValue[] { return this.fields.filter((f) => f.key === key).map((f) => f.value) }
  scalars(key: string): readonly string[] { return this.of(key).filter((v) => typeof v === 'string') }
  scalar(key: string): string | undefined { return this.scalars(key)[0] }
  messages(key: string): readonly PbMessage[] { return this.of(key).filter((v) => v instanceof PbMessage) }
}

const token = /\s*(?:#[^\n]*\n?\s*)*(?:([{}[\]:,;])|("(?:[^"\\]|\\.)*")|([A-Za-z0-9_.+-]+))/y
const deepest = 32

class Broken extends Error {}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
}

function tokens(text: string): string[] {
  const out: string[] = []
  token.lastIndex = 0
  const end = text.replace(/(?:\s|#[^\n]*(?:\n|$))+$/, '').length
  while (token.lastIndex < end) {
    const match = token.exec(text)
    if (match === null) throw new Broken()
    out.push(match[1] ?? match[2] ?? match[3]!)
  }
  return out
}

function message(words: readonly string[], from: number, depth: number): { message: PbMessage; next: number } {
  if (depth > deepest) throw new Broken()
  const out = new PbMessage()
  let at = from
  const value = (): PbValue => {
    const word = words[at++]
    if (word === '{') { const inner = message(words, at, depth + 1); at = inner.next; return inner.message }
    if (word === undefined || /^[}[\]:,;]$/.test(word)) throw new Broken()
    return word.startsWith('"') ? unquoted(word) : word
  }
  while (at < words.length && words[at] !== '}') {
    const key = words[at++]!
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new Broken()
    if (words[at] === ':') at++
    if (words[at] === '[') {
      at++
      while (words[at] !== ']') { out.add(key, value()); if (words[at] === ',') at++ }
      at++
    } else out.add(key, value())
    if (words[at] === ',' || words[at] === ';') at++
  }
  if (depth > 0 && words[at++] !== '}') throw new Broken()
  if (depth === 0 && at < words.length) throw new Broken()
  return { message: out, next: at }
}

/** The text as fields; null when it is not well formed. */
export function parsePbtxt(text: string): PbMessage | null {
  try { return message(tokens(text), 0, 0).message } catch (thrown) { if (thrown instanceof Broken) return null; throw thrown }
}
