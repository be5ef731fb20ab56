import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const bin = join(process.env.RUNNER_TEMP, 'python')
mkdirSync(bin, { recursive: true })
writeFileSync(join(bin, 'pip'), '#!/bin/sh\necho "pip $*"\ntest ! -s requirements.txt\n')
chmodSync(join(bin, 'pip'), 0o755)
appendFileSync(process.env.GITHUB_PATH, `${bin}\n`)
