// Prints one HTML page as a PDF: in a window that nobody sees, without scripts, in a session of its own in which nothing but that page exists.
import { BrowserWindow, session } from 'electron'

const address = 'app://report/'

/** A4, with the page numbers that a reader of paper needs; the margins are the report's own. */
export async function printPdf(html: string): Promise<Uint8Array> {
  const own = session.fromPartition('report')
  own.webRequest.onBeforeRequest((details, decide) => { decide({ cancel: details.url !== address }) })
  own.setPermissionRequestHandler((_contents, _permission, decide) => { decide(false) })
  own.setPermissionCheckHandler(() => false)
  own.setSpellCheckerLanguages([])
  own.protocol.handle('app', () => new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } }))
  const window = new BrowserWindow({ show: false, width: 860, height: 1200, webPreferences: { session: own, sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false, spellcheck: false } })
  try {
    window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
    await window.loadURL(address)
    return await window.webContents.printToPDF({
      pageSize: 'A4', printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true, displayHeaderFooter: true, headerTemplate: '<span></span>',
      footerTemplate: '<div style="width:100%;font-size:8px;padding:0 16mm;text-align:right;color:#444"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
    })
  } finally {
    window.destroy()
    own.protocol.unhandle('app')
  }
}
