// Which bytes of a database file say nothing, read from the file alone after “SQLite database file format”: room between the cells of a page, free blocks,
// pages of the free list, and the tails of overflow pages. Knows nothing of Slipway and asks SQLite nothing.

interface Cell { readonly bytes: number; readonly child: number | null; readonly overflow: number | null; readonly left: number }

function varint(file: Buffer, at: number): readonly [value: number, bytes: number] {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = file[at + i]!
    value = value * 128 + (byte & 127)
    if (byte < 128) return [value, i + 1]
  }
  return [value * 256 + file[at + 8]!, 9]
}

/** `roots`: first pages of all b-trees. Answers 1 for a byte that says something. */
export function usedBytes(file: Buffer, roots: readonly number[]): Uint8Array {
  const size = file.readUInt16BE(16) === 1 ? 65536 : file.readUInt16BE(16)
  const used = new Uint8Array(file.length)
  const mark = (from: number, count: number): void => { used.fill(1, from, from + count) }
  const start = (page: number): number => (page - 1) * size
  mark(0, 100)

  const cellAt = (at: number, type: number): Cell => {
    const child = type === 2 || type === 5 ? file.readUInt32BE(at) : null
    let head = child === null ? 0 : 4
    const [payload, payloadBytes] = varint(file, at + head)
    head += payloadBytes
    if (type === 5) return { bytes: head, child, overflow: null, left: 0 }
    if (type === 13) head += varint(file, at + head)[1]
    const most = type === 13 ? size - 35 : Math.floor(((size - 12) * 64) / 255) - 23
    if (payload <= most) return { bytes: head + payload, child, overflow: null, left: 0 }
    const least = Math.floor(((size - 12) * 32) / 255) - 23
    const fitting = least + ((payload - least) % (size - 4))
    const local = fitting <= most ? fitting : least
    return { bytes: head + local + 4, child, overflow: file.readUInt32BE(at + head + local), left: payload - local }
  }
  const overflow = (first: number, left: number): void => {
    for (let page = first, rest = left; page !== 0 && rest > 0; page = file.readUInt32BE(start(page)), rest -= size - 4) mark(start(page), 4 + Math.min(rest, size - 4))
  }
  const tree = (page: number): void => {
    const at = start(page) + (page === 1 ? 100 : 0)
    const type = file[at]!
    const cells = file.readUInt16BE(at + 3)
    const head = type === 2 || type === 5 ? 12 : 8
    mark(at, head + 2 * cells)
    for (let block = file.readUInt16BE(at + 1); block !== 0; block = file.readUInt16BE(start(page) + block)) mark(start(page) + block, 4)
    for (let i = 0; i < cells; i++) {
      const place = start(page) + file.readUInt16BE(at + head + 2 * i)
      const cell = cellAt(place, type)
      mark(place, cell.bytes)
      if (cell.overflow !== null) overflow(cell.overflow, cell.left)
      if (cell.child !== null) tree(cell.child)
    }
    if (head === 12) tree(file.readUInt32BE(at + 8))
  }
  roots.forEach(tree)
  for (let trunk = file.readUInt32BE(32); trunk !== 0; trunk = file.readUInt32BE(start(trunk))) mark(start(trunk), 8 + 4 * file.readUInt32BE(start(trunk) + 4))
  return used
}
