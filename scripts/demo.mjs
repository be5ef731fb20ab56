/**
 * `npm run demo`: sets up a fresh clone and plays the story of examples/birdstrikes in .scratch/demo: real data, really
 * trained models, every verdict as the stages give it. `--json FILE` also writes what happened, for the test.
 */
import { writeFileSync } from 'node:fs'
import { setup } from './setup.mjs'
import { asProgram, at } from './tools.mjs'

asProgram(import.meta.url, async (args) => {
  await setup()
  const { play } = await import('./demo/story.mjs')
  const started = Date.now()
  const steps = await play(at('.scratch', 'demo'))
  console.log(
    `\nThat was all, in ${Math.round((Date.now() - started) / 1000)} s. The project, its registry and every report lie in .scratch/demo.`,
  )
  console.log('Your own data: node dist/plumbline.js init')
  const target = args[args.indexOf('--json') + 1]
  if (args.includes('--json')) writeFileSync(target, `${JSON.stringify(steps, null, 2)}\n`)
})
