// The packaged application: holds the programs and nothing else, starts, and does its work with every native part.
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { attach, expect, noSandbox, quit, test } from './launch.ts'

const project = resolve(import.meta.dirname, '../..')

interface Entry { readonly files?: Readonly<Record<string, Entry>> }

/** The table of contents of an archive: JSON whose length stands in the fourth 32-bit word. */
function contentsOf(archive: string): Entry {
  const file = openSync(archive, 'r')
  try {
    const head = Buffer.alloc(16)
    readSync(file, head, 0, 16, 0)
    const table = Buffer.alloc(head.readUInt32LE(12))
    readSync(file, table, 0, table.length, 16)
    return JSON.parse(table.toString('utf8')) as Entry
  } finally {
    closeSync(file)
  }
}

function pathsIn(entry: Entry, folder = ''): string[] {
  return Object.entries(entry.files ?? {}).flatMap(([name, inner]) => (inner.files === undefined ? [`${folder}${name}`] : pathsIn(inner, `${folder}${name}/`)))
}

/** Where the builder puts the executable and the resources beside it. */
function partsOf(output: string): { readonly executable: string; readonly resources: string } {
  const [folder] = readdirSync(output).filter((name) => /^(linux|win|mac)/.test(name) && !name.endsWith('.yml'))
  const built = join(output, folder!)
  if (process.platform === 'darwin') return { executable: join(built, 'Slipway.app/Contents/MacOS/Slipway'), resources: join(built, 'Slipway.app/Contents/Resources') }
  return { executable: join(built, process.platform === 'win32' ? 'Slipway.exe' : 'slipway'), resources: join(built, 'resources') }
}

test('the packaged application starts and opens its sample', async ({ folder }) => {
  test.setTimeout(300_000)
  const output = join(folder, 'package')
  // The same tree as for users but for one fuse: without it a test cannot attach.
  execFileSync(process.execPath, [join(project, 'scripts/package.mjs'), `-c.directories.output=${output}`, '-c.electronFuses.enableNodeCliInspectArguments=true'], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] })
  const { executable, resources } = partsOf(output)

  const contents = contentsOf(join(resources, 'app.asar'))
  expect(Object.keys(contents.files!).sort()).toEqual(['LICENSE', 'node_modules', 'out', 'package.json'])
  const foreign = ['linux', 'darwin', 'win32'].filter((name) => name !== process.platform)
  expect(pathsIn(contents).filter((path) => path.endsWith('.node') && foreign.some((name) => path.includes(`/${name}`)))).toEqual([])
  expect(existsSync(join(resources, 'app'))).toBe(false)

  const environment = { ...process.env } as Record<string, string>
  delete environment['ELECTRON_OVERRIDE_DIST_PATH']
  const app = await attach({ executablePath: executable, args: [...(noSandbox ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'user')}`, `--workspace=${join(folder, 'workspace')}`], env: environment })
  try {
    expect(await app.evaluate(({ app: electron }) => electron.isPackaged)).toBe(true)
    const page = await app.firstWindow()
    // The sample is read, profiled, evaluated and stored: the engine, ONNX Runtime, DuckDB and SQLite all load from the package.
    await page.getByRole('button', { name: 'Open the sample workspace' }).click()
    const models = page.getByRole('table', { name: 'Models' })
    await expect(models).toBeVisible({ timeout: 60_000 })
    const runsColumn = (await models.locator('thead th').allTextContents()).findIndex((header) => header.trim().startsWith('Runs'))
    await expect(models.locator('tbody tr').first().locator('td, th').nth(runsColumn)).toHaveText('2', { timeout: 120_000 })
  } finally {
    await quit(app)
  }
})
