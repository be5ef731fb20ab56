import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../../shared/core/errors.js'
import { createExec } from '../../../shared/core/exec.js'

const node = process.execPath
/** A killed orphan may stay in the process table until its new parent looks: that is not running. */
const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '')
  } catch {
    return false
  }
}

describe('child processes', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'plumbline-exec-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  test('arguments arrive as they are: no shell looks at them', async () => {
    const lines: string[] = []
    const exec = createExec(root, process.env)
    const odd = ['$HOME', '; echo owned', '"quoted"', 'a b', '*', '']
    const result = await exec.run([node, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd], {
      onLine: (line) => lines.push(line),
    })
    expect(result).toMatchObject({ code: 0, signal: null, timedOut: false })
    expect(JSON.parse(lines[0] as string)).toEqual(odd)
  })

  test('a program that is not there is a message, not a stack', async () => {
    await expect(createExec(root, process.env).run(['no-such-program-here'])).rejects.toThrow(UserError)
    await expect(createExec(root, process.env).run([])).rejects.toThrow('the command is empty')
  })

  test('the time limit ends the whole tree, even a child that ignores SIGTERM', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      require('node:fs').writeFileSync('pid', String(child.pid))
      process.on('SIGTERM', () => {})
      setInterval(() => {}, 1000)`
    const result = await createExec(root, process.env).run([node, '-e', script], { timeoutSeconds: 1 })
    expect(result.timedOut).toBe(true)
    const pid = Number(await readFile(join(root, 'pid'), 'utf8'))
    await sleep(100)
    expect(alive(pid)).toBe(false)
  }, 20000)

  test('a child left in the background does not outlive its parent', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
      child.unref()
      require('node:fs').writeFileSync('pid', String(child.pid))`
    const result = await createExec(root, process.env).run([node, '-e', script])
    expect(result.code).toBe(0)
    await sleep(100)
    expect(alive(Number(await readFile(join(root, 'pid'), 'utf8')))).toBe(false)
  })

  test('invalid UTF-8 and a missing last newline are still lines', async () => {
    const lines: string[] = []
    await createExec(root, process.env).run(
      [node, '-e', 'process.stdout.write(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0x63]))'],
      { onLine: (line) => lines.push(line) },
    )
    expect(lines).toEqual(['a\ufffdb', 'c'])
  })
})
