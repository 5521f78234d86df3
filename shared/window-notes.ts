// What the desktop notes of its windows between two starts: where they stood, the place in each workspace, workspaces of late. And links to places.
// Pure: reads text and numbers, never a file or a display. A damaged note is no note; a place that no display shows is no place.
import { z } from 'zod'

const Bounds = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().positive().max(20_000), height: z.number().int().positive().max(20_000) })
export type Bounds = z.infer<typeof Bounds>

const WindowNotes = z.object({
  bounds: Bounds.nullable(),
  maximized: z.boolean(),
  /** Newest first, each with the hash of the screen that was in view. */
  workspaces: z.array(z.object({ folder: z.string().min(1).max(4096), hash: z.string().max(2000) })).max(50),
})
export type WindowNotes = Readonly<z.infer<typeof WindowNotes>>

const none: WindowNotes = { bounds: null, maximized: false, workspaces: [] }
const mostWorkspaces = 8

/** The notes in a text; none for anything that is not whole. */
export function readWindowNotes(text: string | null): WindowNotes {
  if (text === null) return none
  try {
    const parsed = WindowNotes.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : none
  } catch {
    return none
  }
}

/** The notes after a look at `hash` of a workspace, which is the newest then. Without a hash the one that was noted stays. */
export function noteWorkspace(notes: WindowNotes, folder: string, hash?: string): WindowNotes {
  const kept = hash ?? notes.workspaces.find((w) => w.folder === folder)?.hash ?? ''
  return { ...notes, workspaces: [{ folder, hash: isPlace(kept) ? kept : '' }, ...notes.workspaces.filter((w) => w.folder !== folder)].slice(0, mostWorkspaces) }
}

/** A hash that can be a place of the window: `#/` and what an address may hold. Whether there is such a screen the page decides. */
export const isPlace = (hash: string): boolean => hash.length <= 2000 && /^#\/[\w/?&=%.,:~+!*'()-]*$/.test(hash)

/** So much of the window's top edge must be seen, in pixels, for somebody to take hold of it. */
const grip = { width: 160, height: 32 }

/** Where a window goes that stood at `saved`: there, no larger than the display that shows its top; null when no display shows enough of it. */
export function fitBounds(saved: Bounds | null, areas: readonly Bounds[], least: { readonly width: number; readonly height: number }): Bounds | null {
  if (saved === null) return null
  const seen = (area: Bounds): number => {
    const width = Math.min(saved.x + saved.width, area.x + area.width) - Math.max(saved.x, area.x)
    const inside = saved.y >= area.y - 1 && saved.y + grip.height <= area.y + area.height
    return inside ? width : 0
  }
  const area = [...areas].sort((a, b) => seen(b) - seen(a))[0]
  if (area === undefined || seen(area) < grip.width) return null
  return { x: saved.x, y: Math.max(saved.y, area.y), width: Math.max(least.width, Math.min(saved.width, area.width)), height: Math.max(least.height, Math.min(saved.height, area.height)) }
}

const linkStart = 'slipway://open/'

/** The hash that a link `slipway://open/run/run_…?tab=rows` names; null for every other text. */
export function placeOfLink(link: string): string | null {
  if (link.length > 2000 || !link.toLowerCase().startsWith(linkStart)) return null
  const hash = `#/${link.slice(linkStart.length).replace(/#.*$/s, '')}`
  return isPlace(hash) ? hash : null
}

/** The link to a place, for others with the same workspace. */
export const linkToPlace = (hash: string): string => `${linkStart}${hash.replace(/^#\//, '')}`
