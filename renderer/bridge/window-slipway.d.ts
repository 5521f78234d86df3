// What preload puts into the page: two functions, nothing else. The page never sees a path or a Node object.
import type { AdmittedFile } from '../../shared/contract.ts'

declare global {
  interface SlipwayPreload {
    /** Asks main for a port. It arrives as a window message `{ kind: 'slipway.port' }` with the port in `event.ports[0]`. */
    connect(): void
    /** Admits a dropped file or folder and answers its token; null when it is no file of this machine. */
    admit(file: File): Promise<AdmittedFile | null>
  }
  interface Window { readonly slipway?: SlipwayPreload }
}
