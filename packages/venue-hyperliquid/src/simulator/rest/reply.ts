/** An answer before it is written. */
export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * How an answer reaches whoever asked: at once; dribbling in over `ms`; `lost`: the connection ends without a byte; `mute`: it stays open
 * and nothing ever comes.
 */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'slow'; readonly reply: Reply; readonly ms: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'mute' }

export function json(value: unknown, status = 200): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) }
}

export function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body, headers }
}

/** What a proxy in front of the venue says when it cannot reach it. */
export const BAD_GATEWAY: Reply = {
  status: 502,
  contentType: 'text/html',
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
}

/** The shape of the body of HTTP 429 is not documented; clients have reported `null`. */
export const TOO_MANY_REQUESTS: Reply = json(null, 429)

export const SERVER_FAILURE: Reply = json(null, 500)

export const NOT_DESERIALIZABLE: Reply = plain(422, 'Failed to deserialize the JSON body into the target type')
