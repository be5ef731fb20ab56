import { parseArgsStringToArgv } from 'string-argv'
import type { Command } from '../contracts/predict.js'

/** Program and arguments of a configured command; quotes are understood, nothing is expanded, no shell is used. */
export function commandLine(command: Command): string[] {
  return typeof command === 'string' ? parseArgsStringToArgv(command) : [...command]
}
