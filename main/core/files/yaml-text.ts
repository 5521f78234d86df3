// Documents that people write as YAML (JSON is YAML here): text in, plain value out, or why it is not one, in words.
// Refuses aliases, custom tags, duplicate fields and several documents, so that a small file cannot become a large one.
import { isMap, LineCounter, parseDocument, type Document, type ErrorCode, type YAMLError } from 'yaml'

const faults: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias cannot have a name or tag of its own', BAD_ALIAS: 'an alias points to nothing', BAD_DIRECTIVE: 'a directive is not known',
  BAD_DQ_ESCAPE: 'a text in double quotes has an unknown escape; write \\\\ for a back-slash', BAD_INDENT: 'the indentation does not fit the lines above, or a closing bracket is missing', BAD_PROP_ORDER: 'a tag or name stands in the wrong place',
  BAD_SCALAR_START: 'a value begins with a character that must be in quotes', BLOCK_AS_IMPLICIT_KEY: 'a map stands where one value belongs: there is a “:” too many, or an indentation is missing',
  BLOCK_IN_FLOW: 'a list or map over several lines stands inside brackets', DUPLICATE_KEY: 'a field is there twice', IMPOSSIBLE: 'it is not YAML or JSON', KEY_OVER_1024_CHARS: 'a field name is too long',
  MISSING_CHAR: 'a character is missing, such as a closing quote or bracket, or a comma or colon', MULTILINE_IMPLICIT_KEY: 'a “:” is missing, or a text goes over several lines without quotes',
  MULTIPLE_ANCHORS: 'a value has two names', MULTIPLE_DOCS: 'there is more than one document', MULTIPLE_TAGS: 'a value has two tags', NON_STRING_KEY: 'a field name is no text',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces', TAG_RESOLVE_FAILED: 'a tag or a kind of value is not known', UNEXPECTED_TOKEN: 'something stands where nothing belongs',
}

const words = (problem: YAMLError): string => faults[problem.code] ?? 'it is not YAML or JSON'

/** The line of a place in a document: of the field's name where there is one, else of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let depth = path.length; depth > 0; depth--) {
    const [around, key] = [path.slice(0, depth - 1), path[depth - 1]]
    const parent = around.length === 0 ? document.contents : document.getIn(around, true)
    const pair = isMap(parent) ? parent.items.find((item) => (item.key as { value?: unknown } | null)?.value === key) : undefined
    const node = (pair === undefined ? document.getIn(path.slice(0, depth), true) : pair.key) as { range?: readonly [number, number, number] | null } | null | undefined
    if (node?.range != null) return lines.linePos(node.range[0]).line
  }
  return null
}

/** A document that was read: its value, and where in the text a place of it is. */
export interface ReadDocument { readonly value: unknown; lineOf(path: readonly PropertyKey[]): number | null }

/** The value of a document, or the reason why there is none, without a full stop, and its line. `what` names the document: `a policy`. */
export function readYaml(text: string, what: string): ReadDocument | { readonly fault: string; readonly line: number | null; /** The fault without its line. */ readonly words: string } {
  const lines = new LineCounter()
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, schema: 'core', uniqueKeys: true, merge: false })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0])
    return { fault: `line ${line}: ${words(problem)}`, line, words: words(problem) }
  }
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) as unknown, lineOf: (path) => lineOf(document, lines, path) }
  } catch {
    const fault = `aliases are not allowed in ${what}`
    return { fault, line: null, words: fault }
  }
}
