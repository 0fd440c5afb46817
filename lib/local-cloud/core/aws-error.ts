/** An error as an AWS service answers it: a stable code, a sentence, and the HTTP status that carries it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Fields of the error shape beside the message, such as DynamoDB's `CancellationReasons`. */
  readonly fields: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** The templates ask for something that the embedded cloud does not run. The message names the resource. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
  readonly code = 'UNSUPPORTED_BY_LOCAL_CLOUD';
}
