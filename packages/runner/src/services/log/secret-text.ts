/** What a secret is replaced with. */
export const REDACTED = '[redacted]'

/**
 * Shapes of secrets within text, with what takes their place. Private keys cannot be told from hashes or signatures of the same length, so those are masked
 * as well: a log that hides too much is a nuisance, one that hides too little empties an account.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // Passwords in URLs. PostgreSQL's may hold any character and are still passed around unescaped, hence up to the last @.
  [/(postgres(?:ql)?:\/\/[^\s:@/]*:)[^\s"']*@/gi, `$1${REDACTED}@`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*:)[^\s/?#"']*@/gi, `$1${REDACTED}@`],
  // Secrets in query strings.
  [/([?&](?:api[-_]?key|key|token|[a-z]+[-_]token|secret|password|auth)=)[^&#\s"']+/gi, `$1${REDACTED}`],
  // `password=...`, `"privateKey": "..."`, `secret: ...`.
  [
    /((?:password|passwd|passphrase|mnemonic|secret|(?:private|secret|signing|api|access)[-_ ]?key)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;&}\]]+)/gi,
    `$1${REDACTED}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // 32 bytes or more in hex.
  [/(?:0x)?[0-9a-f]{64,}/gi, REDACTED],
  // 64 bytes in base58.
  [/(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{87,88}(?![1-9A-HJ-NP-Za-km-z])/g, REDACTED],
  // 32 bytes or more as a JSON array.
  [/\[\s*(?:\d{1,3}\s*,\s*){31,}\d{1,3}\s*\]/g, REDACTED],
]

/** Masks everything in a text that may be a secret. */
export function redactText(text: string): string {
  let masked = text
  for (const [shape, replacement] of SHAPES) masked = masked.replace(shape, replacement)
  return masked
}

const SECRET_NAME =
  /(?:private|secret|signing|encryption|wallet|agent|session|api|access|auth)[-_ ]?key|secret|mnemonic|seed|pass(?:word|wd|phrase)|authorization|cookie|credential|jwt|(?:access|auth|api|bearer|refresh|session)[-_ ]?token/i

/** Whether a field of this name is masked whatever its value. `key` itself is decided by its value. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}
