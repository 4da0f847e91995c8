/** A command cannot do what it was asked; the message names what is wrong. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
