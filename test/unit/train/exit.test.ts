import { explainExit } from '../../../actions/train/exit.js'

const ended = (code: number | null, signal: string | null = null, timedOut = false) =>
  explainExit({ code, signal, timedOut }, 60)

// Shell convention for codes above 128: POSIX, "Exit Status for Commands"; 124: coreutils, timeout(1).
test.each([
  [0, 'succeeded', /without error/],
  [1, 'failed', /exit code 1/],
  [2, 'failed', /called wrongly/],
  [3, 'failed', /exit code 3/],
  [124, 'timed-out', /time limit of its own/],
  [126, 'failed', /cannot be executed/],
  [127, 'failed', /did not find a program/],
  [130, 'killed', /interrupted \(SIGINT\), exit code 130/],
  [134, 'killed', /aborted itself/],
  [137, 'killed', /memory ran out, exit code 137/],
  [139, 'killed', /native code/],
  [143, 'killed', /asked to stop \(SIGTERM\)/],
  [255, 'failed', /exit code 255/],
  [3221225477, 'failed', /access violation/],
] as const)('exit code %i is %s', (code, status, meaning) => {
  expect(ended(code)).toMatchObject({ status, exitCode: code, meaning: expect.stringMatching(meaning) })
})

test('a signal without exit code is named', () => {
  expect(ended(null, 'SIGKILL')).toMatchObject({
    status: 'killed',
    exitCode: null,
    meaning: expect.stringMatching(/memory/),
  })
  expect(ended(null, 'SIGUSR1').meaning).toBe('was ended by SIGUSR1')
})

test('our own time limit wins over the signal that it sent', () => {
  expect(ended(null, 'SIGTERM', true)).toMatchObject({
    status: 'timed-out',
    meaning: 'was stopped after the time limit of 60 s',
    cure: 'raise train.timeout, or train less',
  })
})

test('every end but success has a cure', () => {
  for (let code = 1; code < 256; code++) expect(ended(code).cure).toBeTruthy()
  expect(ended(0).cure).toBeNull()
})
