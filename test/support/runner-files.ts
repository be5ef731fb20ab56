/** What a step says to the runner, read back: the files of GITHUB_OUTPUT and its kin, and workflow commands. */

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly title?: string
}

/** Values of GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE. Throws on a line that the runner would refuse. */
export function parseEnvFile(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/)
  const values: Record<string, string> = {}
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line === '') continue
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line)
    const assignment = /^([^=]+)=(.*)$/s.exec(line)
    if (heredoc) {
      const [, name, delimiter] = heredoc as unknown as [string, string, string]
      const end = lines.indexOf(delimiter, at + 1)
      if (end < 0) throw new Error(`the value of ${name} has no end: ${delimiter}`)
      values[name] = lines.slice(at + 1, end).join('\n')
      at = end
    } else if (assignment) {
      const [, name, value] = assignment as unknown as [string, string, string]
      values[name] = value
    } else {
      throw new Error(`neither name=value nor name<<delimiter: ${line}`)
    }
  }
  return values
}

/** Annotations among the lines of a log, in order. */
export function parseAnnotations(stdout: string): Annotation[] {
  return stdout.split(/\r?\n/).flatMap((line) => {
    const command = /^::(error|warning|notice)(?: (.*?))?::(.*)$/.exec(line)
    if (!command) return []
    const [, level, properties = '', message = ''] = command
    const { file, line: at, title } = parseProperties(properties)
    return [
      {
        level: level as Annotation['level'],
        message: decode(message),
        ...(file === undefined ? {} : { file }),
        ...(at === undefined ? {} : { line: Number(at) }),
        ...(title === undefined ? {} : { title }),
      },
    ]
  })
}

function parseProperties(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const [key, ...value] = pair.split('=')
        return [(key as string).trim(), decode(value.join('=')).replaceAll('%3A', ':').replaceAll('%2C', ',')]
      }),
  )
}

function decode(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}
