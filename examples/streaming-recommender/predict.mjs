// One row as a JSON object per line in, one probability of a click per line out, answered as soon as read.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { predict } from './model.mjs'

const model = JSON.parse(readFileSync(new URL('model/model.json', import.meta.url), 'utf8'))
let line = 0

createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (text) => {
  line += 1
  if (text.trim() === '') return
  try {
    process.stdout.write(`${predict(model, JSON.parse(text))}\n`)
  } catch (error) {
    console.error(`predict: line ${line} is not a JSON object: ${error.message}`)
    process.exit(1)
  }
})
