// Documents that people write as YAML (JSON is YAML here): text in, plain value out, or why it is not one, in words.
// Refuses aliases, custom tags, duplicate fields and several documents, so that a small file cannot become a large one.
import { LineCounter, parseDocument, type ErrorCode, type YAMLError } from 'yaml'

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

/** The value of a document, or the reason why there is none, without a full stop. `what` names the document: `a policy`. */
export function readYaml(text: string, what: string): { readonly value: unknown } | { readonly fault: string } {
  const lines = new LineCounter()
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, schema: 'core', uniqueKeys: true, merge: false })
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem !== undefined) return { fault: `line ${lines.linePos(problem.pos[0]).line}: ${words(problem)}` }
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) as unknown }
  } catch {
    return { fault: `aliases are not allowed in ${what}` }
  }
}
