import * as fc from 'fast-check'
import { MAX_METRICS, readMetrics } from '../../../actions/train/metrics.js'

test('nested keys are joined by dots, in the order of the file', () => {
  const { metrics, ignored, problem } = readMetrics('{"val": {"auc": 0.9, "by": {"a": 1}}, "epochs": 3}')
  expect(problem).toBeNull()
  expect(ignored).toEqual([])
  expect(Object.entries(metrics)).toEqual([
    ['val.auc', 0.9],
    ['val.by.a', 1],
    ['epochs', 3],
  ])
})

test('what is no number is listed with its reason', () => {
  const { metrics, ignored } = readMetrics('{"a": "x", "b": true, "c": null, "d": [1, 2], "e": 1}')
  expect(metrics).toEqual({ e: 1 })
  expect(ignored).toEqual([
    { key: 'a', reason: 'is a text, not a number' },
    { key: 'b', reason: 'is true' },
    { key: 'c', reason: 'is null' },
    { key: 'd', reason: 'is a list of 2 values, not a number' },
  ])
})

test('NaN and infinities, as Python writes them, are diverged metrics and not a broken file', () => {
  const { metrics, notFinite } = readMetrics('{"loss": NaN, "up": Infinity, "down": -Infinity, "big": 1e999, "NaN": 1}')
  expect(metrics).toEqual({ NaN: 1 })
  expect(notFinite).toEqual([
    { key: 'loss', reason: 'is NaN' },
    { key: 'up', reason: 'is Infinity' },
    { key: 'down', reason: 'is -Infinity' },
    { key: 'big', reason: 'is too large for a number' },
  ])
})

test.each([
  ['', 'is empty'],
  ['  \n', 'is empty'],
  ['not json', 'is not JSON'],
  ['{"a": 1', 'is not JSON'],
  ['[1, 2]', 'is not a JSON object of names and numbers'],
  ['3', 'is not a JSON object of names and numbers'],
  ['null', 'is not a JSON object of names and numbers'],
  ['\u0000\u0001PK', 'is not text in UTF-8'],
  ['\ufffd{"a":1}', 'is not text in UTF-8'],
])('%j is a problem in words', (text, problem) => {
  expect(readMetrics(text)).toEqual({ metrics: {}, notFinite: [], ignored: [], problem })
})

test('two keys that flatten to the same name are not mixed', () => {
  const { metrics, ignored } = readMetrics('{"a": {"b": 1}, "a.b": 2}')
  expect(metrics).toEqual({ 'a.b': 1 })
  expect(ignored).toEqual([{ key: 'a.b', reason: 'stands twice' }])
})

test('names of object methods are ordinary names', () => {
  const { metrics } = readMetrics('{"constructor": 1, "toString": 2, "hasOwnProperty": 3}')
  expect(metrics).toEqual({ constructor: 1, toString: 2, hasOwnProperty: 3 })
})

test('at most a thousand metrics are taken, the others are listed', () => {
  const { metrics, ignored } = readMetrics(
    JSON.stringify(Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`m${i}`, i]))),
  )
  expect(Object.keys(metrics)).toHaveLength(MAX_METRICS)
  expect(ignored[0]).toEqual({ key: 'm1000', reason: 'is beyond the first 1000 metrics' })
})

test('any text is answered without an exception, and metrics are always finite', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { metrics } = readMetrics(text)
      expect(Object.values(metrics).every(Number.isFinite)).toBe(true)
    }),
  )
})
