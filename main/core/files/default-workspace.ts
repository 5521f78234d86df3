// Where the workspace lies when nobody says otherwise: the same folder for the application and the command line.
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The default workspace folder of this user, by the custom of each operating system. */
export function defaultWorkspace(): string {
  switch (process.platform) {
    case 'darwin': return join(homedir(), 'Library', 'Application Support', 'Slipway', 'workspace')
    case 'win32': return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Slipway', 'workspace')
    default: return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'slipway', 'workspace')
  }
}
