/**
 * `npm run bench [name]…`: the quality bars, each measured beside its reference in the same run. Every other file of
 * this folder is a bench: it exports `title` and `bench(tools)`, which returns rows for a table.
 */
import { readdirSync } from 'node:fs'
import { setup } from '../scripts/setup.mjs'
import { asProgram, at, Failure } from '../scripts/tools.mjs'

const ALL = readdirSync(at('bench'))
  .filter((file) => file.endsWith('.mjs') && file !== 'index.mjs' && file !== 'measure.mjs')
  .map((file) => file.replace('.mjs', ''))
  .sort()

asProgram(import.meta.url, async (args) => {
  const unknown = args.filter((name) => !ALL.includes(name))
  if (unknown.length > 0) throw new Failure(`No bench ${unknown.join(', ')}; there are: ${ALL.join(', ')}.`)
  await setup()
  console.log(`Node ${process.versions.node} on ${process.platform} ${process.arch}`)
  for (const name of args.length > 0 ? args : ALL) {
    const { title, bench } = await import(`./${name}.mjs`)
    console.log(`\n${name}: ${title}`)
    console.table(await bench())
  }
})
