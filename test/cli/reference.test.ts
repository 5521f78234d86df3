// docs/cli.md is made from the program itself: every verb, option, example and exit code. Run with UPDATE_DOCS=1 to write it.
import type { Argument, Command, Option } from 'commander'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { exampleOf } from '../../main/cli/example.ts'
import { buildProgram, exitCodes } from '../../main/cli/program.ts'

const project = resolve(import.meta.dirname, '../..')
const file = resolve(project, 'docs/cli.md')

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

function optionRow(o: Option): string {
  const choices = o.argChoices === undefined ? '' : ` One of: ${o.argChoices.join(', ')}.`
  const value = o.defaultValue === undefined || typeof o.defaultValue === 'boolean' ? '' : ` Default: ${String(o.defaultValue)}.`
  return `| ${code(o.flags)} | ${cell(o.description)}${o.mandatory ? ' (must be given)' : ''}${choices === '' && value === '' ? '' : '.'}${choices}${value} |`
}

const argumentWord = (a: Argument): string => (a.required ? `<${a.name()}${a.variadic ? '...' : ''}>` : `[${a.name()}${a.variadic ? '...' : ''}]`)

/** Verbs that print more than one kind of answer. */
const moreJson: Readonly<Record<string, readonly string[]>> = { history: ['history', 'history-model'], aliases: ['aliases', 'aliases-history'], promote: ['promote', 'promote-preview'], rollback: ['rollback', 'promote-preview'] }

/** Documents of its JSON: `binding propose` is docs/json/binding-propose.json; history has one more for a model. */
function jsonLinks(words: readonly string[]): string {
  const names = moreJson[words[0] ?? ''] ?? [words.join('-')]
  return names.filter((name) => existsSync(resolve(project, `docs/json/${name}.json`))).map((name) => `[${name}.json](json/${name}.json)`).join(', ')
}

function section(command: Command, words: readonly string[]): string[] {
  const links = jsonLinks(words)
  const options = command.options.filter((o) => !o.hidden)
  return [
    `## slipway ${words.join(' ')}`, '', command.description(), '',
    '```', `slipway ${words.join(' ')}${command.registeredArguments.map((a) => ` ${argumentWord(a)}`).join('')}${options.length > 0 ? ' [options]' : ''}`, '```', '',
    ...(command.registeredArguments.length === 0 ? [] : [...command.registeredArguments.map((a) => `- ${code(argumentWord(a))}: ${cell(a.description)}`), '']),
    ...(options.length === 0 ? [] : ['| option | what |', '| --- | --- |', ...options.map(optionRow), '']),
    ...(links === '' ? [] : [`Answer with \`--json\`: ${links}.`, '']),
    'Example:', '', `    ${exampleOf(command) ?? ''}`, '',
  ]
}

/** Everything that does something, in the order of the help. */
function verbs(command: Command, words: readonly string[] = []): { readonly words: readonly string[]; readonly command: Command }[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? verbs(child, [...words, child.name()]) : [{ words: [...words, child.name()], command: child }]))
}

function reference(): string {
  const program = buildProgram()
  const all = verbs(program)
  return `${[
    '# The command line', '',
    '<!-- Made from the program by test/cli/reference.test.ts; UPDATE_DOCS=1 writes it anew. -->', '',
    program.description(), '',
    'Text goes to standard output and is as wide as the terminal, or as `COLUMNS` says; in a pipe lines are whole. Advice, failures and progress go to standard error; progress only where that is a terminal. With `--json` standard output holds one JSON document, also for a failure ([error.json](json/error.json)).', '',
    'A model is named by a file, by its name in the workspace (the newest version), by `name@2`, or by an id; data by a file or folder, a name, or an id. A path that leads somewhere means that very file. A name that begins with a dash goes after `--`.', '',
    'Ctrl-C asks the work to stop and ends within three seconds; nothing half-done is kept. A second Ctrl-C ends at once. Several programs, the application too, may work on one workspace at the same time.', '',
    '## Options of every command', '', '| option | what |', '| --- | --- |', ...program.options.map(optionRow), '| `-h, --help` | what a command does, its options and an example |', '',
    '## Exit codes', '', '| code | means | when |', '| --- | --- | --- |',
    ...exitCodes.map(([exit, words, when]) => `| ${exit} | ${words} | ${when} |`), '',
    '`slipway verify` has its own: 0 trusted, 1 tampered, 2 malformed, 3 publisher unknown, 4 golden answers differ.', '',
    ...all.flatMap((v) => section(v.command, v.words)),
  ].join('\n').trimEnd()}\n`
}

test('docs/cli.md says what the program does', () => {
  const made = reference()
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, made)
  expect(readFileSync(file, 'utf8'), 'UPDATE_DOCS=1 npx vitest run test/cli/reference.test.ts').toBe(made)
})

test('every verb has a description, an example and words for every option and argument; the README leads here', () => {
  for (const { words, command } of verbs(buildProgram())) {
    expect(command.description(), words.join(' ')).toMatch(/^[A-Z].*\.$/)
    expect(exampleOf(command), words.join(' ')).toMatch(new RegExp(`^slipway ${words.join(' ')}`))
    for (const o of command.options) expect(o.description, `${words.join(' ')} ${o.flags}`).not.toBe('')
    for (const a of command.registeredArguments) expect(a.description, `${words.join(' ')} ${a.name()}`).not.toBe('')
  }
  expect(readFileSync(resolve(project, 'README.md'), 'utf8')).toContain('(docs/cli.md)')
})

/** Texts of command lines in what the program says, with the file that says them; comments and import paths are none. */
function quotedCommands(): { readonly file: string; readonly words: readonly string[] }[] {
  const sources = ['shared', 'main', 'renderer'].flatMap((root) => readdirSync(resolve(project, root), { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f)).map((f) => `${root}/${f}`))
  return sources.flatMap((file) => readFileSync(resolve(project, file), 'utf8').split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line)).flatMap((line) =>
    // A command ends where its sentence or quotation does; a text in quotation marks and a value put in count as one word.
    [...line.replaceAll('\\"', '"').replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'VALUE').matchAll(/\bslipway ((?:"[^"]*"|[^"”’'`;)|,<]|<[a-z]+>)+)/g)].flatMap(([, text = '']) => {
      const words = [...text.replace(/[.:]?\s*$/, '').split(/[.:…] /)[0]!.matchAll(/"[^"]*"|\S+/g)].map(([w]) => w)
      return /^[a-z][a-z-]*$/.test(words[0] ?? '') ? [{ file, words }] : []
    })))
}

test('every command line in any text of the program is taken by the program’s own parser', () => {
  const faults: string[] = []
  const found = quotedCommands()
  for (const { file, words } of found) {
    let command = buildProgram()
    const globals = command.options
    let at = 0
    for (let child = command.commands.find((c) => c.name() === words[at]); child !== undefined; child = command.commands.find((c) => c.name() === words[at])) { command = child; at++ }
    const rest = words.slice(at)
    // Which verb it is depends on what is put in.
    if (rest[0] === 'VALUE' && command.commands.length > 0) continue
    if (at === 0) { if (rest.some((w) => w.startsWith('--'))) faults.push(`${file}: slipway ${words.join(' ')}: no such verb`); continue }
    const options = rest.filter((w) => /^--[a-z]/.test(w)).map((w) => w.split('=')[0]!)
    const known = [...command.options, ...globals].map((o) => o.long)
    for (const option of options) if (!known.includes(option)) faults.push(`${file}: slipway ${words.join(' ')}: ${command.name()} has no ${option}`)
    // A whole line, with something to work on, has everything that must be given.
    const whole = options.length > 0 && rest[0]?.startsWith('-') === false
    for (const must of whole ? command.options.filter((o) => o.mandatory) : []) if (!options.includes(must.long ?? '')) faults.push(`${file}: slipway ${words.join(' ')}: ${must.long ?? ''} must be given`)
    if (options.length > 0 && options.every((o) => known.includes(o))) {
      const { unknown } = command.exitOverride().parseOptions(rest)
      const strange = unknown.filter((u) => u.startsWith('-') && !globals.some((o) => o.long === u.split('=')[0]))
      if (strange.length > 0) faults.push(`${file}: slipway ${words.join(' ')}: ${strange.join(' ')}`)
    }
  }
  expect(found.length).toBeGreaterThan(50)
  expect(faults).toEqual([])
})
