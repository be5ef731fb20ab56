import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { PYTHON } from './cluster.js'

const DRIVER = fileURLToPath(new URL('../../shared/data/spark/driver', import.meta.url))

/** Runs Python beside the driver, without Spark; what it prints as JSON. */
const python = (code: string, ...args: string[]): unknown =>
  JSON.parse(execFileSync(PYTHON, ['-c', `import json, sys\n${code}`, ...args], { cwd: DRIVER, encoding: 'utf8' }))

/** As Spark 3.5.6 writes them, cut. */
const FAILURES: [text: string, lost: boolean, reason: string][] = [
  [
    'org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 9.0 failed 4 times, most recent failure: Lost task 0.3 in stage 9.0 (TID 21) (127.0.0.1 executor 3): ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: Command exited with code 137\nDriver stacktrace:\n\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages',
    true,
    'org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 9.0 failed 4 times, most recent failure: Lost task 0.3 in stage 9.0 (TID 21) (127.0.0.1 executor 3): ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: Command exited with code 137',
  ],
  [
    'java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:',
    true,
    'java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.',
  ],
  [
    'org.apache.spark.SparkException: Job aborted\nCaused by: java.lang.OutOfMemoryError: Java heap space\n\tat java.util',
    true,
    'Java heap space',
  ],
  [
    'org.apache.spark.SparkException: Job aborted due to stage failure\nTraceback (most recent call last):\n  File "json_values.py", line 9, in json_keys\nValueError: Malformed JSON: Expecting value: line 1 column 7 (char 6)\n\n\tat org.apache.spark.api.python\nCaused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n',
    false,
    'Malformed JSON: Expecting value: line 1 column 7 (char 6)',
  ],
  [
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere` cannot be found.; line 1 pos 20;\n'Project",
    false,
    '[TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere` cannot be found.; line 1 pos 20;',
  ],
  [
    'org.apache.spark.SparkException: Job aborted\nCaused by: org.apache.spark.SparkRuntimeException: [MALFORMED_RECORD_IN_PARSING] Malformed records are detected',
    false,
    '[MALFORMED_RECORD_IN_PARSING] Malformed records are detected',
  ],
  ['', false, ''],
]

test.each(FAILURES)('%j', (text, lost, reason) => {
  const code =
    'from reasons import is_lost, reason_of\nprint(json.dumps([is_lost(sys.argv[1]), reason_of(sys.argv[1])]))'
  expect(python(code, text)).toEqual([lost, reason])
})

/** SELECT hash(…) of DuckDB 1.5.5. */
const HASHES: [python: string, hash: string][] = [
  ['1', '4717996019076358352'],
  ['-5', '6774767090898797280'],
  ['None', '13787848793156543929'],
  ['True', '4717996019076358352'],
  ['1.5', '1706605666616485939'],
  ['-0.0', '0'],
  ['float("nan")', '9170934016072976158'],
  ['"abc"', '1924864467101078684'],
  ['""', '5104928228550385088'],
  ['"abcdefghijklmnopqrstuvwxyzabcdefghi"', '9926876177741914337'],
  ['1, 2, 3', '12722334483198565868'],
  ['["a", None]', '12149695185283952434'],
  ['[]', '13787848793156543929'],
  ['datetime.date(2024, 1, 1)', '14080083370409456597'],
  ['datetime.datetime(2024, 1, 1)', '4104341502307002695'],
]

test('the hash that samples are chosen by is that of DuckDB', () => {
  const code = `import datetime\nfrom hashing import duckdb_hash\nprint(json.dumps([str(duckdb_hash(*one) % 2**64) for one in [${HASHES.map(([value]) => `(${value},)`).join(', ')}]]))`
  expect(python(code)).toEqual(HASHES.map(([, hash]) => hash))
})

test('statements are translated without a guess', () => {
  const told = (sql: string) =>
    python(
      'from translate import parse, to_spark\nfrom errors import Refused, Unsupported\ntry:\n  print(json.dumps(to_spark(parse(sys.argv[1]))))\nexcept (Refused, Unsupported) as error:\n  print(json.dumps([type(error).__name__, str(error)]))',
      sql,
    )
  expect(told('SELECT levenshtein(a, b) FROM t')).toEqual(['Unsupported', 'the function levenshtein()'])
  expect(told('SELECT 1; SELECT 2')).toEqual(['Refused', 'one statement is expected'])
  expect(told('SELECT FROM WHERE')).toEqual(['Refused', expect.stringMatching(/^Parser Error/)])
  expect(told('SELECT "a`b" FROM t')).toBe('SELECT `a``b` FROM `t`')
})
