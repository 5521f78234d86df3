// The frame of the window: sidebar, the screen of the route, job tray, drop zone, notices. Owns no screen's content.
import { Suspense, useCallback, useDeferredValue, useEffect, useState, type ReactNode } from 'react'
import styles from './app.module.css'
import { BridgeProvider, type Bridge } from './bridge/bridge.tsx'
import { useCall } from './bridge/use-call.ts'
import { DropZone } from './features/intake/drop-zone.tsx'
import { IntakeReport } from './features/intake/intake-report.tsx'
import { JobTray } from './features/jobs/job-tray.tsx'
import { ClosedWorkspace } from './frame/closed-workspace.tsx'
import { ConnectionBanner, NoticeBanner } from './frame/connection-banner.tsx'
import { ErrorBoundary } from './frame/error-boundary.tsx'
import { groupsAtFirst, useEntries } from './frame/palette-entries.ts'
import { SaveFiles } from './frame/save-files.tsx'
import { Screen } from './frame/screen.tsx'
import { fetchRest } from './frame/screens.ts'
import { Sidebar } from './frame/sidebar.tsx'
import { useScreenFocus } from './frame/use-screen-focus.ts'
import { useShortcuts } from './frame/use-shortcuts.ts'
import { href, useRoute } from './route.ts'
import { wearTheme } from './theme.ts'
import { Finder } from './ui/finder/finder.tsx'
import { LiveRegion } from './ui/live-region.tsx'
import { PageFrame } from './ui/page.tsx'
import { Toasts } from './ui/toast.tsx'
import { TooltipProvider } from './ui/tooltip.tsx'

export function App({ bridge }: { readonly bridge: Bridge }): ReactNode {
  return (
    <BridgeProvider bridge={bridge}>
      <TooltipProvider>
        <SaveFiles>
          <Frame />
          <Toasts />
          <LiveRegion />
        </SaveFiles>
      </TooltipProvider>
    </BridgeProvider>
  )
}

function Frame(): ReactNode {
  const route = useRoute()
  // The screen in view stays until the next one is here; only the sidebar moves ahead.
  const shown = useDeferredValue(route)
  const settings = useCall('settings.get', {})
  const about = useCall('app.about', {})
  const [finding, setFinding] = useState(false)
  const findAnything = useCallback(() => setFinding(true), [])
  useShortcuts(findAnything)
  useScreenFocus(href(shown).split('?', 1)[0] ?? '')
  useEffect(fetchRest, [])
  useEffect(() => { if (settings.data !== undefined) wearTheme(settings.data) }, [settings.data])
  if (about.error !== null && /^(store|file)\./.test(about.error.code)) return <main id="main" className={styles['closed']}><ClosedWorkspace error={about.error} /></main>
  return (
    <div className={styles['frame']}>
      <a href="#main" className={styles['skip']} onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>('[data-page-scroll]')?.focus() }}>Skip to content</a>
      <Sidebar route={route} onFind={findAnything} />
      <div className={styles['main']}>
        <ConnectionBanner />
        <NoticeBanner notices={about.data?.notices ?? []} />
        <IntakeReport />
        <main id="main" className={styles['content']}>
          <Suspense fallback={<PageFrame />}>
            <ErrorBoundary key={shown.screen} place={href(shown)}><Screen route={shown} /></ErrorBoundary>
          </Suspense>
        </main>
        <JobTray />
      </div>
      <DropZone route={route} />
      <Finder open={finding} onClose={() => setFinding(false)} useEntries={useEntries} atFirst={groupsAtFirst} />
    </div>
  )
}
