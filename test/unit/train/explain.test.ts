import { readFileSync } from 'node:fs'
import { explain } from '../../../actions/train/explain.js'

const source = readFileSync(new URL('../../../actions/train/judge.ts', import.meta.url), 'utf8')

test('every rule that train can emit is explained, and nothing else', () => {
  const rules = [...source.matchAll(/(?:rule: |failed: |killed: |'timed-out': |'not-started': )'([a-z-]+)'/g)].map(
    ([, rule]) => rule as string,
  )
  expect(Object.keys(explain).sort()).toEqual([...new Set(rules)].sort())
})
