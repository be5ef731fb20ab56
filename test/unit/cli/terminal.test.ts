import { Writable } from 'node:stream'
import fc from 'fast-check'
import { plain, terminalLog, verdictLine } from '../../../cli/terminal.js'

function terminal(quiet = false) {
  let text = ''
  const err = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  return { at: { out: err, err, color: false, quiet }, said: () => text }
}

test('messages, with their place, a line each', () => {
  const { at, said } = terminal()
  const log = terminalLog(at)
  log.info('reading')
  log.notice('two rows', { file: 'data.csv', line: 3 })
  log.warning('late', { file: 'data.csv' })
  log.error('gone')
  expect(said()).toBe('reading\ntwo rows (data.csv:3)\nwarning: late (data.csv)\nerror: gone\n')
  expect(verdictLine(at, 'validate-data', 'fail', 'no rows')).toBe('✗ validate-data: fail: no rows')
})

test('quiet leaves warnings and errors', () => {
  const { at, said } = terminal(true)
  const log = terminalLog(at)
  log.info('reading')
  log.notice('two rows')
  log.warning('late')
  expect(said()).toBe('warning: late\n')
})

test('the terminal is never steered by data or logs', () => {
  const steering = ['\u001b', '\u009b', '\u0007', '\b', '\r', '\u202e', '\u2066']
  const text = fc
    .array(
      fc.constantFrom('\u001b[31m', '\u001b]0;x\u0007', '\r', '\b', '\u009b2J', '\u202e', '\u2066', 'a', ' ', '\n'),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (message) => {
      const { at, said } = terminal()
      const log = terminalLog(at)
      for (const say of [log.info, log.notice, log.warning, log.error]) say(message)
      const shown = `${said()}${verdictLine(at, 'x', 'fail', message)}`
      expect(steering.filter((sign) => shown.includes(sign))).toEqual([])
      expect(plain(message).replaceAll(/[^a \n]/g, '')).toBe(message.replaceAll(/[^a \n]/g, ''))
    }),
  )
})
