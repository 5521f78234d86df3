// The desktop's own dialogs: opening, saving, revealing. Answers paths to the core, which turns them into tokens.
import { BrowserWindow, dialog, shell, type FileFilter, type OpenDialogOptions } from 'electron'
import { join } from 'node:path'
import type { Shell } from '../core/core.ts'
import { printPdf } from './print-pdf.ts'

type OpenWhat = Parameters<Shell['openFiles']>[0]
type SaveWhat = Parameters<Shell['saveFile']>[0]

const anything: FileFilter = { name: 'All files', extensions: ['*'] }
const openings = {
  model: { title: 'Import models', properties: ['openFile', 'multiSelections'], filters: [{ name: 'ONNX models', extensions: ['onnx', 'zip'] }, anything] },
  dataset: { title: 'Add a data set', properties: ['openFile'], filters: [{ name: 'Tables', extensions: ['csv', 'tsv', 'txt', 'json', 'jsonl', 'ndjson', 'parquet'] }, anything] },
  'image-folder': { title: 'Add a folder of images', properties: ['openDirectory'] },
  binding: { title: 'Open a binding', properties: ['openFile'], filters: [{ name: 'Bindings', extensions: ['yaml', 'yml', 'json'] }] },
  bundle: { title: 'Verify a bundle', properties: ['openFile'], filters: [{ name: 'Bundles', extensions: ['zip'] }, anything] },
  backup: { title: 'Choose a backup', properties: ['openFile'], filters: [{ name: 'Backups', extensions: ['zip'] }, anything] },
  'empty-folder': { title: 'Choose an empty folder for the workspace', properties: ['openDirectory', 'createDirectory'] },
  review: { title: 'Open a review file', properties: ['openFile'], filters: [{ name: 'Review files', extensions: ['json'] }, anything] },
  logs: { title: 'Bring logs home', properties: ['openFile', 'multiSelections'], filters: [{ name: 'Logs', extensions: ['zip', 'jsonl', 'ndjson', 'json', 'csv', 'parquet', 'log', 'gz'] }, anything] },
  labels: { title: 'Bring labels home', properties: ['openFile', 'multiSelections'], filters: [{ name: 'Tables', extensions: ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet'] }, anything] },
  'public-key': { title: 'Choose a public key', properties: ['openFile'], filters: [{ name: 'Public keys', extensions: ['pem', 'pub'] }, anything] },
} as const satisfies Record<OpenWhat, unknown>

const savings: Readonly<Record<SaveWhat, { title: string; filters: FileFilter[] }>> = {
  bundle: { title: 'Export the bundle', filters: [{ name: 'Deployment bundle', extensions: ['zip'] }] },
  backup: { title: 'Back up the workspace', filters: [{ name: 'Backup', extensions: ['zip'] }] },
  binding: { title: 'Save the binding', filters: [{ name: 'Binding', extensions: ['yaml', 'json'] }] },
  log: { title: 'Export the log', filters: [{ name: 'JSON lines', extensions: ['jsonl'] }] },
  diagnostics: { title: 'Save diagnostics', filters: [{ name: 'JSON', extensions: ['json'] }] },
  csv: { title: 'Save as CSV', filters: [{ name: 'CSV', extensions: ['csv'] }] },
  svg: { title: 'Save the chart', filters: [{ name: 'SVG', extensions: ['svg'] }] },
  png: { title: 'Save the chart', filters: [{ name: 'PNG', extensions: ['png'] }] },
  review: { title: 'Save the review file', filters: [{ name: 'Review file', extensions: ['json'] }] },
  report: { title: 'Save the report', filters: [{ name: 'HTML page', extensions: ['html'] }] },
  'report-pdf': { title: 'Save the report', filters: [{ name: 'PDF', extensions: ['pdf'] }] },
  'public-key': { title: 'Save your public key', filters: [{ name: 'Public key', extensions: ['pem'] }] },
}

const parent = (): BrowserWindow | undefined => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]

/** The Shell over Electron's dialogs. `startIn` is the folder that save dialogs propose first. */
export function desktopShell(startIn: string): Shell {
  return {
    async openFiles(what) {
      const options = structuredClone(openings[what]) as unknown as OpenDialogOptions
      const owner = parent()
      const answer = owner === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(owner, options)
      return answer.canceled ? [] : answer.filePaths
    },
    async saveFile(what, suggestedName) {
      const options = { ...savings[what], defaultPath: join(startIn, suggestedName) }
      const owner = parent()
      const answer = owner === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(owner, options)
      return answer.canceled || answer.filePath === '' ? null : answer.filePath
    },
    reveal(path) { shell.showItemInFolder(path) },
    printPdf,
  }
}
