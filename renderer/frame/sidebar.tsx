// The places of Slipway, always in view; icons alone when the window is narrow.
import type { ReactNode } from 'react'
import { useCall } from '../bridge/use-call.ts'
import { href, type Route } from '../route.ts'
import { classes } from '../ui/classes.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { keyWord } from '../../shared/shortcuts.ts'
import { onMac } from '../ui/shortcuts.ts'
import { places, type Place } from './places.ts'
import styles from './sidebar.module.css'

const icons: Readonly<Record<Place['key'], IconName>> = { library: 'library', datasets: 'data', runs: 'run', leaderboard: 'places', compare: 'compare', reviews: 'verified', bundles: 'bundle', monitoring: 'monitor', history: 'history', verify: 'verify', settings: 'settings', help: 'help' }

function PlaceLink({ place, here, waiting = 0 }: { readonly place: Place; readonly here: boolean; readonly waiting?: number }): ReactNode {
  return (
    <a href={href({ screen: place.key })} className={classes(styles['place'], here && styles['here'])} aria-current={here ? 'page' : undefined} title={waiting === 0 ? place.label : `${place.label}: ${waiting} waiting`}>
      <Icon name={icons[place.key]} />
      <span className={styles['label']}>{place.label}</span>
      {waiting > 0 && <span className={styles['count']}>{waiting > 99 ? '99+' : waiting}</span>}
    </a>
  )
}

export function Sidebar({ route, onFind }: { readonly route: Route; readonly onFind: () => void }): ReactNode {
  const about = useCall('app.about', {})
  const reviews = useCall('review.counts', {}).data
  const waiting = (place: Place): number => (place.key === 'reviews' && reviews !== undefined ? reviews.asked + reviews.received : 0)
  const here = (place: Place): boolean => place.screens.includes(route.screen)
  return (
    <nav className={styles['sidebar']} aria-label="Main">
      <div className={styles['brand']}>
        <span className={styles['mark']} aria-hidden="true"><i /><i /><i /></span>
        <span className={styles['label']}>Slipway</span>
      </div>
      <button type="button" className={styles['find']} onClick={onFind} title="Find anything by name">
        <Icon name="search" />
        <span className={styles['label']}>Find</span>
        <kbd className={styles['label']} aria-hidden="true">{keyWord('Mod', onMac())} K</kbd>
      </button>
      <div className={styles['group']}>{places.filter((p) => !p.low).map((p) => <PlaceLink key={p.key} place={p} here={here(p)} waiting={waiting(p)} />)}</div>
      <div className={styles['fill']} />
      <div className={styles['group']}>{places.filter((p) => p.low).map((p) => <PlaceLink key={p.key} place={p} here={here(p)} />)}</div>
      {about.data !== undefined && <p className={styles['workspace']} title={about.data.workspace}>{about.data.workspace.split(/[\\/]/).filter((s) => s !== '').at(-1)}</p>}
    </nav>
  )
}
