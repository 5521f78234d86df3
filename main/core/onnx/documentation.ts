// A digest of everything in a model file that does not run: comments, declared shapes of inner values, notes of tools.
// The order in which they stand and the names of inner values are not in it.
import { createHash } from 'node:crypto'
import { type ByteSource, Cursor } from './wire.ts'

const digestOf = (source: ByteSource, start: number, end: number): string => {
  const hash = createHash('sha256')
  for (let at = start; at < end; at += 1 << 20) hash.update(source.bytes(at, Math.min(end, at + (1 << 20))))
  return hash.digest('base64')
}

/** Of a node: its comment (6) and its metadata (9). */
function nodeParts(cursor: Cursor, into: string[]): void {
  const source = cursor.source
  const node = cursor.inside()
  while (node.next()) if (node.field === 6 || node.field === 9) into.push(`n${digestOf(source, node.start, node.end)}`)
}

/** Of a graph: comment (10), inner values (13, by their type alone), quantisation notes (14), metadata (16), and those of its nodes. */
function graphParts(cursor: Cursor, into: string[]): void {
  const source = cursor.source
  const graph = cursor.inside()
  while (graph.next()) {
    if (graph.field === 1) nodeParts(graph, into)
    else if (graph.field === 10 || graph.field === 14 || graph.field === 16) into.push(`g${digestOf(source, graph.start, graph.end)}`)
    else if (graph.field === 13) {
      const value = graph.inside()
      while (value.next()) if (value.field === 2) into.push(`v${digestOf(source, value.start, value.end)}`)
    }
  }
}

/** The digest; equal where nothing but what runs, its names and its order differ. */
export function documentationDigest(source: ByteSource): string {
  const parts: string[] = []
  const cursor = new Cursor(source)
  while (cursor.next()) {
    if (cursor.field === 7) graphParts(cursor, parts)
    else if (cursor.field === 20) parts.push(`t${digestOf(source, cursor.start, cursor.end)}`)
  }
  return createHash('sha256').update(parts.sort().join('\n')).digest('hex')
}
