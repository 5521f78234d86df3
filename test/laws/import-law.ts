// The import law as a function over (file, what it imports), independent of the linter. laws.test.ts walks the tree with it.
import { builtinModules } from 'node:module'
import { dirname, posix } from 'node:path'
import ts from 'typescript'

/** The last file is asked about several times. */
let parsed: { readonly file: string; readonly source: string; readonly tree: ts.SourceFile } | null = null
const parse = (file: string, source: string): ts.SourceFile => {
  if (parsed?.file !== file || parsed.source !== source) parsed = { file, source, tree: ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS) }
  return parsed.tree
}

/** Stands for an import whose target is computed, or is a pattern: no law can be checked for it, so it is always a breach. */
export const computed = '(computed)'

/** Whether the name or member is called so, behind brackets and quotes too. */
const isNamed = (node: ts.Expression, name: RegExp): boolean => name.test(ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) ? node.name.text : ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : '')

/** Names in a file that stand for `require`: itself, and what createRequire (under any name) gave. */
function requireNames(file: ts.SourceFile): { readonly makers: RegExp; readonly names: ReadonlySet<string> } {
  const makers = new Set(['createRequire'])
  const names = new Set(['require'])
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node) && node.propertyName?.text === 'createRequire') makers.add(node.name.text)
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && ts.isCallExpression(node.initializer) && isNamed(node.initializer.expression, new RegExp(`^(${[...makers].join('|')})$`))) names.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { makers: new RegExp(`^(${[...makers].join('|')})$`), names }
}

const isMeta = (node: ts.Expression): boolean => (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) && ts.isMetaProperty(node.expression)

function callTarget(node: ts.CallExpression, known: ReturnType<typeof requireNames>): string | null {
  const { expression: callee, arguments: [first] } = node
  if (isMeta(callee) && isNamed(callee, /^glob/)) return computed
  const isRequire = (e: ts.Expression): boolean => (ts.isIdentifier(e) && known.names.has(e.text)) || (ts.isCallExpression(e) && isNamed(e.expression, known.makers))
  const isResolve = (ts.isPropertyAccessExpression(callee) && callee.name.text === 'resolve' && isRequire(callee.expression)) || (isMeta(callee) && isNamed(callee, /^resolve$/))
  if (callee.kind !== ts.SyntaxKind.ImportKeyword && !isRequire(callee) && !isResolve) return null
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : computed
}

function targetOf(node: ts.Node, known: ReturnType<typeof requireNames>): string | null {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) return node.moduleSpecifier.text
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference) && ts.isStringLiteralLike(node.moduleReference.expression)) return node.moduleReference.expression.text
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) return node.argument.literal.text
  return ts.isCallExpression(node) ? callTarget(node, known) : null
}

/** A file's imports as written: static, type-only, dynamic, re-exports, every kind of require, patterns of files, and types by reference. */
export function importsOf(source: string, fileName: string): string[] {
  const file = parse(fileName, source)
  const found = [...file.typeReferenceDirectives, ...file.referencedFiles].map((reference) => reference.fileName)
  const known = requireNames(file)
  const visit = (node: ts.Node): void => {
    const target = targetOf(node, known)
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
const isNode = (target: string): boolean => target.startsWith('node:')

/** Native packages and the only place of each. */
const homes: readonly (readonly [string, readonly string[]])[] = [
  ['better-sqlite3', ['main/core/store']],
  ['onnxruntime-node', ['main/core/engine/session.ts']],
  ['onnxruntime-common', ['main/core/engine/session.ts']],
  ['@duckdb/node-api', ['main/core/datasets']],
  ['@napi-rs/canvas', ['main/core/images']],
  ['fastify', ['main/core/serve']],
  ['prom-client', ['main/core/serve']],
  ['age-encryption', ['main/core/bundle']],
  ['electron', ['main/desktop']],
]
/** What only asks where a package lies, or for its version, and runs none of it. */
const located = new Set(['main/core/bundle/bundle-parts.ts onnxruntime-node', 'main/core/steps/runtime-version.ts onnxruntime-node/package.json'])
/** The files that hold `createRequire` for that. */
const locating = new Set(['main/core/bundle/bundle-parts.ts', 'main/core/steps/runtime-version.ts', 'main/core/store/binding-check.ts'])
const uiLibraries = ['react', 'react-dom', 'radix-ui', 'echarts', 'lucide-react', '@tanstack/react-table', '@tanstack/react-virtual', '@tanstack/react-query']

// Packages are named one by one: what is not a dependency of the shipped program (a builder, a test tool) is not on any list.
function allowed(file: string, target: string): boolean {
  if (within(file, 'shared')) return within(target, 'shared') || isPackage(target, 'zod')
  if (within(file, 'main/core')) return isNode(target) || within(target, 'shared', 'main/core', 'package.json') || isPackage(target, 'zod', 'yaml', 'yauzl', ...homes.map(([name]) => name))
  if (within(file, 'main/cli')) return isNode(target) || within(target, 'shared', 'main/cli') || target === 'main/core/core.ts' || isPackage(target, 'commander')
  if (file === 'main/desktop/command-line.ts' && target === 'main/cli/entry.ts') return true
  if (within(file, 'main/desktop')) return isNode(target) || within(target, 'shared', 'main/desktop') || target === 'main/core/core.ts' || isPackage(target, 'electron')
  if (within(file, 'renderer/ui')) return within(target, 'shared', 'renderer/ui', 'renderer/bridge') || isPackage(target, ...uiLibraries)
  if (within(file, 'renderer/bridge')) return within(target, 'shared', 'renderer/bridge') || isPackage(target, 'react', '@tanstack/react-query', 'zod')
  if (within(file, 'renderer')) {
    const feature = /^renderer\/features\/([^/]+)\//.exec(file)?.[1]
    const otherFeature = /^renderer\/features\/([^/]+)\//.exec(target)?.[1]
    if (feature !== undefined && otherFeature !== undefined && feature !== otherFeature) return false
    return within(target, 'shared', 'renderer') || isPackage(target, 'react', 'react-dom', '@tanstack/react-query', 'zod')
  }
  return true
}

/** Why this import breaks the law, or null. `file` and `target` are paths from the root, or a package name. */
export function breach(file: string, target: string): string | null {
  if (target === computed) return within(file, 'test', 'scripts') ? null : `${file} imports something that it computes`
  if (builtinModules.includes(target)) return `${file} imports ${target} without node: before it`
  if (located.has(`${file} ${target}`)) return null
  // Whoever has this module can load any other by a name that nobody sees.
  if (target === 'node:module' && !within(file, 'test', 'scripts') && !locating.has(file)) return `${file} imports node:module, with which it could load anything`
  const home = homes.find(([name]) => isPackage(target, name))
  if (home !== undefined && !within(file, 'test', 'scripts') && !within(file, ...home[1])) return `${file} imports ${target}, whose only place is ${home[1].join(' and ')}`
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
  if (!file.startsWith('scripts/') && !/^test\/engine\/[a-z-]+\.mjs$/.test(file) && !/\.tsx?$/.test(file)) faults.push(`${file} is a source that does not end in .ts or .tsx`)
  if (/^renderer\/features\/[^/]+$/.test(file)) faults.push(`${file} lies beside the features, where each could reach another through it`)
  if (!file.startsWith('test/') && !file.startsWith('scripts/') && source.includes('getBuiltinModule')) faults.push(`${file} gets modules by a way that no law sees`)
  const lines = source.split('\n').length - (source.endsWith('\n') ? 1 : 0)
  if (lines > 300) faults.push(`${file} has ${lines} lines; 300 is the most`)
  if (file.split('/').some((part) => /(^|[-.])(utils?|helpers?|common|managers?|services?|data|info)(?=[-.]|$)/.test(part))) faults.push(`${file} has a name that says nothing`)
  if (!/^[a-z0-9.-]+$/.test(file.slice(file.lastIndexOf('/') + 1))) faults.push(`${file} is not in kebab-case`)
  const tree = parse(file, source)
  const statements = tree.statements
  if (statements.length > 0 && onlyPassesOn(statements)) faults.push(`${file} only re-exports: a barrel`)
  const namedDefault = (s: ts.Statement): boolean => ts.isExportDeclaration(s) && s.exportClause !== undefined
    && (ts.isNamedExports(s.exportClause) ? s.exportClause.elements.some((e) => e.name.text === 'default') : s.exportClause.name.text === 'default')
  const isDefault = (s: ts.Statement): boolean => namedDefault(s) || ts.isExportAssignment(s) || (ts.canHaveModifiers(s) && (ts.getModifiers(s) ?? []).some((m) => m.kind === ts.SyntaxKind.DefaultKeyword))
  if (statements.some(isDefault)) faults.push(`${file} has a default export`)
  if (!source.startsWith('//') && !source.startsWith('/*')) faults.push(`${file} does not open by saying what it owns`)
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const from = tree.getLineAndCharacterOfPosition(node.getStart()).line
      const to = tree.getLineAndCharacterOfPosition(node.getEnd()).line
      if (to - from + 1 > 60) faults.push(`${file}:${from + 1} holds a function of ${to - from + 1} lines; 60 is the most`)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return faults
}
