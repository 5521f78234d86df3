// Groups of nodes by the scopes in their names: `/encoder/layer0/attn/MatMul` stands in encoder, layer0, attn.
// A group of one thing is dissolved, and a group that holds everything too.

export interface NamedNode { readonly id: number; readonly name: string }

export interface Group {
  /** With slashes between; empty for the whole graph. */
  readonly path: string
  readonly name: string
  readonly groups: Group[]
  readonly nodes: number[]
  /** Nodes in it and in the groups inside. */
  size: number
}

const deepest = 24

interface Draft { readonly path: string; name: string; readonly groups: Map<string, Draft>; readonly nodes: number[] }

function finished(draft: Draft): Group {
  const groups: Group[] = []
  const nodes = [...draft.nodes]
  for (const child of draft.groups.values()) {
    let inner = finished(child)
    // A group that only holds one other group takes its place under both names.
    while (inner.nodes.length === 0 && inner.groups.length === 1) inner = { ...inner.groups[0]!, name: `${inner.name}/${inner.groups[0]!.name}` }
    if (inner.size < 2) nodes.push(...inner.nodes)
    else groups.push(inner)
  }
  return { path: draft.path, name: draft.name, groups, nodes, size: nodes.length + groups.reduce((n, g) => n + g.size, 0) }
}

/** The tree of groups of a graph. */
export function groupTree(nodes: readonly NamedNode[]): Group {
  const root: Draft = { path: '', name: '', groups: new Map(), nodes: [] }
  for (const node of nodes) {
    let at = root
    for (const part of node.name.split('/').filter((p) => p !== '').slice(0, -1).slice(0, deepest)) {
      const known = at.groups.get(part)
      const next: Draft = known ?? { path: at.path === '' ? part : `${at.path}/${part}`, name: part, groups: new Map(), nodes: [] }
      if (known === undefined) at.groups.set(part, next)
      at = next
    }
    at.nodes.push(node.id)
  }
  let whole = finished(root)
  while (whole.nodes.length === 0 && whole.groups.length === 1) whole = { ...whole.groups[0]!, path: '', name: '' }
  return whole
}

/** Every group below one, itself left out. */
export function* allGroups(of: Group): Generator<Group> {
  for (const group of of.groups) { yield group; yield* allGroups(group) }
}

const fewAtFirst = 220

/** The groups that are open at first: the outer ones, as long as not too much is seen at once. */
export function openAtFirst(tree: Group): string[] {
  let seen = tree.nodes.length + tree.groups.length
  const open: string[] = []
  let ring = tree.groups
  while (ring.length > 0) {
    const more = ring.reduce((n, g) => n + g.nodes.length + g.groups.length, 0)
    if (seen + more > fewAtFirst) break
    open.push(...ring.map((g) => g.path))
    seen += more
    ring = ring.flatMap((g) => g.groups)
  }
  return open
}
