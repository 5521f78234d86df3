// Who did it and why, beside what happened and when. Events from before this step have neither: unknown, and never made up.

export const whoAndWhy = `
ALTER TABLE events ADD COLUMN who TEXT;
ALTER TABLE events ADD COLUMN who_key TEXT;
ALTER TABLE events ADD COLUMN why TEXT;
`
