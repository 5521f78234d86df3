// The state machine of a version, pair by pair, against a table written from the words of the plan; and what a roll-back goes back to.
import { describe, expect, it } from 'vitest'
import { AliasName, servedBefore } from '../../shared/domain/alias.ts'
import { LifeAction, stepFrom, VersionState, whyNot, type LifeFacts } from '../../shared/domain/life.ts'
import { newId, type VersionId } from '../../shared/ids.ts'

const nothing: LifeFacts = { evaluated: false, released: false }

/** Rows: from; columns: to. The steps that lead there, `-` for none. A restored version returns to where it was, so those are told of apart. */
const table = `
            draft evaluated        in-review approved released retired archived
draft       -     evaluate         -         -        release  -       archive
evaluated   -     -                submit    -        release  retire  archive
in-review   -     withdraw,reject  -         approve  release  -       -
approved    -     revoke           -         -        release  retire  -
released    -     -                -         -        -        retire  -
retired     -     -                -         -        -        -       archive
archived    -     -                -         -        -        -       -
`
const lines = table.trim().split('\n').map((line) => line.trim().split(/\s+/))
const [columns, ...rows] = lines as [string[], ...string[][]]
const expected = new Map(rows.flatMap(([from, ...cells]) => cells.map((cell, i) => [`${from}>${columns[i]}`, cell === '-' ? [] : cell.split(',')] as const)))

describe('every pair of states', () => {
  it('the table names every state on both sides', () => {
    expect(columns).toEqual(VersionState.options)
    expect(rows.map((r) => r[0])).toEqual(VersionState.options)
  })

  for (const from of VersionState.options) for (const to of VersionState.options) {
    it(`${from} to ${to}`, () => {
      const found = LifeAction.options.filter((action) => action !== 'restore').filter((action) => {
        const answer = stepFrom(action, [from], nothing)
        return answer.allowed && answer.to === to
      })
      expect(found).toEqual(expected.get(`${from}>${to}`))
    })
  }

  it('every step that is not possible says why and what helps, in words', () => {
    for (const from of VersionState.options) for (const action of LifeAction.options) {
      const answer = stepFrom(action, [from], nothing)
      if (answer.allowed) continue
      expect(answer.why, `${action} from ${from}`).toMatch(/^(it|no run) .{5,}[^.]$/)
      expect(answer.next, `${action} from ${from}`).toMatch(/^[A-Z].+\.$/)
      expect(whyNot(action, from)).toEqual({ why: answer.why, next: answer.next })
    }
  })
})

describe('restoring', () => {
  const restored = (states: VersionState[], facts = nothing): unknown => stepFrom('restore', states, facts)

  it('goes back to the last state in use, over retirement and archive', () => {
    for (const state of ['draft', 'evaluated', 'approved', 'released'] as const) {
      expect(restored([state, 'retired'])).toEqual({ allowed: true, to: state })
      expect(restored(['draft', 'evaluated', state, 'retired', 'archived'])).toEqual({ allowed: true, to: state })
    }
  })

  it('takes what happened meanwhile: a run of an archived draft, a bundle of a retired version', () => {
    expect(restored(['archived'], { evaluated: true, released: false })).toEqual({ allowed: true, to: 'evaluated' })
    expect(restored(['evaluated', 'retired'], { evaluated: true, released: true })).toEqual({ allowed: true, to: 'released' })
  })

  it('is not asked of a version in use', () => {
    for (const state of ['draft', 'evaluated', 'in-review', 'approved', 'released'] as const) expect(restored([state])).toMatchObject({ allowed: false })
  })
})

describe('what a roll-back goes back to', () => {
  const ids = Array.from({ length: 6 }, () => newId('version'))
  const to = (number: number | null): { versionId: VersionId; number: number } | null => (number === null ? null : { versionId: ids[number]!, number })
  type Step = number | null | 'back'
  /** Plays the steps, taking every roll-back at its word; answers where the alias was after each. */
  const play = (steps: readonly Step[]): (number | null)[] => {
    const moves: Parameters<typeof servedBefore>[0][number][] = []
    for (const step of steps) moves.push(step === 'back' ? { action: 'rollback', to: servedBefore(moves) } : { action: step === null ? 'remove' : 'set', to: to(step) })
    return moves.map((move) => move.to?.number ?? null)
  }

  it('undoes one move after the other and never goes forward again', () => {
    expect(play([1, 2, 3, 'back', 'back', 'back'])).toEqual([1, 2, 3, 2, 1, null])
    expect(play([1, 2, 'back', 3, 'back'])).toEqual([1, 2, 1, 3, 1])
    expect(play([1, 2, 1, 3, 'back', 'back', 'back'])).toEqual([1, 2, 1, 3, 1, 2, 1])
  })

  it('passes over times when it pointed nowhere', () => {
    expect(play([1, null, 'back'])).toEqual([1, null, 1])
    expect(play([1, null, 2, 'back'])).toEqual([1, null, 2, 1])
    expect(play([1, null, 1, 'back'])).toEqual([1, null, 1, null])
    expect(play([4, 1, null, 1, 'back'])).toEqual([4, 1, null, 1, 4])
  })

  it('is nothing before the first', () => {
    expect(servedBefore([])).toBeNull()
    expect(servedBefore([{ action: 'set', to: to(1) }])).toBeNull()
  })
})

it('the name of an alias cannot be taken for the number of a version', () => {
  for (const name of ['champion', 'eu-west.prod', 'a_1']) expect(AliasName.parse(name)).toBe(name)
  expect(AliasName.parse(' Champion ')).toBe('champion')
  for (const name of ['2', '', '-x', 'a b', 'x@y', 'a'.repeat(41)]) expect(AliasName.safeParse(name).success, name).toBe(false)
})
