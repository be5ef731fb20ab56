import { parse } from 'yaml'

// Plain JavaScript without declarations: they run before anything is compiled.
const load = (name: string) => import(new URL(`../../scripts/${name}`, import.meta.url).href)
const { actionYml, actionsTable, inputsTable, missingDescriptions, permissionsTable } = await load('docs-text.mjs')
const { packagesOutOfStep } = await load('setup.mjs')

const ACTION = {
  name: 'train',
  title: "Plumbline: it's train",
  description: 'Trains: # a model',
  icon: 'cpu',
  color: 'blue',
  permissions: { contents: 'read, to check out' },
  inputs: {
    seed: { description: 'A seed, 1 | 2.', default: '42' },
    data: { description: 'Data.', required: true },
    command: { description: 'Overrides.', config: 'train.command' },
  },
  outputs: { verdict: 'yes: or "no"' },
}

test('action.yml survives every character of a description, and defaults are text', () => {
  expect(parse(actionYml(ACTION, '../../dist/train.js'))).toMatchObject({
    name: "Plumbline: it's train",
    description: 'Trains: # a model',
    inputs: { seed: { default: '42', required: false }, data: { required: true } },
    outputs: { verdict: { description: 'yes: or "no"' } },
    runs: { using: 'node24', main: '../../dist/train.js' },
  })
})

test('the table of inputs tells what is required, the default, and the key that an input stands for', () => {
  expect(inputsTable(ACTION).split('\n').slice(2)).toEqual([
    '| `seed` | `42` | A seed, 1 \\| 2. |',
    '| `data` | **required** | Data. |',
    '| `command` | `train.command` of plumbline.yml | Overrides. |',
  ])
})

test('an action without permissions says so', () => {
  expect(permissionsTable({ permissions: {} })).toBe('None.')
})

test('the list of actions links their READMEs', () => {
  expect(actionsTable([ACTION])).toContain('[train](actions/train/README.md)')
})

test('an input, output or permission without description is named', () => {
  const bare = { ...ACTION, inputs: { seed: { description: ' ' } }, outputs: { verdict: '' }, permissions: { id: '' } }
  expect(missingDescriptions(bare)).toEqual(['train: input seed', 'train: output verdict', 'train: permission id'])
  expect(missingDescriptions(ACTION)).toEqual([])
})

test('set-up finds nothing to install when node_modules is as locked', () => {
  expect(packagesOutOfStep()).toEqual([])
})
