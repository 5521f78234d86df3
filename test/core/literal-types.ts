// Objects held against published TypeScript types as literals: unknown fields and wrong types that a schema of required fields lets pass.
import { join, resolve } from 'node:path'
import ts from 'typescript'

const project = resolve(import.meta.dirname, '../..')

export interface Literal { readonly type: string; readonly from: string; readonly object: unknown }

/** What the compiler says against each literal; an empty list where it takes it. One program for all of them. */
export function literalFaults(literals: readonly Literal[]): readonly (readonly string[])[] {
  const names = literals.map((_, i) => join(project, 'test/core', `literal-${i}.ts`))
  const texts = new Map(literals.map(({ type, from, object }, i) => [names[i]!, `import type { ${type} } from '${from}'\nexport const it: ${type} = ${JSON.stringify(object)}\n`]))
  const options: ts.CompilerOptions = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, skipLibCheck: true, types: [] }
  const host = ts.createCompilerHost(options)
  const [read, exists] = [host.getSourceFile.bind(host), host.fileExists.bind(host)]
  host.fileExists = (file) => texts.has(file) || exists(file)
  host.getSourceFile = (file, version, ...more) => { const text = texts.get(file); return text === undefined ? read(file, version, ...more) : ts.createSourceFile(file, text, version) }
  const program = ts.createProgram(names, options, host)
  return names.map((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n')))
}
