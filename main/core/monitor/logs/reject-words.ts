// Why a record of a log was not taken: a closed list of reasons and their sentences.
export const rejectWords = {
  'unreadable': 'The line is cut off, damaged, or no record of this kind.',
  'columns': 'The line has another number of fields than the header, or a quote that does not end.',
  'no-id': 'It does not name its request.',
  'no-time': 'Its time cannot be read.',
  'no-answer': 'It is marked as answered and holds no answer.',
  'bad-number': 'A number in it cannot be read.',
  'bad-field': 'A field has a value that the format does not know.',
  'other-bundle': 'It is a record of another bundle.',
  'other-version': 'It names a version that this model does not have.',
  'bins': 'Some of its bins are missing or are no bins.',
  'no-kind': 'It says neither that it is a request nor that it is a response.',
  'no-payload': 'It has no payload, or one that cannot be decoded.',
  'request-payload': 'The payload of the request is no request of this model.',
  'response-payload': 'The payload of the response is no answer of this model.',
  'other-half': 'The other half of this call cannot be read.',
  'rows-differ': 'Request and response have different numbers of rows.',
  'no-label': 'It holds no label.',
} as const
export type RejectReason = keyof typeof rejectWords
