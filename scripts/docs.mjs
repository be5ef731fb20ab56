/**
 * `npm run docs`: writes what is made from the declarations: action.yml files, tables between markers in the READMEs and in
 * docs/metrics.md, JSON Schemas. `--check`: changes nothing and names what is out of step.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { metricTables } from './docs-metrics.mjs'
import {
  actionsTable,
  actionYml,
  inputsTable,
  missingDescriptions,
  outputsTable,
  permissionsTable,
} from './docs-text.mjs'
import { compileSources } from './setup.mjs'
import { asProgram, at, Failure, filesBelow } from './tools.mjs'

/** The action that is also the root of the repository: `uses: owner/plumbline@v1`. */
const ROOT_ACTION = 'pipeline'

asProgram(import.meta.url, async (args) => {
  const check = args.includes('--check')
  await compileSources()
  const actions = await loadActions()
  const undescribed = actions.flatMap(missingDescriptions)
  if (undescribed.length > 0) throw new Failure(`No description: ${undescribed.join(', ')}.`)

  const files = [...actions.map(actionFile), ...(await schemaFiles()), ...readmes(actions), await metricsPage()]
  const missing = files.filter(({ content }) => content === null).map(({ path }) => path)
  const wrong = files.filter(({ path, content }) => content !== null && content !== current(path))
  const strays = strayFiles(files)
  if (check) {
    const problems = [
      ...missing.map((path) => `${path} is missing or has no generated tables`),
      ...wrong.map(({ path }) => `${path} is out of step`),
      ...strays.map((path) => `${path} belongs to nothing`),
    ]
    if (problems.length > 0) throw new Failure(`${problems.join('\n')}\nRun: npm run docs`)
    console.log(`${files.length} generated files are in step.`)
    return
  }
  for (const { path, content } of wrong) {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), content)
    console.log(`wrote ${path}`)
  }
  for (const path of [...missing, ...strays]) console.warn(`look at ${path}: missing, without markers, or left over`)
})

async function loadActions() {
  const { actions } = await compiled('actions/index.js')
  return Promise.all(Object.values(actions).map((load) => load()))
}

function actionFile(action) {
  const root = action.name === ROOT_ACTION
  return {
    path: root ? 'action.yml' : `actions/${action.name}/action.yml`,
    content: actionYml(action, `${root ? '' : '../../'}dist/${action.name}.js`),
  }
}

/** Each stage's README has its tables; the root README has those of the root action and the list of the stages. */
function readmes(actions) {
  const stages = actions.filter(({ name }) => name !== ROOT_ACTION)
  const root = actions.filter(({ name }) => name === ROOT_ACTION).map(tablesOf)
  return [
    ...stages.map((action) => fill(`actions/${action.name}/README.md`, tablesOf(action))),
    fill('README.md', Object.assign({ actions: actionsTable(stages) }, ...root)),
  ]
}

function tablesOf(action) {
  return { inputs: inputsTable(action), outputs: outputsTable(action), permissions: permissionsTable(action) }
}

/** The file with each table between its markers; null content when the file or a marker is missing. */
function fill(path, tables) {
  let text = current(path)
  for (const [name, table] of Object.entries(tables)) {
    const open = `<!-- ${name} -->`
    const close = `<!-- /${name} -->`
    const start = text?.indexOf(open) ?? -1
    const end = text?.indexOf(close, start) ?? -1
    if (text === null || start < 0 || end < 0) return { path, content: null }
    text = `${text.slice(0, start)}${open}\n\n${table}\n\n${text.slice(end)}`
  }
  return { path, content: text }
}

/** Every metric with its convention, its interval and what it equals. */
async function metricsPage() {
  const { METRICS, FAMILIES, findMetric } = await compiled('shared/stats/metrics/index.js')
  const { METRICS: CALIBRATION } = await compiled('shared/stats/metrics/calibration/index.js')
  return fill('docs/metrics.md', metricTables({ METRICS, FAMILIES, findMetric, CALIBRATION }))
}

/** A schema for every document, for plumbline.yml and for the data contract. */
async function schemaFiles() {
  const z = await import('zod')
  const contracts = await compiled('shared/contracts/index.js')
  const written = Object.values(contracts)
    .map((schema) => ({ schema, name: documentName(schema) }))
    .filter(({ name }) => name !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const all = [{ schema: contracts.Config, name: 'plumbline' }, ...written]
  return all.map(({ schema, name }) => {
    // People write the configuration and the contract, where a default may be left out; programs write the documents.
    const io = name === 'plumbline' || name === 'data-contract' ? 'input' : 'output'
    const title = name === 'plumbline' ? 'plumbline.yml' : `plumbline.${name}/1`
    const { $schema, ...rest } = z.toJSONSchema(schema, { io })
    return { path: `schemas/${name}.schema.json`, content: `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n` }
  })
}

function documentName(schema) {
  const literal = schema?.shape?.schema?.value
  return typeof literal === 'string' ? (/^plumbline\.(.+)\/\d+$/.exec(literal)?.[1] ?? null) : null
}

/** Generated files whose source is gone. */
function strayFiles(files) {
  const known = new Set(files.map(({ path }) => path))
  const generated = [
    ...filesBelow(at('schemas')).map((path) => `schemas/${path}`),
    ...filesBelow(at('actions'))
      .filter((path) => path.endsWith('/action.yml'))
      .map((path) => `actions/${path}`),
  ]
  return generated.filter((path) => !known.has(path))
}

function current(path) {
  return existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null
}

function compiled(path) {
  return import(pathToFileURL(at('lib', path)).href)
}
