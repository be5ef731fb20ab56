/**
 * Loaded into every Node process of a job that act runs (NODE_OPTIONS=--import). act gives all jobs one token, and knows
 * nothing of environments; a runner gives each job its own. So each step asks the test for what is its job's alone, and
 * takes that in place of what act gave. A process that connects to anything but this machine is stopped.
 */
import net from 'node:net'

const { PLUMBLINE_ACT: address, GITHUB_JOB: job, GITHUB_WORKFLOW: workflow, GITHUB_ACTION: step } = process.env

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const host = typeof first === 'object' ? (first.host ?? (first.path ? null : 'localhost')) : 'localhost'
  if (host !== null && !['localhost', '127.0.0.1', '::1'].includes(host)) {
    const error = new Error(`this test has no network: ${host}`)
    console.error(error.message)
    throw error
  }
  return connect.apply(this, args)
}

// Once for each step: what a step starts inherits it.
if (address && job && !process.env.PLUMBLINE_ACT_STEP) {
  process.env.PLUMBLINE_ACT_STEP = step
  const answer = await fetch(`${address}/step`, { method: 'POST', body: JSON.stringify({ workflow, job, step }) })
  if (!answer.ok) throw new Error(`the test knows no job ${job} of ${workflow}: ${await answer.text()}`)
  const { given, env } = await answer.json()
  for (const [name, value] of Object.entries(process.env)) {
    if (value in given) process.env[name] = given[value]
  }
  Object.assign(process.env, env)
}
