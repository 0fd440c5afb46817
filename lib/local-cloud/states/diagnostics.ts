/** One thing that is wrong with a definition, as ValidateStateMachineDefinition tells it. */
export interface Diagnostic {
  severity: 'ERROR';
  code: string;
  message: string;
  location: string;
}

/** Collects what is wrong while a definition is gone through. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  add(message: string, location: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.list.push({ severity: 'ERROR', code, message, location });
  }

  /** The text of an InvalidDefinition error. */
  toString(): string {
    return this.list.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join(', ');
  }
}
