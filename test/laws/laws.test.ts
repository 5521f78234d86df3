// The house laws, held by test: imports, sizes, names, and one home per verb.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildProgram } from '../../main/cli/program.ts'
import { contract } from '../../shared/contract.ts'
import { breach, computed, importsOf, shapeFaults } from './import-law.ts'
import { walk } from './tree-walk.ts'

const project = resolve(import.meta.dirname, '../..')

test('the tree breaks no law: imports, dangling imports, endings, sizes, names, barrels, headings, default exports', () => {
  const { files, faults } = walk(project)
  expect(files.length).toBeGreaterThan(300)
  expect(faults).toEqual([])
})

describe('one home per verb', () => {
  // Beside the jobs, the two questions whose answer is work of ours and no row of the store.
  const isVerb = (key: string): boolean => contract[key as keyof typeof contract].kind === 'job' || ['version.compare', 'gate.check'].includes(key)
  test.each(Object.keys(contract).filter(isVerb))('%s has its operation file', (key) => {
    expect(existsSync(join(project, 'main/core/operations', `${key.replace('.', '-')}.ts`))).toBe(true)
  })
  test('no operation file is without its contract key', () => {
    const keys = new Set(Object.keys(contract).map((key) => `${key.replace('.', '-')}.ts`))
    expect(readdirSync(join(project, 'main/core/operations')).filter((file) => !keys.has(file))).toEqual([])
  })
  test.each(buildProgram().commands.map((command) => command.name()))('the command %s has its file', (verb) => {
    expect(existsSync(join(project, 'main/cli', `${verb}.ts`))).toBe(true)
  })
  test('no file of the command line registers a verb that the program lacks', () => {
    const registering = readdirSync(join(project, 'main/cli')).filter((file) => /^export function register/m.test(readFileSync(join(project, 'main/cli', file), 'utf8')))
    expect(registering.map((file) => file.slice(0, -3)).sort()).toEqual(buildProgram().commands.map((command) => command.name()).sort())
  })
})

describe('the checks themselves can fail', () => {
  test.each([
    ['shared/a.ts', 'node:fs'], ['shared/a.ts', 'main/core/core.ts'], ['main/core/a.ts', 'electron'], ['main/core/operations/a.ts', 'better-sqlite3'],
    ['main/core/onnx/a.ts', 'onnxruntime-node'], ['main/core/a.ts', '@duckdb/node-api'], ['main/cli/a.ts', 'main/core/store/open.ts'], ['main/cli/a.ts', 'electron'],
    ['main/desktop/a.ts', 'main/core/jobs.ts'], ['renderer/features/run/a.tsx', 'renderer/features/gate/b.tsx'], ['renderer/features/run/a.tsx', 'radix-ui'],
    ['renderer/app.tsx', 'node:path'], ['renderer/bridge/a.ts', 'renderer/features/run/run.tsx'], ['main/core/a.ts', 'test/setup/build.ts'], ['main/core/a.ts', 'main/cli/entry.ts'],
  ])('%s may not import %s', (file, target) => { expect(breach(file, target)).not.toBeNull() })
  test.each([['shared/a.ts', 'zod'], ['main/core/store/a.ts', 'better-sqlite3'], ['main/cli/a.ts', 'main/core/core.ts'], ['renderer/features/run/a.tsx', 'renderer/ui/table.tsx']])('%s may import %s', (file, target) => { expect(breach(file, target)).toBeNull() })
  test('every way to import is seen', () => {
    const source = "/// <reference types=\"r\" />\nimport a from 'a'\nimport type { B } from 'b'\nexport * from 'c'\nconst d = await import('d')\nconst e = require('e')\ntype F = import('f').F\n"
      + "const g = await import(`g`)\nimport h = require('h')\nconst i = require.resolve('i')\nimport 'j'\nexport type { K } from 'k'\nconst l = await import(a + b)\n"
    expect(importsOf(source, 'x.ts')).toEqual(['r', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', computed])
    expect(importsOf("const a = <b>{import('c')}</b>", 'x.tsx')).toEqual(['c'])
    expect(breach('main/core/a.ts', computed)).not.toBeNull()
  })
  test('bad shapes are seen', () => {
    expect(shapeFaults('shared/a.ts', `// x\n${'const a = 1\n'.repeat(300)}`)).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', `// x\nfunction f() {\n${'  g()\n'.repeat(60)}}\n`)).toHaveLength(1)
    expect(shapeFaults('shared/string-utils.ts', '// x\nexport const a = 1\n')).toHaveLength(1)
    expect(shapeFaults('shared/common/thing.ts', '// x\nexport const a = 1\n')).toHaveLength(1)
    expect(shapeFaults('shared/MyThing.ts', '// x\nexport const a = 1\n')).toHaveLength(1)
    expect(shapeFaults('shared/index.ts', "// x\nexport * from './a.ts'\n")).toHaveLength(1)
    expect(shapeFaults('shared/all.ts', "// x\nimport { a } from './a.ts'\nexport { a }\n")).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', '// x\nexport default 1\n')).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', '// x\nexport default function a() { return 1 }\n')).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', '// x\nconst a = 1\nexport { a as default }\n')).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', 'export const a = 1\n')).toHaveLength(1)
    expect(shapeFaults('shared/a.ts', '// x\nexport const a = 1\n')).toEqual([])
  })
})
