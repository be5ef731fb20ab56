/** Text made from the declaration of an action: pure functions. */

/** `<action>: <input>` of every input, output, permission and action that nobody described. */
export function missingDescriptions({ name, title, description, inputs, outputs, permissions }) {
  const described = {
    title,
    description,
    ...prefixed(
      'input',
      mapValues(inputs, (spec) => spec.description),
    ),
    ...prefixed('output', outputs),
    ...prefixed('permission', permissions),
  }
  return Object.entries(described)
    .filter(([, text]) => !text?.trim())
    .map(([what]) => `${name}: ${what}`)
}

/** `main` is the path of the stub, relative to the action.yml. */
export function actionYml(action, main) {
  const lines = [
    '# Made by `npm run docs` from action.ts; edit that.',
    `name: ${quote(action.title)}`,
    `description: ${quote(action.description)}`,
    `author: 'The Plumbline authors'`,
    'branding:',
    `  icon: ${quote(action.icon)}`,
    `  color: ${quote(action.color)}`,
    'inputs:',
    ...Object.entries(action.inputs).flatMap(([name, spec]) => [
      `  ${name}:`,
      `    description: ${quote(spec.description)}`,
      `    required: ${spec.required === true}`,
      ...(spec.default === undefined ? [] : [`    default: ${quote(spec.default)}`]),
    ]),
    'outputs:',
    ...Object.entries(action.outputs).flatMap(([name, description]) => [
      `  ${name}:`,
      `    description: ${quote(description)}`,
    ]),
    'runs:',
    `  using: 'node24'`,
    `  main: ${quote(main)}`,
  ]
  return `${lines.join('\n')}\n`
}

function defaultText(value, config) {
  if (value) return code(value)
  return config ? `${code(config)} of plumbline.yml` : ''
}

/** Table of the inputs of an action: name, default, description. */
export function inputsTable({ inputs }) {
  const rows = Object.entries(inputs).map(([name, { description, default: value, required, config }]) => [
    code(name),
    required ? '**required**' : defaultText(value, config),
    description,
  ])
  return table(['Input', 'Default', 'What it does'], rows)
}

/** Table of the outputs of an action. */
export function outputsTable({ outputs }) {
  return table(
    ['Output', 'What it holds'],
    Object.entries(outputs).map(([name, description]) => [code(name), description]),
  )
}

/** Table of the permissions of an action, or `None.` */
export function permissionsTable({ permissions }) {
  const rows = Object.entries(permissions).map(([name, reason]) => [code(name), reason])
  return rows.length === 0 ? 'None.' : table(['Permission', 'What for'], rows)
}

/** Table of all actions with links to their READMEs. */
export function actionsTable(actions) {
  return table(
    ['Action', 'What it does'],
    actions.map(({ name, description }) => [`[${name}](actions/${name}/README.md)`, description]),
  )
}

/** A table of Markdown; cells become one line each. */
export function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A YAML string that no parser takes for anything else, on one line. */
function quote(text) {
  return `'${text.replace(/\s*\n\s*/g, ' ').replaceAll("'", "''")}'`
}

const code = (text) => `\`${text}\``

const prefixed = (kind, record) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [`${kind} ${key}`, value]))

const mapValues = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
