// The command line in a real terminal: a progress line that rewrites itself and leaves nothing behind, and lines that fit.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { widthOf } from '../../main/cli/text.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, program, type Place } from './run-cli.ts'

// Many processes on few cores: no time here is a measurement.
vi.setConfig({ testTimeout: 180_000 })

const script = '/usr/bin/script'
const quoted = (word: string): string => `'${word.replaceAll(`'`, `'\\''`)}'`

/** Everything that a terminal of this width is sent; standard output and error are the same terminal. */
function inTerminal(place: Place, columns: number, ...args: string[]): Promise<string> {
  const line = `stty cols ${columns} && ${[process.execPath, program, '--workspace', place.workspace, ...args].map(quoted).join(' ')}`
  return new Promise((resolve, reject) => {
    execFile(script, ['-qec', line, '/dev/null'], { env: { ...process.env, HOME: place.home, SHELL: '/bin/sh' } }, (error, out) => { if (error === null) resolve(out); else reject(new Error(`${error.message}\n${out}`)) })
  })
}

const clear = '\r\u001b[2K'

test.runIf(existsSync(script))('progress is one line that rewrites itself; only the answer is left, and it fits', async () => {
  await inPlace(async (place) => {
    const images = ['evaluate', fixture('mnist/models/mnist-cnn-v1-float32.onnx'), '--data', fixture('mnist/images/test')]
    const sent = await inTerminal(place, 60, ...images)
    const shown = sent.split(clear).slice(0, -1)
    expect(shown.length).toBeGreaterThan(5)
    expect(shown.some((line) => /^scoring: [\d,]+ of 1,000 rows/.test(line)), shown.join('\n')).toBe(true)
    expect(shown.filter((line) => line.includes('\n') || widthOf(line) > 59)).toEqual([])
    const answer = sent.split(clear).at(-1)!.replaceAll('\r\n', '\n')
    expect(answer).toContain('Accuracy')
    expect(answer).not.toContain('\u001b')
    expect(answer.split('\n').filter((line) => widthOf(line) > 60)).toEqual([])
    expect(await inTerminal(place, 60, '--quiet', ...images)).not.toContain('\u001b')
    // A terminal that does not know its size.
    expect((await inTerminal(place, 0, ...images)).split(clear).some((line) => line.includes('rows'))).toBe(true)
  })
})
