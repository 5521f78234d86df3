// GitHub's own parser of workflows (@actions/workflow-parser). It imports a JSON file as a module, which Node takes only with words that it
// does not write, so it is bundled first.
import { build } from 'esbuild'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Parser { parseWorkflow(file: { name: string; content: string }, trace: unknown): { context: { errors: { getErrors(): readonly { message: string }[] } }; value?: unknown }; convertWorkflowTemplate(context: unknown, root: unknown): Promise<{ errors?: readonly { Message: string }[] }>; NoOperationTraceWriter: new () => unknown }

/** Returns a function that says what GitHub would say against a workflow. */
export async function workflowParser(folder: string): Promise<(content: string) => Promise<string[]>> {
  const outfile = join(folder, 'workflow-parser.mjs')
  await build({ stdin: { contents: "export * from '@actions/workflow-parser'", resolveDir: resolve(import.meta.dirname, '../..') }, bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error', banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } })
  const parser = await import(pathToFileURL(outfile).href) as Parser
  return async (content) => {
    const { context, value } = parser.parseWorkflow({ name: 'deploy.yml', content }, new parser.NoOperationTraceWriter())
    const template = value === undefined ? { errors: [] } : await parser.convertWorkflowTemplate(context, value)
    return [...new Set([...context.errors.getErrors().map((e) => e.message), ...(template.errors ?? []).map((e) => e.Message)])]
  }
}
