import { overrideBlocks, overrideOfGate } from '../../../shared/registry/overrides.js'
import { renderMarkdown } from '../../../shared/report/markdown.js'
import { PAYLOADS } from '../../support/hostile.js'

const override = { reason: 'fraud wave', actor: 'ada', verdict: 'fail' as const }

describe('what evaluate.override set aside', () => {
  it.each(['fail', 'inconclusive', 'error'] as const)('is a %s that became a warning', (verdict) => {
    expect(overrideOfGate({ verdict: 'warn', summary: 'recall fell', override: { ...override, verdict } })).toEqual({
      rule: 'evaluate-gate',
      message: `the verdict of evaluate-gate was ${verdict}: recall fell`,
      reason: 'fraud wave',
      actor: 'ada',
    })
  })

  it.each([
    ['there was no override', { verdict: 'warn' as const, summary: '' }],
    ['the gate passed', { verdict: 'pass' as const, summary: '', override: { ...override, verdict: 'pass' as const } }],
    ['the gate warned', { verdict: 'warn' as const, summary: '', override: { ...override, verdict: 'warn' as const } }],
    ['the gate refused all the same', { verdict: 'fail' as const, summary: '', override }],
  ])('is nothing when %s', (_, evaluation) => expect(overrideOfGate(evaluation)).toBeNull())
})

describe('the lines of a document', () => {
  const shown = (overrides: Parameters<typeof overrideBlocks>[0]) =>
    renderMarkdown({ title: 't', blocks: overrideBlocks(overrides) })

  it('are none without an override, or where it is not known', () => {
    expect(overrideBlocks([])).toEqual([])
    expect(overrideBlocks(undefined)).toEqual([])
  })

  it('say who set aside what and why, one for each', () => {
    const lines = shown([
      { rule: 'r', message: 'recall fell', reason: 'fraud wave', actor: 'ada' },
      { rule: 'r', message: 'nobody looked', reason: 'imported' },
    ])
    expect(lines.split('\n').filter((line) => line.includes('Set aside'))).toEqual([
      '- <strong>Set aside by ada: </strong>recall fell. Reason given: fraud wave',
      '- <strong>Set aside: </strong>nobody looked. Reason given: imported',
    ])
  })

  it.each(PAYLOADS)('take %j as text', (text) => {
    const lines = shown([{ rule: text, message: text, reason: text, actor: text }])
    expect(lines.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(1)
    expect(lines).not.toMatch(/^::|<script|<img|<!--|<\/details>/m)
    expect(lines).not.toMatch(/(^|[^&\w/;])@[a-z]/m)
  })
})
