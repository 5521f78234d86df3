// Files that the user asks for at a place that cannot take them: a sentence and exit 3, never a fault of Slipway.
import { expect, test } from 'vitest'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway } from './run-cli.ts'

test('a binding written to a place that takes no files, to a full disk, to a missing folder and to a folder', async () => {
  await inPlace(async (place) => {
    const propose = (out: string): ReturnType<typeof slipway> => slipway(place, '--quiet', 'binding', 'propose', fixture('iris/models/iris-logreg-tensor.onnx'), fixture('iris/data/iris.csv'), '--target', 'species', '--out', out)
    for (const [out, words] of [
      ['/proc/binding.yaml', '“/proc/binding.yaml” cannot be written to: no file can be made there.'],
      ['/dev/full', 'There is no space left on the disk that holds “/dev/full”. Nothing was changed.'],
      ['none/binding.yaml', '“none/binding.yaml” cannot be written to: its folder does not exist.'],
      ['home', '“home” cannot be written to: it is a folder.'],
    ] as const) {
      const ended = await propose(out)
      expect([ended.code, ended.err.split('\n')[0]]).toEqual([3, words])
    }
  })
})
