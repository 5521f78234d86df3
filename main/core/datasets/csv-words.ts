// Text cells of one column as places in a list of words, without making a text per cell.
// Owns the list of one stretch of rows; refuses nothing.

const slots = 2048
/** Texts up to this many bytes are recognised by their bytes; longer ones are decoded every time. */
const longest = 48

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class WordList {
  /** The words in order of first appearance. */
  words: string[] = []
  #places = new Map<string, number>()
  readonly #slotPlace = new Int32Array(slots).fill(-1)
  readonly #slotLength = new Uint8Array(slots)
  readonly #slotBytes = new Uint8Array(slots * longest)

  /** Starts a new list. */
  clear(): void {
    this.words = []
    this.#places = new Map()
    this.#slotPlace.fill(-1)
  }

  /** The place of the text in `bytes[from..to)`, which must not be empty. */
  place(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from
    if (length > longest) return this.#add(decoder.decode(bytes.subarray(from, to)))
    let hash = length
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (slots - 1)
    const at = slot * longest
    const known = this.#slotPlace[slot]!
    if (known >= 0 && this.#slotLength[slot] === length) {
      let same = 0
      while (same < length && this.#slotBytes[at + same] === bytes[from + same]) same++
      if (same === length) return known
    }
    const place = this.#add(decoder.decode(bytes.subarray(from, to)))
    this.#slotPlace[slot] = place
    this.#slotLength[slot] = length
    this.#slotBytes.set(bytes.subarray(from, to), at)
    return place
  }

  #add(text: string): number {
    const found = this.#places.get(text)
    if (found !== undefined) return found
    this.#places.set(text, this.words.length)
    return this.words.push(text) - 1
  }
}
