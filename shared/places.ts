// The places of the sidebar in their order, for the window and for the menu Go. Which screens belong to each: renderer/frame/places.ts.
export const placeNames = [
  { key: 'library', label: 'Library', low: false }, { key: 'datasets', label: 'Data sets', low: false }, { key: 'runs', label: 'Runs', low: false }, { key: 'leaderboard', label: 'Leaderboard', low: false },
  { key: 'compare', label: 'Compare', low: false }, { key: 'reviews', label: 'Reviews', low: false }, { key: 'bundles', label: 'Bundles', low: false }, { key: 'monitoring', label: 'Monitoring', low: false },
  { key: 'history', label: 'History', low: false }, { key: 'verify', label: 'Verify a bundle', low: true }, { key: 'settings', label: 'Settings', low: true }, { key: 'help', label: 'Help', low: true },
] as const

export type PlaceKey = (typeof placeNames)[number]['key']
