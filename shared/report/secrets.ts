/**
 * Masks what looks like a credential, before log text or configuration goes into a report. GitHub masks logs only, and
 * only values that it knows. Each pattern is linear in the length of the text.
 */

const hidden = '***'

const shapes: readonly (readonly [RegExp, string])[] = [
  // GitHub, GitLab, Slack, AWS key ids, Hugging Face, OpenAI and Anthropic, npm, PyPI, Google, Stripe: known prefixes.
  [/\b(gh[opusr]_)[A-Za-z0-9]{16,255}/g, `$1${hidden}`],
  [/\b(github_pat_)\w{20,255}/g, `$1${hidden}`],
  [/\b(glpat-|npm_|pypi-|hf_)[\w-]{16,255}/g, `$1${hidden}`],
  [/\b(xox[a-z]-|xapp-)[A-Za-z0-9-]{8,255}/g, `$1${hidden}`],
  [/(hooks\.slack\.com\/(?:services|workflows)\/)[\w/]{8,255}/g, `$1${hidden}`],
  [/\b(A(?:KIA|SIA))[A-Z0-9]{16}\b/g, `$1${hidden}`],
  [/\b(sk-)[\w-]{16,255}/g, `$1${hidden}`],
  [/\b([sr]k_(?:live|test)_)[A-Za-z0-9]{10,255}/g, `$1${hidden}`],
  [/\b(AIza)[\w-]{35}/g, `$1${hidden}`],
  // JSON Web Token: header and payload are base64 of `{"`.
  [/\beyJ[\w-]{8,2000}\.eyJ[\w-]{4,4000}\.[\w-]{0,2000}/g, hidden],
  // Signed URLs, and keys in connection strings.
  [/([?&](?:sig|signature|X-Amz-Signature|X-Amz-Security-Token|X-Goog-Signature)=)[^&\s"'<>]{1,4000}/gi, `$1${hidden}`],
  [/\b((?:AccountKey|SharedAccessKey)=)[\w+/=-]{1,500}/gi, `$1${hidden}`],
  // scheme://user:password@host, and scheme://token@host.
  [/(:\/\/[^\s:@/"'<>]{0,200}:)[^\s@/"'<>]{1,500}(?=@)/g, `$1${hidden}`],
  [/(https?:\/\/)[^\s:@/"'<>]{16,500}(?=@)/g, `$1${hidden}`],
  [/\b((?:Bearer|Basic)\s{1,5})(?=[\w.~+/=-]{0,4000}[\d=])[\w.~+/=-]{8,4000}/gi, `$1${hidden}`],
]

// `db_password=…`, `"apiKey": "…"`, `--token …`; the name may be quoted, the value too.
const named =
  /([\w.-]{0,60}?(?:password|passwd|passphrase|pwd|secret|token|credential|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key)["']?(?:\s{0,5}(?::=|=>|[:=])\s{0,5}|(?<=--[\w-]{1,60}) ))("(?:[^"\\\n]|\\.){0,4000}"|'(?:[^'\\\n]|\\.){0,4000}'|[^\s"',;&<>(){}[\]]{1,4000})/gi
// A count, a flag or a reference to a secret is not a secret.
const harmless = /^(?:\d{1,7}(?:\.\d+)?|true|false|null|none|nil|undefined|yes|no|\*+|\$.*|)$/i

/** The text with every value that looks like a secret replaced by `***`; names and prefixes stay, so that it can be found. */
export function maskSecrets(text: string): string {
  let masked = maskKeyBlocks(text)
  for (const [shape, replacement] of shapes) masked = masked.replace(shape, replacement)
  return masked.replace(named, (whole: string, name: string, value: string) => {
    const quote = /^["']/.exec(value)?.[0] ?? ''
    const bare = quote === '' ? value : value.slice(1, -1)
    const isPassword = /pass|pwd/i.test(name)
    if (bare === '' || (harmless.test(bare) && !(isPassword && /^\d{4,}$/.test(bare)))) return whole
    return `${name}${quote}${hidden}${quote}`
  })
}

const keyMarker = /-----(BEGIN|END) [A-Z0-9 ]{1,60}-----/g

/** PEM blocks, also those that the log cut before their end. */
function maskKeyBlocks(text: string): string {
  const markers = [...text.matchAll(keyMarker)]
  let masked = ''
  let done = 0
  markers.forEach((marker, index) => {
    if (marker[1] === 'END') return
    const body = marker.index + marker[0].length
    const next = markers[index + 1]
    const key = next?.[1] === 'END' ? text.slice(body, next.index) : keyStart(text.slice(body, next?.index))
    masked += `${text.slice(done, body)}${hidden}`
    done = body + key.length
  })
  return masked + text.slice(done)
}

const keyStart = (text: string): string => /^(?:[\sA-Za-z0-9+/=:,-]|\\[nr])*/.exec(text)?.[0] ?? ''
