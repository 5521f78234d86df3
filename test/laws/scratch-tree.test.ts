// Files that break one law each, in a tree of their own: the law test and the linter, each by itself, must see every one of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shapeFaults } from './import-law.ts'
import { walk } from './tree-walk.ts'

const project = resolve(import.meta.dirname, '../..')
const root = mkdtempSync(join(tmpdir(), 'slipway-laws-'))
afterAll(() => { rmSync(root, { recursive: true, force: true }) })

/** A file, what is in it, and what the law test and the linter must say about it. */
const broken: readonly (readonly [string, string, RegExp, RegExp])[] = [
  ['main/core/other-ending.mts', "import { app } from 'electron'\nexport default app\n", /does not end in \.ts/, /sources end in \.ts/],
  ['main/core/electron-in-mts.mts', "import { app } from 'electron'\nexport const a = app\n", /imports electron, whose only place/, /Electron is imported in main\/desktop only/],
  ['main/core/default-in-mts.mts', 'export default 1\n', /has a default export/, /no default exports/],
  ['main/core/required.ts', "import { createRequire } from 'node:module'\nexport const a: unknown = createRequire(import.meta.url)('electron')\n", /imports electron, whose only place/, /createRequire would pass by/],
  ['main/core/required-by-name.ts', "import { createRequire as make } from 'node:module'\nconst load = make(import.meta.url)\nexport const a: unknown = load('electron')\n", /imports electron, whose only place/, /createRequire would pass by/],
  ['main/core/required-as-member.ts', "import * as modules from 'node:module'\nexport const a: unknown = modules.createRequire(import.meta.url)('electron')\n", /imports electron, whose only place/, /createRequire would pass by/],
  ['main/core/required-by-parts.ts', "import * as modules from 'node:module'\nconst { createRequire: make } = modules\nexport const a: unknown = make(import.meta.url)('electron')\n", /imports node:module, with which it could load anything/, /createRequire would pass by/],
  ['main/core/required-later.ts', "const { createRequire: make } = await import('node:module')\nexport const a: unknown = make(import.meta.url)('electron')\n", /imports node:module, with which it could load anything/, /createRequire would pass by/],
  ['main/core/built-in.ts', "export const a: unknown = process.getBuiltinModule('node:module')\n", /by a way that no law sees/, /createRequire would pass by/],
  ['renderer/features/run/pattern.ts', "export const a = import.meta.glob('../../../main/core/**/*.ts')\n", /imports something that it computes/, /no import\.meta\.glob/],
  ['main/core/builder.ts', "import { build } from 'vite'\nexport const a = build\n", /may not import vite/, /the packages here are/],
  ['renderer/builder.ts', "import { build } from 'vite'\nexport const a = build\n", /may not import vite/, /the packages here are/],
  ['main/core/star.ts', "export const b = 1\nexport * as default from './builder.ts'\n", /has a default export/, /no default exports/],
  ['main/core/renamed.ts', 'const a = 1\nexport { a as default }\n', /has a default export/, /no default exports/],
  ['main/core/long.mjs', `${'export const a = 1\n'.replace('a', 'first')}${'// line\n'.repeat(400)}export default 1\n`, /has 403 lines/, /too many lines/],
  ['main/core/long-default.mjs', `${'// line\n'.repeat(402)}export default 1\n`, /has a default export/, /no default exports/],
  ['main/core/bare.ts', "import 'fs'\nexport const a = 1\n", /imports fs without node:/, /have node: before their name/],
  ['renderer/bare.ts', "import 'fs'\nexport const a = 1\n", /imports fs without node:/, /have node: before their name/],
  ['main/core/operations/runtime.ts', "import { Tensor } from 'onnxruntime-common'\nexport const a = Tensor\n", /imports onnxruntime-common, whose only place/, /ONNX Runtime is imported in engine\/session\.ts only/],
]
const sound: readonly (readonly [string, string])[] = [
  ['main/core/store/sound.ts', "import { readFileSync } from 'node:fs'\nimport { z } from 'zod'\nimport Database from 'better-sqlite3'\nexport const a = [readFileSync, z, Database]\n"],
  ['renderer/ui/sound.tsx', "import { useState } from 'react'\nimport { Dialog } from 'radix-ui'\nexport const a = [useState, Dialog]\n"],
]

let said: ReadonlyMap<string, string> = new Map()
let faults: readonly string[] = []
beforeAll(async () => {
  for (const [file, text] of [...broken, ...sound]) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), `// Breaks a law, or none.\n${text}`)
  }
  faults = walk(root).faults
  // Rules that need types are for a program that compiles; the laws need none.
  const typed = ['no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check', 'only-throw-error']
  const linter = new ESLint({
    cwd: root, overrideConfigFile: join(project, 'eslint.config.js'),
    overrideConfig: [{ files: ['**/*.{ts,tsx}'], languageOptions: { parserOptions: { projectService: false } }, rules: Object.fromEntries(typed.map((rule) => [`@typescript-eslint/${rule}`, 'off'])) }],
  })
  const results = await linter.lintFiles(['**/*.{ts,tsx,mts,mjs}'])
  said = new Map(results.map((r) => [r.filePath.slice(root.length + 1), r.messages.map((m) => `${m.fatal === true ? 'FATAL ' : ''}${m.message}`).join('\n')]))
})

describe.each(broken)('%s', (file, _text, law, lint) => {
  test('is seen by the law test', () => { expect(faults.filter((fault) => fault.startsWith(file)).join('\n')).toMatch(law) })
  test('is seen by the linter, which could read it', () => {
    expect(said.get(file)).toMatch(lint)
    expect(said.get(file)).not.toContain('FATAL')
  })
})

test('a file beside the features is seen: each could reach another through it', () => {
  expect(shapeFaults('renderer/features/passage.ts', '// Passes on.\nexport const a = 1\n')).toContainEqual(expect.stringContaining('lies beside the features'))
})

test.each(sound)('%s breaks none', (file) => {
  expect(faults.filter((fault) => fault.startsWith(file))).toEqual([])
  expect(said.get(file)).toBe('')
})
