import { describe, expect, test } from 'vitest'
import { runNode } from '../testing/index.ts'
import { conditionNode } from './condition.ts'
import { validateConfig } from './validate-config.ts'

const over500 = (left: number) => ({ conditions: { all: [{ left, operator: 'gt', right: 500 }] } })

describe('condition', () => {
  test('takes the branch yes when the conditions hold, else no', async () => {
    expect(await runNode(conditionNode, over500(900))).toEqual({ kind: 'done', branch: 'yes', output: true })
    expect(await runNode(conditionNode, over500(80))).toEqual({ kind: 'done', branch: 'no', output: false })
  })

  test('takes an expression by its truth', async () => {
    expect(await runNode(conditionNode, { expression: 1 })).toMatchObject({ branch: 'yes' })
    expect(await runNode(conditionNode, { expression: null })).toMatchObject({ branch: 'no' })
  })

  test('ends the run where it is told to', async () => {
    const config = { ...over500(80), onFalse: 'end', endStatus: 'failure', message: 'Too little' }
    expect(await runNode(conditionNode, config)).toEqual({ kind: 'end', status: 'failure', message: 'Too little' })
    expect(await runNode(conditionNode, { expression: false, onFalse: 'end' })).toEqual({
      kind: 'end',
      status: 'success',
    })
    expect(conditionNode.branches?.({ onFalse: 'end' }).map(({ name }) => name)).toEqual(['yes'])
  })

  test('refuses neither and both, unknown operators and unknown settings', () => {
    expect(validateConfig(conditionNode, {})).toMatchObject([{ path: 'conditions' }])
    expect(validateConfig(conditionNode, { ...over500(1), expression: 'true' })).toMatchObject([{ path: 'conditions' }])
    expect(validateConfig(conditionNode, { expression: 'true', colour: 1 })).toMatchObject([{ path: 'colour' }])
    const unknown = { conditions: { all: [{ left: 1, operator: 'resembles', right: 2 }] } }
    expect(validateConfig(conditionNode, unknown)).toMatchObject([{ path: 'conditions.all.0.operator' }])
  })
})
