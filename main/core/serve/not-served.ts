// Why a server does not start, and the exit code that says it to programs. Owns nothing else.

/** Why a bundle is not served; its message is for the operator. */
export class NotServed extends Error {
  readonly exit: number
  constructor(message: string, exit: number) {
    super(message)
    this.exit = exit
  }
}
