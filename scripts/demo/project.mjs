/** The scratch project: a copy of the example, its configuration by scenario, and the plumbline command in it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { parseDocument } from 'yaml'
import { at } from '../tools.mjs'

const COMMAND = at('dist/plumbline.js')
const EXAMPLE = at('examples/birdstrikes')

/**
 * A fresh copy of the example in `root`, and what the story does to it: run the command, change the model, bring in
 * years.
 */
export function createProject(root) {
  rmSync(root, { recursive: true, force: true })
  const folder = join(root, 'birdstrikes')
  mkdirSync(root, { recursive: true })
  cpSync(EXAMPLE, folder, {
    recursive: true,
    filter: (path) => !/[\\/](model|\.plumbline|\.plumbline-registry|deployed)$/.test(path),
  })
  return {
    folder,
    /** Runs `plumbline <args>` and returns its JSON result; the exit code is part of it. */
    async plumbline(...args) {
      const child = spawn(process.execPath, [COMMAND, '--json', ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      if (stdout.trim() === '') throw new Error(`plumbline ${args.join(' ')} ended with ${exitCode}:\n${stderr}`)
      return { exitCode, stderr, ...JSON.parse(stdout) }
    },
    document: (name) => JSON.parse(readFileSync(join(folder, '.plumbline', `${name}.json`), 'utf8')),
    /** Sets keys of plumbline.yml and leaves the rest, comments too. */
    configure(changes) {
      const path = join(folder, 'plumbline.yml')
      const yaml = parseDocument(readFileSync(path, 'utf8'))
      for (const [keys, value] of changes) {
        if (value === undefined) yaml.deleteIn(keys)
        else yaml.setIn(keys, yaml.createNode(value))
      }
      writeFileSync(path, yaml.toString({ lineWidth: 0 }))
    },
    scenario: (name) => JSON.parse(readFileSync(join(folder, 'scenarios', `${name}.json`), 'utf8')),
    /** Keeps the reports of this step, because the next one writes its own. Returns the paths that exist. */
    keepReports(step, names) {
      const kept = join(root, 'reports', step)
      cpSync(join(folder, '.plumbline'), kept, { recursive: true })
      return names.map((name) => join(kept, name)).filter((path) => existsSync(path))
    },
    /** Starts `plumbline serve` on a free port. `close` ends it and waits. */
    async serve(log) {
      const child = spawn(process.execPath, [COMMAND, 'serve', '--port', '0', '--log', log], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = new Promise((done) => child.once('exit', done))
      const errors = []
      createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
      const url = await new Promise((found, failed) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          const match = /https?:\/\/[^\s]+/.exec(line)
          if (match) found(match[0].replace(/\/$/, ''))
        })
        child.once('exit', (code) => failed(new Error(`plumbline serve ended with ${code}:\n${errors.join('\n')}`)))
      })
      return {
        url,
        close: async () => {
          child.kill('SIGTERM')
          await ended
        },
      }
    },
  }
}
