// The graph of a version: the drawing or its list, the controls above and the panel beside it. Everything that can be linked is in the route.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { GraphOverview } from '../../../shared/domain/graph.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { formatCount } from '../../../shared/format.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Page } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './graph.module.css'
import { GraphCanvas } from './graph-canvas.tsx'
import { NodeList } from './node-list.tsx'
import { NodePanel } from './node-panel.tsx'
import { OverviewPanel } from './overview-panel.tsx'
import { Toolbar } from './toolbar.tsx'
import { useGraphState, type GraphState } from './use-graph-state.ts'
import { mostNodes } from './use-nodes.ts'

export type GraphRoute = Extract<Route, { screen: 'graph' }>

export function GraphScreen({ route, versionId }: { readonly route: GraphRoute; readonly versionId: VersionId }): ReactNode {
  const asked = useCall('version.get', { versionId })
  const overview = useCall('version.graph', { versionId, which: route.which ?? 'original' })
  const version = asked.data?.version
  return (
    <Page
      fill title={version === undefined ? 'Graph' : `Graph of version ${version.number}`}
      crumbs={[{ label: 'Library', href: href({ screen: 'library' }) }, ...(version === undefined ? [] : [{ label: version.modelName, href: href({ screen: 'model', modelId: version.modelId }) }, { label: `Version ${version.number}`, href: href({ screen: 'version', versionId, tab: 'graph' }) }])]}
    >
      <Answer of={asked} label="Loading the version">{(answer) => <Answer of={overview} label="Reading the graph">{(graph) => <GraphBody route={route} version={answer.version} graph={graph} />}</Answer>}</Answer>
    </Page>
  )
}

function Drawing({ s }: { readonly s: GraphState }): ReactNode {
  const { shown, canvas } = s
  const fitted = useRef<unknown>(null)
  const { picture } = shown
  // A new graph begins at its beginning; a group that opens or closes moves nothing.
  useEffect(() => {
    if (picture === null || shown.of === null) return
    const anew = fitted.current !== shown.of.tree
    fitted.current = shown.of.tree
    requestAnimationFrame(() => { if (picture.selected >= 0) canvas.current?.reveal(picture.selected); else if (anew) canvas.current?.fit() })
  }, [shown.of, canvas])
  if (s.nodes.error !== null) return <div className={styles['state']}><ErrorPanel error={s.nodes.error} onRetry={s.nodes.retry} /></div>
  if (shown.reason !== '') return <EmptyState icon="alert" title="This graph could not be drawn">{`The layout gave up: ${shown.reason}. The list shows its nodes.`}</EmptyState>
  if (picture === null) return <div className={styles['state']}><Progress label={s.nodes.nodes === null ? 'Reading the nodes' : 'Laying out the graph'} fraction={null} /></div>
  if (picture.scene.boxes.length === 0) return <EmptyState icon="graph" title="This graph has no nodes">It hands nothing on.</EmptyState>
  return <GraphCanvas handle={canvas} label={s.label} picture={picture} said={s.said} onSelect={s.selectBox} onOpen={s.openBox} onSearch={s.focusSearch} />
}

function Side({ s, version, graph }: { readonly s: GraphState; readonly version: Version; readonly graph: GraphOverview }): ReactNode {
  const { node } = s.selection
  return (
    <aside className={styles['side']} aria-label={node === null ? 'The whole graph' : 'The node'} tabIndex={0}>
      {s.differences.error !== null && s.paint === 'diff' && <ErrorPanel error={s.differences.error} onRetry={s.differences.retry} />}
      {s.differences.busy && s.paint === 'diff' && <Progress label="Comparing the two models" fraction={null} />}
      {node !== null
        ? <NodePanel versionId={version.id} which={graph.which} sizes={{}} node={node} time={s.times.matched.get(node)} layer={s.differences.layers.get(node)} onValue={s.goToValue} onScope={s.setScope} />
        : <OverviewPanel graph={graph} paint={s.paint} ink={s.ink} times={s.times} differences={s.differences} />}
    </aside>
  )
}

function GraphBody({ route, version, graph }: { readonly route: GraphRoute; readonly version: Version; readonly graph: GraphOverview }): ReactNode {
  const [list, setList] = useState(false)
  const s = useGraphState(route, version, graph)
  const model = useCall('model.get', { modelId: version.modelId })
  const others = (model.data?.versions ?? []).filter((v) => v.id !== version.id).sort((a, b) => b.number - a.number)
  return (
    <div className={styles['screen']}>
      <Toolbar
        search={s.search} onSearch={s.setSearch} found={s.found.length} at={s.at} onNext={s.next} searchBox={s.searchBox} scopes={graph.scopes} scope={s.scope} onScope={s.setScope}
        paint={s.paint} onPaint={(paint) => go({ ...route, paint }, 'replace')} others={others} other={route.since ?? ''} onOther={(since) => go(since === '' ? { ...route, since: '' } : { ...route, since }, 'replace')}
        constants={s.constants} onConstants={s.setConstants} groups={s.groups.paths.length} onGroups={s.setGroups} list={list} onList={setList}
        onZoom={(how) => (how === 'fit' ? s.canvas.current?.fit(true) : s.canvas.current?.zoomBy(how === 'in' ? 1.25 : 0.8))} onSave={s.save}
      />
      {graph.nodes > mostNodes && <p className={styles['limit']} role="status">{`The model has ${formatCount(graph.nodes)} nodes; the first ${formatCount(mostNodes)} are shown.`}</p>}
      <div className={styles['split']}>
        <div className={styles['main']}>
          {list ? <div className={styles['list']}><NodeList nodes={s.listed} painting={s.painting} selected={s.selection.node} onSelect={s.selectNode} /></div> : <Drawing s={s} />}
          {s.shown.busy && s.shown.picture !== null && !list && <p className={styles['busy']} role="status">Laying out …</p>}
        </div>
        <Side s={s} version={version} graph={graph} />
      </div>
    </div>
  )
}
