import type { Failure } from './runtime-protocol.ts';

/** Why an execution environment is no more. */
export type EnvironmentEnd =
  | { kind: 'failure'; failure: Failure }
  | { kind: 'timeout'; seconds: number }
  | { kind: 'out-of-memory' }
  | { kind: 'exit'; code: number }
  /** Its process was killed in the middle of an invocation, as when the machine under it is lost. */
  | { kind: 'killed' }
  /** The embedded cloud ended it: it stops, or the code was replaced. */
  | { kind: 'retired' };

/** What the caller gets when the environment ended under its invocation. */
export function endAsFailure(end: EnvironmentEnd, requestId: string): Failure {
  const says = (errorType: string, reason: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${reason}`,
  });
  switch (end.kind) {
    case 'failure':
      return end.failure;
    case 'timeout':
      return says('Sandbox.Timedout', `Task timed out after ${end.seconds.toFixed(2)} seconds`);
    case 'killed':
      return says('Runtime.ExitError', 'Runtime exited with error: signal: killed');
    case 'out-of-memory':
      return says('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
    case 'exit':
      return says(
        'Runtime.ExitError',
        end.code === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${end.code}`,
      );
    case 'retired':
      return says('Sandbox.Failure', 'The execution environment was taken down');
  }
}
