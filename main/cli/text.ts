// Text that is safe and fits: what strangers named is made harmless, and lines are measured and broken as a terminal shows them.
// Refuses to let a character pass that moves the cursor, hides itself, turns the direction of reading or starts a line.

/** Controls, line and paragraph separators, direction marks, lone surrogates, and whatever a terminal shows as nothing at all (variation selectors of emoji stay). */
const harmful = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** One line: every harmful character becomes a dot, line breaks too. */
export const printable = (text: string): string => text.replace(harmful, '·')

/** Several lines: the same, but line feeds stay. For text that we put together ourselves. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const none = /\p{M}/u

function widthOfCharacter(character: string): number {
  return none.test(character) ? 0 : wide.test(character) ? 2 : 1
}

/** How many columns of a terminal the text takes: East Asian characters and emoji two, marks none. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** Fills with blanks up to a width. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text

/** The part of a text that fits, with an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOfCharacter(character)
    if (used > width - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Cuts one word into pieces that fit. */
function pieces(word: string, width: number): string[] {
  const out: string[] = []
  let piece = ''
  let used = 0
  for (const character of word) {
    const more = widthOfCharacter(character)
    if (used + more > width && piece !== '') {
      out.push(piece)
      piece = ''
      used = 0
    }
    piece += character
    used += more
  }
  return [...out, piece]
}

/** Lines of at most this width, broken between words, inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((w) => (widthOf(w) > width ? pieces(w, width) : [w]))) {
    if (line === '') line = word
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** JSON for people and programs: the same value for a parser, with every harmful character written as an escape. */
export const safeJson = (value: unknown): string => JSON.stringify(value, null, 2).replace(harmful, (character) =>
  character === '\n' ? character : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))
