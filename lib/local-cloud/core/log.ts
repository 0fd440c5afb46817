/** Where the embedded cloud says what it does: one line an event, shown by `npm start`, silent in tests. */
export interface CloudLog {
  info(line: string): void;
  warn(line: string): void;
}

export const SILENT: CloudLog = { info() {}, warn() {} };
