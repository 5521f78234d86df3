// Aliases and states from the command line: the words, `name@alias` wherever a version is taken, and two programs that promote at once.
import { expect, test } from 'vitest'
import type { AliasMove } from '../../shared/domain/alias.ts'
import type { Version } from '../../shared/domain/model.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson, unwordedPart } from './run-cli.ts'

const models = ['iris-logreg-tensor', 'iris-forest'].map((name) => fixture(`iris/models/${name}.onnx`))

test('promote, look, roll back, retire and restore, each with its reason in the record', async () => {
  await inPlace(async (place) => {
    expect((await slipway(place, 'import', ...models, '--model', 'iris')).code).toBe(0)
    const say = async (code: number, ...args: string[]): Promise<string> => {
      const ended = await slipway(place, ...args)
      expect([ended.code, unwordedPart(ended)], `${args.join(' ')}\n${ended.err}`).toEqual([code, null])
      return ended.out + ended.err
    }
    expect(await say(0, 'promote', 'iris@1', '--alias', 'champion', '--reason', 'the first', '--as', 'Ann')).toContain('champion of iris points to version 1 now; before it was nothing.')
    expect(await say(0, 'promote', 'iris@2', '--alias', 'Champion', '--preview')).toContain('Version 2 is a draft: no run of it has finished.')
    await say(0, 'promote', 'iris@2', '--alias', 'champion', '--reason', 'the second')
    expect(await slipwayJson(place, ['inspect', 'iris@champion'])).toMatchObject({ number: 2, aliases: ['champion'], state: 'released' })
    expect(await say(2, 'inspect', 'iris@champoin')).toContain('iris has no alias “champoin”. It has champion.')
    expect(await say(2, 'retire', 'iris@champion', '--reason', 'too old')).toContain('it is champion now')
    expect(await say(0, 'rollback', 'iris', '--alias', 'champion', '--reason', 'false alarms')).toContain('points to version 1 now; before it was version 2.')
    expect(await say(2, 'rollback', 'iris', '--alias', 'champion', '--reason', 'again')).toContain('no other version had it before')
    expect(await say(0, 'aliases', 'iris', '--history')).toMatch(/rollback +@2 +@1 .*false alarms[^]*set +@1 +@2 .*the second[^]*Ann +the first/)
    expect(await say(0, 'retire', 'iris@2', '--reason', 'too many false alarms')).toContain('iris@2 was retired; it is retired now.')
    expect(await say(2, 'promote', 'iris@2', '--alias', 'champion', '--reason', 'once more')).toContain('iris 2 is retired and cannot become champion.\nRestore the version first')
    await say(0, 'restore', 'iris@2', '--reason', 'it was the data')
    expect(await say(0, 'state', 'iris@2')).toMatch(/iris@2: Released\..*\n[^]*it was the data/)
    expect(await say(0, 'owners', 'iris', '--add', 'Ann', '--link', 'ticket=https://tracker.example/42')).toMatch(/owners +Ann\nlinks +ticket: https:\/\/tracker\.example\/42/)
    expect(await say(0, 'timeline', 'iris', '--only', 'alias')).toContain('champion was rolled back from version 2 to version 1. false alarms')
    expect(await say(0, 'aliases', 'iris', '--remove', 'champion', '--reason', 'out of service')).toMatch(/champion +none/)
  })
}, 180_000)

test('of two programs that promote at once from the same target one wins, the other is told who was faster; nothing is lost', async () => {
  await inPlace(async (place) => {
    const imported = await slipwayJson(place, ['import', ...models, fixture('iris/models/iris-logreg-zipmap.onnx'), '--model', 'iris']) as { version: Version }[]
    expect(imported.map((o) => o.version.number)).toEqual([1, 2, 3])
    expect((await slipway(place, 'promote', 'iris@1', '--alias', 'champion', '--reason', 'the first')).code).toBe(0)
    const both = await Promise.all(['iris@2', 'iris@3'].map((v) => slipway(place, '--json', 'promote', v, '--alias', 'champion', '--reason', `it is ${v}`, '--expect', 'iris@1')))
    expect(both.map((e) => e.code).sort()).toEqual([0, 2])
    const [won, lost] = [both.find((e) => e.code === 0)!, both.find((e) => e.code === 2)!]
    const winner = JSON.parse(won.out) as AliasMove
    expect(JSON.parse(lost.out)).toMatchObject({ error: { code: 'alias.moved' } })
    expect(lost.err).toContain(`Someone else moved champion of iris to version ${winner.to!.number} meanwhile; you saw it at version 1.`)
    expect(((await slipwayJson(place, ['aliases', 'iris', '--history'])) as AliasMove[]).map((m) => m.to?.number)).toEqual([winner.to!.number, 1])
  })
}, 120_000)
