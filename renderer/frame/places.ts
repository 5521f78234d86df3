// The places of the sidebar and which screens belong to each, in one list; shortcuts use the same order.
import type { Route } from '../route.ts'

export interface Place {
  readonly key: 'library' | 'datasets' | 'runs' | 'leaderboard' | 'compare' | 'reviews' | 'bundles' | 'monitoring' | 'history' | 'verify' | 'settings' | 'help'
  readonly label: string
  readonly screens: readonly Route['screen'][]
  /** At the foot of the sidebar. */
  readonly low: boolean
}

export const places: readonly Place[] = [
  { key: 'library', label: 'Library', screens: ['library', 'model', 'version', 'graph'], low: false },
  { key: 'datasets', label: 'Data sets', screens: ['datasets', 'dataset'], low: false },
  { key: 'runs', label: 'Runs', screens: ['runs', 'run', 'evaluate', 'gate'], low: false },
  { key: 'leaderboard', label: 'Leaderboard', screens: ['leaderboard'], low: false },
  { key: 'compare', label: 'Compare', screens: ['compare'], low: false },
  { key: 'reviews', label: 'Reviews', screens: ['reviews'], low: false },
  { key: 'bundles', label: 'Bundles', screens: ['bundles', 'bundle', 'export'], low: false },
  { key: 'monitoring', label: 'Monitoring', screens: ['monitoring', 'monitor', 'decide'], low: false },
  { key: 'history', label: 'History', screens: ['history'], low: false },
  { key: 'verify', label: 'Verify a bundle', screens: ['verify'], low: true },
  { key: 'settings', label: 'Settings', screens: ['settings'], low: true },
  { key: 'help', label: 'Help', screens: ['help'], low: true },
]
