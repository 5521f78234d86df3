// The import law as a function over (file, what it imports), independent of the linter. laws.test.ts walks the tree with it.
import { dirname, posix } from 'node:path'
import ts from 'typescript'

const parse = (file: string, source: string): ts.SourceFile =>
  ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)

/** Stands for an import whose target is computed: no law can be checked for it, so it is always a breach. */
export const computed = '(computed)'

function callTarget(node: ts.CallExpression): string | null {
  const { expression: callee, arguments: [first] } = node
  const isImport = callee.kind === ts.SyntaxKind.ImportKeyword
  const isRequire = ts.isIdentifier(callee) && callee.text === 'require'
  const isResolve = ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression) && callee.expression.text === 'require' && callee.name.text === 'resolve'
  if (!isImport && !isRequire && !isResolve) return null
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : computed
}

function targetOf(node: ts.Node): string | null {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) return node.moduleSpecifier.text
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference) && ts.isStringLiteralLike(node.moduleReference.expression)) return node.moduleReference.expression.text
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) return node.argument.literal.text
  return ts.isCallExpression(node) ? callTarget(node) : null
}

/** A file's imports as written: static, type-only, dynamic, re-exports, require, and types by reference. */
export function importsOf(source: string, fileName: string): string[] {
  const file = parse(fileName, source)
  const found = [...file.typeReferenceDirectives, ...file.referencedFiles].map((reference) => reference.fileName)
  const visit = (node: ts.Node): void => {
    const target = targetOf(node)
    if (target !== null) found.push(target)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** A relative import as a path from the project's root; a package by its name. */
export const resolveImport = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.normalize(posix.join(dirname(file), specifier)) : specifier

const within = (path: string, ...folders: string[]): boolean => folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
const isPackage = (target: string, ...names: string[]): boolean => names.some((name) => target === name || target.startsWith(`${name}/`))
const isLocal = (target: string): boolean => within(target, 'shared', 'main', 'renderer', 'resources', 'test', 'scripts')
const isNode = (target: string): boolean => target.startsWith('node:')

/** Native packages and the only place of each. */
const homes: readonly (readonly [string, readonly string[]])[] = [
  ['better-sqlite3', ['main/core/store']],
  ['onnxruntime-node', ['main/core/engine/session.ts']],
  ['@duckdb/node-api', ['main/core/datasets']],
  ['@napi-rs/canvas', ['main/core/images']],
  ['fastify', ['main/core/serve']],
  ['electron', ['main/desktop']],
]
const uiOnly = ['radix-ui', 'echarts', 'lucide-react', '@tanstack/react-table', '@tanstack/react-virtual']

function allowed(file: string, target: string): boolean {
  if (within(file, 'shared')) return within(target, 'shared') || isPackage(target, 'zod')
  if (within(file, 'main/core')) return isNode(target) || within(target, 'shared', 'main/core') || (!isLocal(target) && !isPackage(target, 'commander', 'react', 'react-dom', ...uiOnly, '@tanstack/react-query'))
  if (within(file, 'main/cli')) return isNode(target) || within(target, 'shared', 'main/cli') || target === 'main/core/core.ts' || isPackage(target, 'commander')
  if (within(file, 'main/desktop')) return isNode(target) || within(target, 'shared', 'main/desktop') || target === 'main/core/core.ts' || isPackage(target, 'electron')
  if (within(file, 'renderer/ui')) return within(target, 'shared', 'renderer/ui', 'renderer/bridge') || (!isLocal(target) && !isNode(target))
  if (within(file, 'renderer/bridge')) return within(target, 'shared', 'renderer/bridge') || isPackage(target, 'react', '@tanstack/react-query', 'zod')
  if (within(file, 'renderer')) {
    const feature = /^renderer\/features\/([^/]+)\//.exec(file)?.[1]
    const otherFeature = /^renderer\/features\/([^/]+)\//.exec(target)?.[1]
    if (feature !== undefined && otherFeature !== undefined && feature !== otherFeature) return false
    return within(target, 'shared', 'renderer') || isPackage(target, 'react', 'react-dom', '@tanstack/react-query', 'zod') || target.endsWith('.css')
  }
  return true
}

/** Why this import breaks the law, or null. `file` and `target` are paths from the root, or a package name. */
export function breach(file: string, target: string): string | null {
  if (target === computed) return within(file, 'test') ? null : `${file} imports something that it computes`
  const home = homes.find(([name]) => isPackage(target, name))
  if (home !== undefined && !within(file, 'test') && !within(file, ...home[1])) return `${file} imports ${target}, whose only place is ${home[1].join(' and ')}`
  if (within(target, 'test') && !within(file, 'test')) return `${file} imports from the tests: ${target}`
  return allowed(file, target) ? null : `${file} may not import ${target}`
}

/** Only re-exports, written directly or as imports that are exported again. */
function onlyPassesOn(statements: readonly ts.Statement[]): boolean {
  return statements.every((s) => ts.isExportDeclaration(s) || ts.isImportDeclaration(s)) && statements.some((s) => ts.isExportDeclaration(s))
}

/** Things a source file must not be or do, beside imports. */
export function shapeFaults(file: string, source: string): string[] {
  const faults: string[] = []
  const lines = source.split('\n').length - (source.endsWith('\n') ? 1 : 0)
  if (lines > 300) faults.push(`${file} has ${lines} lines; 300 is the most`)
  if (file.split('/').some((part) => /(^|[-.])(utils?|helpers?|common|managers?|services?|data|info)(?=[-.]|$)/.test(part))) faults.push(`${file} has a name that says nothing`)
  if (!/^[a-z0-9.-]+$/.test(file.slice(file.lastIndexOf('/') + 1))) faults.push(`${file} is not in kebab-case`)
  const parsed = parse(file, source)
  const statements = parsed.statements
  if (statements.length > 0 && onlyPassesOn(statements)) faults.push(`${file} only re-exports: a barrel`)
  const namedDefault = (s: ts.Statement): boolean => ts.isExportDeclaration(s) && s.exportClause !== undefined && ts.isNamedExports(s.exportClause) && s.exportClause.elements.some((e) => e.name.text === 'default')
  const isDefault = (s: ts.Statement): boolean => namedDefault(s) || ts.isExportAssignment(s) || (ts.canHaveModifiers(s) && (ts.getModifiers(s) ?? []).some((m) => m.kind === ts.SyntaxKind.DefaultKeyword))
  if (statements.some(isDefault)) faults.push(`${file} has a default export`)
  if (!source.startsWith('//') && !source.startsWith('/*')) faults.push(`${file} does not open by saying what it owns`)
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const from = parsed.getLineAndCharacterOfPosition(node.getStart()).line
      const to = parsed.getLineAndCharacterOfPosition(node.getEnd()).line
      if (to - from + 1 > 60) faults.push(`${file}:${from + 1} holds a function of ${to - from + 1} lines; 60 is the most`)
    }
    ts.forEachChild(node, visit)
  }
  visit(parsed)
  return faults
}
