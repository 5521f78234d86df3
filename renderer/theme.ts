// Which theme the window wears: the setting, or the system's. Written on the root element, so that every token follows at once.
import { chartInks } from '../shared/charts/palette.ts'
import type { Settings } from '../shared/domain/history.ts'

const key = 'slipway.appearance'
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
let wanted: Pick<Settings, 'theme' | 'density'> = { theme: 'system', density: 'comfortable' }

function apply(): void {
  const dark = wanted.theme === 'dark' || (wanted.theme === 'system' && systemDark.matches)
  const root = document.documentElement
  const theme = dark ? 'dark' : 'light'
  root.dataset['theme'] = theme
  root.dataset['density'] = wanted.density
  // The small charts inside tables are drawn with CSS; their colour is the first of the one palette.
  root.style.setProperty('--chart-bar', chartInks[theme].palette[0] ?? 'currentColor')
}

/** Puts on the theme of the last time, before the settings are read, so that the window does not flash. */
export function startTheme(): void {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (typeof kept === 'object' && kept !== null && 'theme' in kept && 'density' in kept) wanted = kept as typeof wanted
  } catch { /* a damaged note means the default theme */ }
  systemDark.addEventListener('change', apply)
  apply()
}

/** Puts on the theme of the settings and notes it for the next start. */
export function wearTheme(settings: Pick<Settings, 'theme' | 'density'>): void {
  wanted = { theme: settings.theme, density: settings.density }
  try { localStorage.setItem(key, JSON.stringify(wanted)) } catch { /* only a convenience */ }
  apply()
}
