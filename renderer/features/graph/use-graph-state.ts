// What the graph screen holds between its parts: scope, selection, search, open groups, paint, and the ways from one to the other.
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import type { GraphNode, GraphOverview } from '../../../shared/domain/graph.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { nodeLabel } from '../../../shared/graph/graph-words.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { pngOf } from '../../ui/charts/png.ts'
import { fileNameOf, useSaveFile } from '../../ui/save-file.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import type { GraphRoute } from './graph.tsx'
import type { CanvasHandle } from './graph-canvas.tsx'
import type { Ink } from './ink.ts'
import type { Paint, Painting } from './look.ts'
import { pictureFile, pngSize } from './picture-file.ts'
import { useNodes, type LoadedNodes } from './use-nodes.ts'
import { useDifferences, usePainting, useTimes, type Differences, type Times } from './use-painting.ts'
import { nothingSelected, useGroups, useInk, usePicture, type Groups, type Selection, type Shown } from './use-picture.ts'
import { neighbours } from './walk.ts'

export interface GraphState {
  readonly label: string; readonly nodes: LoadedNodes; readonly listed: readonly GraphNode[]
  readonly scope: number; readonly setScope: (scope: number) => void
  readonly selection: Selection; readonly said: string; readonly selectBox: (box: number) => void; readonly selectNode: (node: number) => void; readonly openBox: (box: number) => void
  readonly goToValue: (value: string, way: 'maker' | 'taker') => (() => void) | null
  readonly search: string; readonly setSearch: (text: string) => void; readonly found: readonly number[]; readonly at: number; readonly next: (step: 1 | -1) => void
  readonly searchBox: RefObject<HTMLDivElement | null>; readonly focusSearch: () => void
  readonly constants: boolean; readonly setConstants: (shown: boolean) => void; readonly groups: Groups; readonly setGroups: (open: boolean) => void
  readonly paint: Paint; readonly painting: Painting; readonly times: Times; readonly differences: Differences; readonly ink: Ink
  readonly shown: Shown; readonly canvas: RefObject<CanvasHandle | null>; readonly save: (what: 'svg' | 'png') => void
}

const fits = (n: GraphNode, words: readonly string[]): boolean => { const text = `${n.name} ${n.op} ${n.outputs.join(' ')}`.toLowerCase(); return words.every((w) => text.includes(w)) }

function useSearch(nodes: readonly GraphNode[], show: (node: number) => void): Pick<GraphState, 'search' | 'setSearch' | 'found' | 'at' | 'next'> {
  const [search, setText] = useState('')
  const [at, setAt] = useState(0)
  const find = (text: string): number[] => { const words = text.trim().toLowerCase().split(/\s+/).filter((w) => w !== ''); return words.length === 0 ? [] : nodes.filter((n) => fits(n, words)).map((n) => n.id) }
  const found = useMemo(() => find(search), [search, nodes])
  const next = (step: 1 | -1): void => {
    if (found.length === 0) return
    const to = (at + step + found.length) % found.length
    setAt(to)
    show(found[to]!)
  }
  const setSearch = (text: string): void => { setText(text); setAt(0); const [first] = find(text); if (first !== undefined) show(first) }
  // What was typed before the nodes were there is found when they are.
  useEffect(() => { if (found[0] !== undefined) show(found[0]) }, [nodes])
  return { search, setSearch, found, at, next }
}

/** Saves the drawing as a file and says so. */
function useSave(shown: Shown, name: string): GraphState['save'] {
  const save = useSaveFile()
  return (what) => {
    const { picture } = shown
    if (save === null || picture === null) return
    const file = pictureFile(picture, name)
    const suggestedName = fileNameOf(name, what)
    const text = what === 'svg' ? Promise.resolve(file.svg) : pngOf(file.svg, pngSize(file))
    void text.then((made) => save({ what, suggestedName, text: made })).then((saved) => { if (saved !== null) notify(`Saved ${saved}.`) }, notifyError)
  }
}

/** What a screen reader hears of the selection. */
function wordsOf(selection: Selection, byId: ReadonlyMap<number, GraphNode>, shown: Shown): string {
  const node = selection.node === null ? undefined : byId.get(selection.node)
  const { picture } = shown
  if (node !== undefined) {
    const [up, down] = picture === null || picture.selected < 0 ? [0, 0] : [neighbours(picture.scene, picture.selected, 'up').length, neighbours(picture.scene, picture.selected, 'down').length]
    return `${node.op} ${nodeLabel(node)}, makes ${node.output}. ${up} above, ${down} below.`
  }
  const box = picture?.scene.boxes[picture.selected]
  return box === undefined ? '' : box.kind === 'input' || box.kind === 'output' ? `${box.kind === 'input' ? 'Input' : 'Output'} ${box.name}` : `Group ${box.name}, ${box.size} nodes, ${box.kind}. Enter ${box.kind === 'closed' ? 'opens' : 'closes'} it.`
}

export function useGraphState(route: GraphRoute, version: Version, graph: GraphOverview): GraphState {
  const paint = route.paint ?? 'kind'
  const nodes = useNodes(version.id, graph.which, useRef({}).current, graph.nodes)
  const [scope, chooseScope] = useState(0)
  const [constants, setConstants] = useState(false)
  const [selection, setSelection] = useState<Selection>(nothingSelected)
  const canvas = useRef<CanvasHandle>(null)
  const searchBox = useRef<HTMLDivElement>(null)
  const times = useTimes(version.id, nodes.nodes)
  const differences = useDifferences(paint === 'diff' && route.since !== undefined && route.since !== '' ? route.since as VersionId : null, version.id, nodes.nodes)
  const painting = usePainting(paint, times, differences)
  const ink = useInk()
  const byId = useMemo(() => new Map((nodes.nodes ?? []).map((n) => [n.id, n])), [nodes.nodes])
  const listed = useMemo(() => (nodes.nodes ?? []).filter((n) => n.scope === scope), [nodes.nodes, scope])
  const groups = useGroups(nodes.nodes, graph.scopes[scope], constants)
  const selectNode = (node: number): void => { setSelection({ node, group: null, end: null }); const box = shown.boxOfNode.get(node); if (box !== undefined) canvas.current?.reveal(box) }
  const finding = useSearch(listed, (node) => selectNode(node))
  const shown = usePicture(groups.request, nodes.nodes, painting, selection, finding.found)
  const selectBox = (box: number): void => {
    const b = shown.picture?.scene.boxes[box]
    setSelection(b === undefined ? nothingSelected : b.kind === 'node' ? { node: b.node, group: null, end: null } : b.kind === 'input' || b.kind === 'output' ? { node: null, group: null, end: b.key } : { node: null, group: b.key, end: null })
    if (b !== undefined) canvas.current?.reveal(box)
  }
  const setScope = (next: number): void => { finding.setSearch(''); chooseScope(next); setSelection(nothingSelected) }
  const openBox = (box: number): void => {
    const b = shown.picture?.scene.boxes[box]
    if (b?.kind === 'closed') groups.setOpen([...groups.open, b.key])
    else if (b?.kind === 'open') groups.setOpen(groups.open.filter((path) => path !== b.key && !path.startsWith(`${b.key}/`)))
    else if (b?.kind === 'node') { const [inside] = byId.get(b.node)?.opens ?? []; if (inside !== undefined) setScope(inside) }
  }
  const goToValue: GraphState['goToValue'] = (value, way) => {
    const to = listed.find((n) => (way === 'maker' ? n.outputs : [...n.inputs, ...n.captures]).includes(value))
    return value === '' || to === undefined ? null : () => selectNode(to.id)
  }
  const name = `${version.modelName} ${version.number} graph`
  return {
    label: `Graph of ${version.modelName} version ${version.number}`, nodes, listed, scope, setScope, selection, said: wordsOf(selection, byId, shown), selectBox, selectNode, openBox, goToValue,
    ...finding, searchBox, focusSearch: () => searchBox.current?.querySelector('input')?.focus(), constants, setConstants, groups, setGroups: (open) => groups.setOpen(open ? groups.paths : []),
    paint, painting, times, differences, ink, shown, canvas, save: useSave(shown, name),
  }
}
