// Which theme the window wears: the setting, or the system's. Written on the root element, so that every token follows at once.
import type { ChartTheme } from '../shared/charts/palette.ts'
import type { Settings } from '../shared/domain/history.ts'

const key = 'slipway.appearance'
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
/** Someone who told the system that more contrast is needed gets it here, too, with every choice of light and dark. */
const systemContrast = [window.matchMedia('(prefers-contrast: more)'), window.matchMedia('(forced-colors: active)')]

export type Appearance = Pick<Settings, 'theme' | 'density'>
let wanted: Appearance = { theme: 'system', density: 'comfortable' }

/** The theme for a wish, on a system that is dark or asks for contrast. */
export function themeFor(wish: Settings['theme'], system: { readonly dark: boolean; readonly contrast: boolean }): ChartTheme {
  const dark = wish === 'dark' || (wish !== 'light' && system.dark)
  if (wish === 'contrast' || system.contrast) return dark ? 'contrast-dark' : 'contrast'
  return dark ? 'dark' : 'light'
}

function apply(): void {
  const root = document.documentElement
  root.dataset['density'] = wanted.density
  root.dataset['theme'] = themeFor(wanted.theme, { dark: systemDark.matches, contrast: systemContrast.some((query) => query.matches) })
}

/** Puts on the theme of the last time, before the settings are read, so that the window does not flash. */
export function startTheme(): void {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (typeof kept === 'object' && kept !== null && 'theme' in kept && 'density' in kept) wanted = kept as Appearance
  } catch { /* a damaged note means the default theme */ }
  for (const query of [systemDark, ...systemContrast]) query.addEventListener('change', apply)
  apply()
}

/** Puts on the theme of the settings and notes it for the next start. */
export function wearTheme(settings: Appearance): void {
  wanted = { theme: settings.theme, density: settings.density }
  try { localStorage.setItem(key, JSON.stringify(wanted)) } catch { /* only a convenience */ }
  apply()
}
