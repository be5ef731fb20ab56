const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}

const SIGNAL_MEANINGS: Readonly<Record<string, [meaning: string, cure: string]>> = {
  SIGINT: ['was interrupted (SIGINT)', 'run it again; somebody or something cancelled it'],
  SIGTERM: ['was asked to stop (SIGTERM)', 'run it again; the job was cancelled or the machine was taken away'],
  SIGKILL: [
    'was killed (SIGKILL), most often because memory ran out',
    'use a larger machine, or train on fewer rows or in smaller batches',
  ],
  SIGSEGV: [
    'crashed in native code (SIGSEGV, bad memory access)',
    'check the versions of native packages; they must fit each other and this processor',
  ],
  SIGABRT: [
    'aborted itself (SIGABRT: a failed assertion or a native error)',
    'read the last lines of its output for the assertion',
  ],
  SIGILL: [
    'used an instruction that this processor lacks (SIGILL)',
    'install a build of the native package for this processor',
  ],
  SIGBUS: ['crashed in native code (SIGBUS)', 'check free space in /dev/shm and on the disk, and memory-mapped files'],
  SIGFPE: ['crashed in arithmetic (SIGFPE)', 'look for a division by zero in native code'],
  SIGPIPE: ['wrote to a closed pipe (SIGPIPE)', 'look for a part of a pipeline that ended early'],
}

const CODE_MEANINGS: Readonly<Record<number, [meaning: string, cure: string]>> = {
  1: ['reported an error (exit code 1)', 'read its first error in the report'],
  2: ['was called wrongly or reported an error (exit code 2)', 'check its arguments and read its first error'],
  126: [
    'found a program that cannot be executed (exit code 126)',
    'make it executable, or name the interpreter before it',
  ],
  127: [
    'did not find a program that it calls (exit code 127)',
    'install that program in an earlier step, or check the PATH',
  ],
}

/** NTSTATUS values that Windows hands over as exit codes. */
const WINDOWS_MEANINGS: Readonly<Record<number, [meaning: string, cure: string]>> = {
  3221225477: ['crashed in native code (access violation)', 'check the versions of native packages'],
  3221225725: ['overflowed its stack', 'look for endless recursion'],
  3221225786: ['was interrupted (Ctrl+C)', 'run it again; somebody or something cancelled it'],
  3221225495: ['ran out of memory', 'use a larger machine, or train on fewer rows or in smaller batches'],
}

/** How a program ended. */
export interface End {
  readonly signal: string | null
  /** In words that complete "the command …". */
  readonly meaning: string
  readonly cure: string | null
}

/** What an exit code or a signal means; codes above 128 are signals by the convention of shells. */
export function endOf(code: number | null, endedBy: string | null = null): End {
  const signal = endedBy ?? signalOf(code)
  if (signal !== null) {
    const [meaning, cure] = SIGNAL_MEANINGS[signal] ?? [`was ended by ${signal}`, 'read the end of its output']
    return { signal, meaning: code === null ? meaning : `${meaning}, exit code ${code}`, cure }
  }
  const known = CODE_MEANINGS[code as number] ?? WINDOWS_MEANINGS[code as number]
  const [meaning, cure] = known ?? [`reported an error (exit code ${code})`, 'read its first error in the report']
  return { signal: null, meaning, cure }
}

function signalOf(code: number | null): string | null {
  return code === null ? null : (SIGNALS[code - 128] ?? null)
}
