// The colours of charts in every theme, in one place: the screen reads them, and so does every still picture.
// Each stands out at least 3 : 1 from the background that it is drawn on (WCAG 2.2, 1.4.11).

export interface ChartColors {
  readonly background: string
  readonly text: string
  readonly quiet: string
  readonly grid: string
  readonly axis: string
  /** Colours of series in order; used again from the start when there are more series. */
  readonly palette: readonly string[]
  /** A CSS font list. */
  readonly font: string
}

export const chartThemes = ['light', 'dark', 'contrast', 'contrast-dark'] as const
export type ChartTheme = (typeof chartThemes)[number]

/** The theme that the root element names; light when it names none. */
export const chartThemeOf = (worn: string | undefined): ChartTheme => chartThemes.find((theme) => theme === worn) ?? 'light'

/** What a chart draws with besides the words around it. */
export const chartInks: Readonly<Record<ChartTheme, Pick<ChartColors, 'grid' | 'axis' | 'palette'>>> = {
  light: { grid: '#e9ecf0', axis: '#868f9b', palette: ['#2a63c9', '#c05a12', '#1a7f5a', '#8a3fb0', '#a07016', '#b23a63', '#3d7f93', '#6b6f76'] },
  dark: { grid: '#23282d', axis: '#6d7782', palette: ['#7ea9fb', '#f0a15e', '#63c89b', '#c795e8', '#dfbd62', '#f08aad', '#7cc3d8', '#a5abb3'] },
  contrast: { grid: '#c3c8cf', axis: '#16191d', palette: ['#0b3a97', '#8a3a05', '#0a5638', '#68208f', '#654506', '#8c1c45', '#164f60', '#3b4046'] },
  'contrast-dark': { grid: '#3b4046', axis: '#e7eaee', palette: ['#a9c7ff', '#ffb870', '#80e8b7', '#dfb8ff', '#ffe07a', '#ffa8c5', '#94e2f5', '#d5dae0'] },
}

/**
 * Colours of classes drawn over a picture, the same in both themes because the picture is. The eight of Okabe and Ito (2008), which
 * readers with any of the three dichromacies tell apart; black, which a picture hides, is white here. Used again from the start beyond eight.
 */
export const maskInks: readonly string[] = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#ffffff']
