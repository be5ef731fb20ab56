import { createExec } from '../../../shared/core/exec.js'
import { createMemoryProbe, entryOfStat, memoryOfStatus, treeOf } from '../../../shared/predict/memory.js'

test('the tree of a process, and nothing beside it', () => {
  const processes = [
    [1, 0],
    [10, 1],
    [12, 11],
    [11, 10],
    [20, 1],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent }))
  expect(treeOf(processes, 10).sort()).toEqual([10, 11, 12])
  expect(treeOf(processes, 99)).toEqual([])
})

test('/proc/<pid>/stat: the name may hold brackets and blanks', () => {
  expect(entryOfStat('4242 (a) b (c) S 17 4242 4242 0 -1 4194304')).toEqual({ pid: 4242, parent: 17 })
  expect(entryOfStat('nonsense')).toBeNull()
})

test('/proc/<pid>/status: kB are 1,024 bytes; a thread of the kernel has none', () => {
  const status = 'Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\n'
  expect(memoryOfStatus(status)).toEqual({ resident: 204_800, highest: 307_200 })
  expect(memoryOfStatus('Name:\tkthreadd\n')).toBeNull()
})

test('other systems of Unix: `ps`, whose lines are pid, parent and kB', async () => {
  const asked: (readonly string[])[] = []
  const exec = {
    async run(command: readonly string[], options: { onLine?: (line: string, stream: 'stdout') => void } = {}) {
      asked.push(command)
      for (const line of ['    1     0   100', '   10     1  2000', '   11    10   500', ''])
        options.onLine?.(line, 'stdout')
      return { code: 0, signal: null, timedOut: false, durationSeconds: 0 }
    },
  }
  expect(await createMemoryProbe(exec, 'darwin')(10)).toEqual({ resident: 2_560_000, highest: null })
  expect(await createMemoryProbe(exec, 'darwin')(99)).toBeNull()
  expect(asked[0]?.[0]).toBe('ps')
  const none = { run: async () => Promise.reject(new Error('no such program')) }
  expect(await createMemoryProbe(none, 'darwin')(10)).toBeNull()
  expect(await createMemoryProbe(exec, 'win32')(10)).toBeNull()
})

test('this system: what a process has started counts', async () => {
  if (process.platform === 'win32') return
  const exec = createExec(process.cwd(), process.env)
  const holding =
    "const held = Buffer.alloc(50e6, 1); console.log('ready'); process.stdin.on('data', () => held.length)"
  const starting = `const { spawn } = require('node:child_process')
    spawn(process.execPath, ['-e', ${JSON.stringify(holding)}], { stdio: ['pipe', 'inherit', 'inherit'] })`
  const child = exec.start([process.execPath, '-e', starting])
  try {
    await new Promise((ready) => child.stdout?.once('data', ready))
    const seen = await createMemoryProbe(exec)(child.pid as number)
    // Two processes of Node of some 40 MB each, and 50 MB.
    expect(seen?.resident).toBeGreaterThan(90e6)
  } finally {
    process.kill(-(child.pid as number), 'SIGKILL')
  }
})
