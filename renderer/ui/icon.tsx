// The icons of Slipway under the names of their meaning. Decoration for the eye only: never the sole carrier of a message.
import {
  Activity, Archive, ArrowDown, ArrowUp, BadgeCheck, Boxes, Check, ChevronDown, ChevronLeft, ChevronRight, CircleAlert, CircleCheck, CircleDashed, CircleHelp, CircleSlash, CircleX, Clipboard,
  Database, Download, Ellipsis, FileInput, FolderOpen, GitCompareArrows, History, Image, Info, ListChecks, ListOrdered, LoaderCircle, type LucideIcon, Package, Pause, Pencil, Play, Plus, RefreshCw,
  Search, Settings, ShieldCheck, Sigma, Square, Table2, Tag, Trash2, TriangleAlert, Upload, Wand2, Maximize, Workflow, X, ZoomIn, ZoomOut,
} from 'lucide-react'
import type { ReactNode } from 'react'

const icons = {
  monitor: Activity, archive: Archive, down: ArrowDown, up: ArrowUp, verified: BadgeCheck, library: Boxes, check: Check, open: ChevronDown, closed: ChevronRight, alert: CircleAlert,
  good: CircleCheck, waiting: CircleDashed, help: CircleHelp, stopped: CircleSlash, bad: CircleX, copy: Clipboard, data: Database, download: Download, more: Ellipsis,
  import: FileInput, folder: FolderOpen, compare: GitCompareArrows, history: History, image: Image, note: Info, gate: ListChecks, places: ListOrdered, busy: LoaderCircle, bundle: Package,
  edit: Pencil, run: Play, pause: Pause, add: Plus, refresh: RefreshCw, search: Search, settings: Settings, verify: ShieldCheck, metric: Sigma, stop: Square, table: Table2, tag: Tag,
  remove: Trash2, warning: TriangleAlert, export: Upload, guess: Wand2, close: X, previous: ChevronLeft, next: ChevronRight, graph: Workflow, zoomIn: ZoomIn, zoomOut: ZoomOut, fit: Maximize,
} as const satisfies Readonly<Record<string, LucideIcon>>

export type IconName = keyof typeof icons

export function Icon({ name, size = 16, className }: { readonly name: IconName; readonly size?: number; readonly className?: string | undefined }): ReactNode {
  const Drawn = icons[name]
  return <Drawn size={size} strokeWidth={1.75} aria-hidden="true" focusable="false" className={className} />
}
