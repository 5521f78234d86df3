// What is shipped: licences are judged by their expression, the bill of materials holds to its standard, icons are what their endings say.
import { Validation, Spec } from '@cyclonedx/cyclonedx-library'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const project = resolve(import.meta.dirname, '../..')
/** Runs an expression over a module of scripts/ in a Node of its own. */
function ask<T>(script: string, expression: string): T {
  const address = JSON.stringify(pathToFileURL(join(project, 'scripts', script)).href)
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', `const m = await import(${address}); process.stdout.write(JSON.stringify(${expression}))`], { encoding: 'utf8', maxBuffer: 64e6 })) as T
}

test('a licence expression is met by one side of OR and both sides of AND; anything not on the list is refused by name', () => {
  const judged = ask<boolean[]>('licences.mjs', "['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND GPL-3.0-only', 'GPL-2.0-only', '(Apache-2.0 AND (BSD-3-Clause OR AGPL-3.0-only))', 'not stated', '', 'MIT OR', 'SEE LICENSE IN LICENSE', 'UNLICENSED', 'Apache-2.0 WITH LLVM-exception'].map(m.isAllowed)")
  expect(judged).toEqual([true, true, false, false, true, false, false, false, false, false, true])
  expect(ask<string[]>('licences.mjs', "m.refused([{ name: 'good', version: '1.0.0', licence: 'ISC' }, { name: 'strict', version: '2.0.0', licence: 'AGPL-3.0-only' }])")).toEqual([expect.stringMatching(/^strict 2\.0\.0 is under AGPL-3\.0-only, which is not on the list/)])
})

test('everything shipped is under an allowed licence, on every platform', () => {
  const packages = ask<{ name: string; licence: string }[]>('shipped.mjs', 'm.shippedPackages()')
  const names = new Set(packages.map((p) => p.name))
  for (const name of ['@duckdb/node-bindings-win32-x64', '@napi-rs/canvas-darwin-arm64', 'react-dom', 'echarts', 'better-sqlite3', 'age-encryption']) expect(names.has(name), name).toBe(true)
  for (const name of ['vitest', 'electron-builder', 'typescript', 'adm-zip']) expect(names.has(name), name).toBe(false)
  expect(ask<string[]>('licences.mjs', `m.refused(${JSON.stringify(packages)})`)).toEqual([])
})

test('the bill of materials of the application holds to CycloneDX 1.6, and a planted fault is seen', async () => {
  const bill = ask<{ components: { type: string }[] }>('app-bill.mjs', "m.billOfMaterials(JSON.parse((await import('node:fs')).readFileSync('package.json', 'utf8')), (await import('./scripts/shipped.mjs')).shippedPackages().filter((p) => p.installed), '45.4.1')")
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  expect(await validator.validate(JSON.stringify(bill))).toBeNull()
  bill.components[0]!.type = 'gadget'
  expect(await validator.validate(JSON.stringify(bill))).not.toBeNull()
})

test('icons: every size as drawn, and containers whose tables fit their pictures', () => {
  const folder = ask<string>('icons.mjs', 'await m.drawIcons()')
  const ico = readFileSync(join(folder, 'icon.ico'))
  const count = ico.readUInt16LE(4)
  expect(count).toBe(7)
  for (let i = 0; i < count; i++) {
    const [size, bytes, at] = [ico.readUInt8(6 + 16 * i) || 256, ico.readUInt32LE(6 + 16 * i + 8), ico.readUInt32LE(6 + 16 * i + 12)]
    const png = ico.subarray(at, at + bytes)
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16)]).toEqual(['PNG', size])
  }
  const icns = readFileSync(join(folder, 'icon.icns'))
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length])
})
