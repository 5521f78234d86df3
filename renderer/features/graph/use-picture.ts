// From nodes to the picture: which are shown, the tree of groups and which of them are open, the layout, and what every box looks like.
import { useEffect, useMemo, useState } from 'react'
import type { GraphNode, GraphScope } from '../../../shared/domain/graph.ts'
import { allGroups, groupTree, openAtFirst } from '../../../shared/graph/layout/groups.ts'
import type { SceneRequest } from '../../../shared/graph/layout/scene.ts'
import type { Picture } from './draw.ts'
import { readInk, type Ink } from './ink.ts'
import { looksOf, type Painting } from './look.ts'
import { Spatial } from './spatial.ts'
import { useScene, type Drawn } from './use-scene.ts'

const letter = 7.1
const widthOf = (title: string, sub: string): number => Math.round(Math.max(72, Math.min(210, Math.max(title.length * 7.6, sub.length * 6.2) + 30)))
const endWidth = (name: string): number => Math.round(Math.max(64, Math.min(220, name.length * letter + 30)))

/** The theme's colours; read again when the theme changes. */
export function useInk(): Ink {
  const [ink, setInk] = useState(readInk)
  useEffect(() => {
    const watch = new MutationObserver(() => setInk(readInk()))
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style'] })
    return () => watch.disconnect()
  }, [])
  return ink
}

export interface Groups { readonly request: SceneRequest | null; readonly paths: readonly string[]; readonly open: readonly string[]; readonly setOpen: (open: readonly string[]) => void }

const isConstant = (n: GraphNode): boolean => n.op === 'Constant' && n.domain === ''

/** What is asked of the layout. A new graph begins with its outer groups open. */
export function useGroups(nodes: readonly GraphNode[] | null, scope: GraphScope | undefined, constants: boolean): Groups {
  const shown = useMemo(() => (nodes === null || scope === undefined ? null : nodes.filter((n) => n.scope === scope.id && (constants || !isConstant(n)))), [nodes, scope, constants])
  const tree = useMemo(() => (shown === null ? null : groupTree(shown)), [shown])
  const paths = useMemo(() => (tree === null ? [] : [...allGroups(tree)].map((g) => g.path)), [tree])
  const [chosen, setChosen] = useState<{ readonly tree: unknown; readonly open: readonly string[] } | null>(null)
  const first = useMemo(() => (tree === null ? [] : openAtFirst(tree)), [tree])
  const open = chosen !== null && chosen.tree === tree ? chosen.open : first
  const request = useMemo((): SceneRequest | null => (shown === null || tree === null || scope === undefined ? null : {
    nodes: shown.map((n) => ({ id: n.id, width: widthOf(n.op, n.weights), height: n.weights === '' ? 32 : 42, inputs: [...new Set([...n.inputs, ...n.captures])], outputs: n.outputs })),
    inputs: scope.inputs.map((v) => ({ name: v.name, width: endWidth(v.name) })), outputs: scope.outputs.map((v) => ({ name: v.name, width: endWidth(v.name) })), tree, open,
  }), [shown, tree, open, scope])
  return { request, paths, open, setOpen: (next) => setChosen({ tree, open: next }) }
}

export interface Shown extends Drawn { readonly picture: Picture | null; readonly boxOfNode: ReadonlyMap<number, number> }

export interface Selection { readonly node: number | null; readonly group: string | null; readonly end: string | null }
export const nothingSelected: Selection = { node: null, group: null, end: null }

export function usePicture(request: SceneRequest | null, nodes: readonly GraphNode[] | null, painting: Painting, selection: Selection, found: readonly number[]): Shown {
  const ink = useInk()
  const drawn = useScene(request)
  const { scene } = drawn
  const byId = useMemo(() => new Map((nodes ?? []).map((n) => [n.id, n])), [nodes])
  const spatial = useMemo(() => (scene === null ? null : new Spatial(scene)), [scene])
  const boxOfNode = useMemo(() => new Map(scene === null ? [] : [...scene.inside, ...scene.boxes.flatMap((b, i) => (b.node >= 0 ? [[b.node, i] as const] : []))]), [scene])
  const looks = useMemo(() => (scene === null ? [] : looksOf(scene, byId, painting, ink)), [scene, byId, painting, ink])
  const labels = useMemo(() => new Map(scene === null ? [] : scene.boxes.flatMap((b, i) => { const n = byId.get(b.node); return n === undefined || n.output === 'unknown' ? [] : [[i, n.output.replace(/^[a-z0-9]+\[/, '[')] as const] })), [scene, byId])
  const selected = scene === null ? -1 : selection.node !== null ? boxOfNode.get(selection.node) ?? -1 : scene.boxes.findIndex((b) => (selection.group !== null ? (b.kind === 'open' || b.kind === 'closed') && b.key === selection.group : selection.end !== null && (b.kind === 'input' || b.kind === 'output') && b.key === selection.end))
  const marked = useMemo(() => new Set(found.flatMap((id) => boxOfNode.get(id) ?? [])), [found, boxOfNode])
  const picture = useMemo((): Picture | null => (scene === null || spatial === null ? null : { scene, spatial, looks, ink, selected, found: marked, labels }), [scene, spatial, looks, ink, selected, marked, labels])
  return { ...drawn, picture, boxOfNode }
}
