// Files that the operating system hands over: a second start with a path, and a path on the first command line.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fixture } from '../setup/fixtures.ts'
import { applicationArguments, expect, launch, quit, test } from './launch.ts'

test('a file opened by the operating system while the application runs is imported', async ({ app, page, folder, workspace }) => {
  // A second start with a path hands it to the first and ends by itself.
  const own = app.process()
  const args = [...applicationArguments, `--user-data-dir=${join(folder, 'user')}`, `--workspace=${workspace}`, fixture('iris/models/iris-forest.onnx')]
  const second = spawn(own.spawnfile, args, { stdio: 'ignore' })
  await new Promise((resolve) => { second.once('exit', resolve) })
  await expect(page.getByRole('region', { name: 'What came in' })).toContainText('was imported from iris-forest.onnx')
})

test('a file on the command line of the first start is imported', async ({ folder }) => {
  const app = await launch({ workspace: join(folder, 'workspace'), userData: join(folder, 'user'), args: [fixture('iris/models/iris-logreg-tensor.onnx')] })
  try {
    const page = await app.firstWindow()
    await expect(page.getByRole('region', { name: 'What came in' })).toContainText('was imported from iris-logreg-tensor.onnx')
  } finally { await quit(app) }
})
