import { readFileSync } from 'node:fs'
import { explain as monitor } from '../../../actions/monitor/explain.js'
import { SloState } from '../../../shared/contracts/monitoring.js'

const source = readFileSync(new URL('../../../actions/monitor/judge.ts', import.meta.url), 'utf8')

test('every rule that monitor can emit is explained, and nothing else', () => {
  const fixed = [...source.matchAll(/(?:rule: |note\(\s*)'([a-z-]+)'/g)].map(([, rule]) => rule as string)
  const states = SloState.options.map((state) => `objective-${state}`)
  expect(Object.keys(monitor).sort()).toEqual([...new Set([...fixed, ...states])].sort())
})
