// Holds a document against the OpenAPI 3 schema with a validator that is not ours.
import { Validator } from '@seriousme/openapi-schema-validator'

/** What is wrong with it; empty when nothing is. */
export async function validate(document: object): Promise<string[]> {
  const found = await new Validator().validate(structuredClone(document) as Record<string, unknown>)
  return found.valid ? [] : [JSON.stringify(found.errors).slice(0, 2000)]
}
