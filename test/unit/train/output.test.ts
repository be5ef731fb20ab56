import { OutputKeeper } from '../../../actions/train/output.js'

function keep(...lines: string[]): OutputKeeper {
  const keeper = new OutputKeeper()
  for (const line of lines) keeper.add(line)
  return keeper
}

test('the first exception counts, not the aftermath', () => {
  const keeper = keep(
    'epoch 1',
    'Traceback (most recent call last):',
    '  File "train.py", line 3, in <module>',
    "ValueError: could not convert string to float: 'abc'",
    'During handling of the above exception, another exception occurred:',
    'RuntimeError: cleanup failed',
  )
  expect(keeper.firstError()).toBe("ValueError: could not convert string to float: 'abc'")
})

test.each([
  'pandas.errors.EmptyDataError: No columns to parse from file',
  'sklearn.exceptions.NotFittedError: This model is not fitted yet',
  'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string',
  'Uncaught ReferenceError: x is not defined',
  'fatal: not a git repository',
  'Error in library(xgboost) : there is no package called',
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
  'bash: line 1: pythn: command not found',
  'ERROR: no matching distribution',
  '[error] disk full',
])('%s is found', (line) => {
  expect(keep('starting', line, 'done').firstError()).toBe(line)
})

test.each([
  '0 errors, 2 warnings',
  'error_rate=0.12',
  'finished without errors',
  'train error rate: 0.3',
  'epoch 3 mean absolute deviation 1',
])('%s is no error', (line) => {
  expect(keep(line).firstError()).toBeNull()
})

test('an exception wins over an earlier line that only speaks of an error', () => {
  expect(keep('warning: retry failed', 'KeyError: "label"').firstError()).toBe('KeyError: "label"')
})

test('only the last forty lines are kept, and long lines are cut with their length', () => {
  const keeper = keep(...Array.from({ length: 100 }, (_, i) => `line ${i}`), 'x'.repeat(600))
  expect(keeper.lines).toBe(101)
  expect(keeper.tail()).toHaveLength(40)
  expect(keeper.tail()[0]).toBe('line 61')
  expect(keeper.tail().at(-1)).toBe(`${'x'.repeat(500)} …(600 characters)`)
})
