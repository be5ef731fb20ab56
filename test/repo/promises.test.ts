import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT, sourceFiles } from './sources.js'

/** Each promise to users, with the titles of the tests that keep it. */
const PROMISES: Readonly<Record<string, readonly string[]>> = {
  'Verdict first, publication second': [
    'promise 1: verdict first: outputs, summary and documents are written although the step fails',
    'a history that cannot be written changes no verdict',
  ],
  'Never green for lack of evidence': [
    'promise 2: never green for lack of evidence',
    'is never green in an empty repository, and says what is missing',
    '%s is no pass for validate-data',
    'no test rows are no pass for evaluate-gate',
    'a handful of test rows does not decide',
    'no log, and an empty one, are no pass for monitor',
    'few rows are inconclusive, with the difference that they could show',
    'an undefined ratio never passes',
    'a rule on slices that are all too small was judged on none',
    'a column with one value changes nothing, and nothing tested is not passed',
    'without golden rows the deployment is worth a warning, not a pass',
  ],
  'The baseline is the model that is deployed': [
    'promise 3: the baseline is the model that is deployed',
    'the first version says that there was none',
    'a newer version that was only published is not the baseline',
    'a package of it that was changed on disk is refused, not compared with',
    'compared with what is deployed, not with what was published last',
    'a rolled back version is not the deployed one',
    'the same files are the same model: nothing to judge, nothing asked twice',
  ],
  'A version is written once': [
    'promise 4: a version is written once: the same run again changes nothing and succeeds',
  ],
  'A deployment has succeeded only when the endpoint says so': [
    'promise 5: a deployment has succeeded only when the target itself names the wanted digest',
    'only the wanted digest, ready, is a confirmation',
    'a server that says done and reports another digest is not believed',
    'a model that does not hold after the switch is rolled back, and the rollback is confirmed',
  ],
  'Nothing leaves': [
    'promise 6: nothing leaves',
    'no stage of the chain, nor a program it starts, opens a connection to another machine',
    'HTML reports load nothing from anywhere',
    'is one page that loads nothing, runs nothing, and says the verdict in word and sign',
  ],
  'Nothing from data, logs or git names is trusted': [
    'promise 7: nothing from data, names or logs is trusted',
    'arguments reach the command as they are, through no shell',
    'any text is one literal and one identifier',
    'columns named like SQL, and names that differ in case alone',
    'one line of text stays one line without HTML, fence, cell, mention, reference or command',
    'the terminal is never steered by data or logs',
  ],
  'Every formula is named': ['promise 8: every formula is named in the output'],
  'The same inputs give the same bytes': [
    'the same inputs give the same documents but for the time',
    'no document holds a path of the machine',
  ],
  'One error that lists every mistake with its line': [
    'lists every mistake of plumbline.yml at once, each with its line, and no stack trace',
    'ten mistakes in plumbline.yml and two in the inputs come in one error, each with line and cure',
    'names a wrong input as it is called in the workflow',
  ],
  Layers: [
    'contracts import only zod and each other',
    'an action imports shared and itself, never another action',
    'values of @actions packages are imported in shared/core/runtime.ts alone, each heavy one in a file of its own',
    'there are no import cycles',
    'a stage starts without the heavy packages: they are loaded when they are touched',
    '%s starts without loading an HTTP client',
  ],
  'Bad input ends in words': [
    'a file that is missing, and a glob without a match',
    'a file that was cut in half, one that lies about itself, one that is something else',
    '2,000 columns',
    'quotes, line ends and delimiters inside values; CRLF; a byte order mark',
  ],
  'The demo tells a true story': ['npm run demo tells a true story'],
  'The data engine comes from its lock file': [
    'a stage away from node_modules installs the data engine from its lock file, and finds it in the next step',
    'without a registry the message says what could not be reached and how to do without',
    'has a hash for every package and names no registry',
  ],
  'What is generated is in step': [
    'action.yml files, README tables and JSON Schemas are in step with the declarations',
    'runs on node24',
    'dist is at most 8 MB',
    'dist holds no native code, and the WebAssembly of SQLite alone',
  ],
}

const titles = new Set(
  sourceFiles('test')
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap(titlesIn),
)

test.each(Object.entries(PROMISES))('"%s" is kept by tests that are there', (_, tests) => {
  expect(tests.length).toBeGreaterThan(0)
  expect(tests.filter((title) => !titles.has(title))).toEqual([])
})

/** First argument of every `test`, `it` and `describe`, `.each` included. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title) && /^(test|it|describe)\b/.test(calleeOf(node.expression)))
        found.push(title.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** The name at the root of `test`, `test.each(…)` or `describe.only`. */
function calleeOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return calleeOf(node.expression)
  if (ts.isTaggedTemplateExpression(node)) return calleeOf(node.tag)
  return ''
}
