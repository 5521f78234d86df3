// Every screen is a link: what href writes, parseRoute reads back; anything else is "not found", never an exception.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { href, parseRoute, type Route } from '../../renderer/route.ts'

const routes: readonly Route[] = [
  { screen: 'library' }, { screen: 'datasets' }, { screen: 'runs' }, { screen: 'verify' }, { screen: 'jobs' }, { screen: 'settings' }, { screen: 'history' }, { screen: 'evaluate' }, { screen: 'compare' },
  { screen: 'model', modelId: 'model_1', tab: 'runs', metric: 'roc_auc.ovr_macro' },
  { screen: 'version', versionId: 'version_1', tab: 'binding' },
  { screen: 'dataset', datasetId: 'dataset_1', tab: 'rows', page: 7 },
  { screen: 'evaluate', versionId: 'version_1', datasetId: 'dataset_1', target: 'income class & more' },
  { screen: 'run', runId: 'run_1', tab: 'rows', truth: '>50K', predicted: '<=50K', page: 2 },
  { screen: 'compare', left: 'version_1', right: 'version_2', more: 'version_3,version_4', datasetId: 'dataset_1', tab: 'disagreements', page: 3 },
  { screen: 'gate', runId: 'run_1' }, { screen: 'bundle', bundleId: 'bundle_1' }, { screen: 'history', subject: 'model_1' }, { screen: 'history', who: 'p:Ann & Bob', verb: 'gate.check', since: '2026-11-01', until: '2026-11-21', text: 'why' },
]

describe('routes', () => {
  it.each(routes.map((r) => [href(r), r] as const))('%s round-trips', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })

  it('carries any text through the link', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (truth, predicted) => {
      const route: Route = { screen: 'run', runId: 'run_1', truth, predicted }
      expect(parseRoute(href(route))).toEqual(route)
    }))
  })

  it('never throws and never invents a screen', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const route = parseRoute(`#/${text}`)
      expect(typeof route.screen).toBe('string')
    }))
    expect(parseRoute('#/nowhere').screen).toBe('not-found')
    expect(parseRoute('#/run').screen).toBe('not-found')
    expect(parseRoute('#/library/extra').screen).toBe('not-found')
    expect(parseRoute('#/run/%E0%A4%A').screen).toBe('not-found')
  })

  it('drops what it does not know of a screen', () => {
    expect(parseRoute('#/run/run_1?tab=secret&page=-3&color=red')).toEqual({ screen: 'run', runId: 'run_1' })
    expect(parseRoute('')).toEqual({ screen: 'library' })
  })
})
