import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT, sourceFiles } from './sources.js'

/** Each promise to users, with the titles of the tests that keep it. */
const PROMISES: Readonly<Record<string, readonly string[]>> = {
  'Verdict first, publication second': [
    'promise 1: verdict first: outputs, summary and documents are written although the step fails',
  ],
  'Never green for lack of evidence': [
    'promise 2: never green for lack of evidence',
    'is never green in an empty repository, and says what is missing',
    '%s is no pass for validate-data',
    'no test rows are no pass for evaluate-gate',
    'a handful of test rows does not decide',
    'no log, and an empty one, are no pass for monitor',
  ],
  'The baseline is the model that is deployed': [
    'promise 3: the baseline is the model that is deployed',
    'the first version says that there was none',
    'a newer version that was only published is not the baseline',
    'a package of it that was changed on disk is refused, not compared with',
  ],
  'A version is written once': [
    'promise 4: a version is written once: the same run again changes nothing and succeeds',
  ],
  'A deployment has succeeded only when the endpoint says so': [
    'promise 5: a deployment has succeeded only when the target itself names the wanted digest',
  ],
  'Nothing leaves': [
    'promise 6: nothing leaves',
    'no stage of the chain, nor a program it starts, opens a connection to another machine',
    'HTML reports load nothing from anywhere',
  ],
  'Nothing from data, logs or git names is trusted': [
    'promise 7: nothing from data, names or logs is trusted',
    'arguments reach the command as they are, through no shell',
  ],
  'Every formula is named': ['promise 8: every formula is named in the output'],
  'The same inputs give the same bytes': [
    'the same inputs give the same documents but for the time',
    'no document holds a path of the machine',
  ],
  'One error that lists every mistake with its line': [
    'lists every mistake of plumbline.yml at once, each with its line, and no stack trace',
    'names a wrong input as it is called in the workflow',
  ],
  Layers: [
    'contracts import only zod and each other',
    'an action imports shared and itself, never another action',
    'values of @actions packages are imported in shared/core/runtime.ts alone',
    'there are no import cycles',
    'a stage starts without the heavy packages: they are loaded when they are touched',
  ],
  'What is generated is in step': [
    'action.yml files, README tables and JSON Schemas are in step with the declarations',
    'runs on node24',
    'dist is at most 8 MB',
    'dist holds no native code',
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
