// Walks a source tree with the laws of import-law.ts: this project's own, or one made for a test. Owns no law.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { breach, importsOf, resolveImport, shapeFaults } from './import-law.ts'

export interface Walked { readonly files: readonly string[]; readonly faults: readonly string[] }

/** Every kind of source, so that none escapes by its ending. */
const isSource = (name: string): boolean => /\.[cm]?[jt]sx?$/.test(name) && !name.endsWith('.d.ts')

function filesIn(root: string): string[] {
  const folders = ['shared', 'main', 'renderer', 'test', 'scripts'].filter((folder) => existsSync(join(root, folder)))
  return folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1).replaceAll('\\', '/')),
  ).filter((file) => !file.startsWith('test/fixtures/')).sort()
}

function faultsOf(root: string, file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  const targets = importsOf(source, file).map((specifier) => ({ local: specifier.startsWith('.'), target: resolveImport(file, specifier) }))
  const dangling = file.startsWith('scripts/') ? [] : targets.filter(({ local, target }) => local && !existsSync(join(root, target.split('?')[0]!))).map(({ target }) => `${file} imports ${target}, which does not exist`)
  const isLong = (fault: string): boolean => file.startsWith('test/') && fault.includes('function of')
  return [...targets.map(({ target }) => breach(file, target)).filter((b) => b !== null), ...dangling, ...shapeFaults(file, source).filter((fault) => !isLong(fault))]
}

/** All sources below `root`, and everything about them that breaks a law. */
export function walk(root: string): Walked {
  const files = filesIn(root)
  return { files, faults: files.flatMap((file) => faultsOf(root, file)) }
}
