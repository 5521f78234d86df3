// Which screens belong to each place of the sidebar. Names and order: shared/places.ts; shortcuts use the same order.
import { placeNames, type PlaceKey } from '../../shared/places.ts'
import type { Route } from '../route.ts'

export interface Place {
  readonly key: PlaceKey
  readonly label: string
  readonly screens: readonly Route['screen'][]
  /** At the foot of the sidebar. */
  readonly low: boolean
}

const screens: Readonly<Record<PlaceKey, Place['screens']>> = {
  library: ['library', 'model', 'version', 'graph'], datasets: ['datasets', 'dataset'], runs: ['runs', 'run', 'evaluate', 'gate'], leaderboard: ['leaderboard'], compare: ['compare'], reviews: ['reviews'],
  bundles: ['bundles', 'bundle', 'export'], monitoring: ['monitoring', 'monitor', 'decide'], history: ['history'], verify: ['verify'], settings: ['settings', 'diagnostics'], help: ['help'],
}

export const places: readonly Place[] = placeNames.map((place) => ({ ...place, screens: screens[place.key] }))
