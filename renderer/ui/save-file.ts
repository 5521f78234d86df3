// How a chart or table leaves the window as a file: the frame supplies the way, so that ui/ needs no connection.
import { createContext, useContext } from 'react'

export interface SaveRequest { readonly what: 'csv' | 'svg' | 'png' | 'binding' | 'diagnostics'; readonly suggestedName: string; readonly text: string }

/** Saves and tells the file's name; null when the user changed their mind. Rejects with a SlipwayError. */
export type SaveFile = (request: SaveRequest) => Promise<string | null>

export const SaveFileContext = createContext<SaveFile | null>(null)

/** The way to save a file; null where there is none. */
export const useSaveFile = (): SaveFile | null => useContext(SaveFileContext)

/** A file name out of any words: `adult income: ROC` becomes `adult-income-roc.svg`. */
export function fileNameOf(words: string, extension: string): string {
  const stem = words.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 80)
  return `${stem === '' ? 'slipway' : stem}.${extension}`
}
