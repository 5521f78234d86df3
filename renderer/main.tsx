// Starts the window: theme first, then the connection to main, then the screens.
import { createRoot } from 'react-dom/client'
import './tokens.css'
import './base.css'
import { App } from './app.tsx'
import { createBridge } from './bridge/bridge.tsx'
import { openConnection } from './bridge/client.ts'
import { windowPort } from './bridge/window-port.ts'
import { fetchScreen } from './frame/screens.ts'
import { parseRoute } from './route.ts'
import { startTheme } from './theme.ts'

startTheme()
const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root element')
const bridge = createBridge(openConnection(() => windowPort()), async (file) => await window.slipway?.admit(file) ?? null)
// The first screen is fetched before anything is drawn: the window appears whole.
void fetchScreen(parseRoute(window.location.hash).screen).then(() => createRoot(root).render(<App bridge={bridge} />))
