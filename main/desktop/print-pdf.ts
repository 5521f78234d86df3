// Prints one HTML file as a PDF: in a window that nobody sees, without scripts, in a session of its own that reaches only that file.
import { BrowserWindow, session } from 'electron'
import { pathToFileURL } from 'node:url'

/** A4, with the page numbers that a reader of paper needs; the margins are the report's own. */
export async function printPdf(path: string): Promise<Uint8Array> {
  const address = pathToFileURL(path).toString()
  const own = session.fromPartition('report')
  own.webRequest.onBeforeRequest((details, decide) => { decide({ cancel: details.url !== address }) })
  own.setPermissionRequestHandler((_contents, _permission, decide) => { decide(false) })
  const window = new BrowserWindow({ show: false, width: 860, height: 1200, webPreferences: { session: own, sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false, images: true, spellcheck: false } })
  try {
    window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
    await window.loadURL(address)
    return await window.webContents.printToPDF({
      pageSize: 'A4', printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true, displayHeaderFooter: true, headerTemplate: '<span></span>',
      footerTemplate: '<div style="width:100%;font-size:8px;padding:0 16mm;text-align:right;color:#444"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
    })
  } finally {
    window.destroy()
  }
}
