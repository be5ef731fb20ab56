import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Config } from '../../../shared/contracts/config.js'
import { DataContract } from '../../../shared/contracts/data-contract.js'
import { parseYaml } from '../../../shared/core/yaml.js'

const EXAMPLES = join(import.meta.dirname, '../../../examples')

describe.each(['birdstrikes', 'breast-cancer', 'streaming-recommender'])('examples/%s', (name) => {
  const text = (file: string) => readFileSync(join(EXAMPLES, name, file), 'utf8')

  test('plumbline.yml is valid and names the model after the folder', () => {
    const { value, problems } = parseYaml(Config, text('plumbline.yml'), 'plumbline.yml')
    expect(problems).toBeUndefined()
    expect(value?.model).toBe(name)
    expect(value?.data.contract).toBe('data-contract.yml')
  })

  test('data-contract.yml is valid', () => {
    expect(parseYaml(DataContract, text('data-contract.yml'), 'data-contract.yml').problems).toBeUndefined()
  })

  test('the README states where the data come from', () => {
    expect(text('README.md')).toMatch(/^## The data$/m)
  })
})
