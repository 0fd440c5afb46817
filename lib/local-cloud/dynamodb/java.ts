import { execFile } from 'node:child_process';
import { join } from 'node:path';

const OLDEST_JAVA = 17;
const HOW_TO_INSTALL =
  'install it (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17) and try again.';

/** No usable Java. The message is one sentence that says what to do. */
export class JavaError extends Error {
  override readonly name = 'JavaError';
  readonly code = 'JAVA_UNUSABLE';
}

/** `javaHome` is what people keep in JAVA_HOME; without it the `java` on the path is taken. */
export function javaCommand(javaHome: string | undefined): string {
  return javaHome ? join(javaHome, 'bin', 'java') : 'java';
}

/**
 * Why DynamoDB Local did not start. Asked only afterwards: looking at the version first would delay every good start.
 * `output` is the last that the process wrote.
 */
export async function explainStartFailure(java: string, output: string): Promise<Error> {
  const version = await javaVersion(java);
  if (!version) return new JavaError(`Bazaar's local DynamoDB needs Java 17 or newer: ${HOW_TO_INSTALL}`);
  if (majorOf(version) < OLDEST_JAVA) {
    return new JavaError(
      `Bazaar's local DynamoDB needs Java 17 or newer, but ${java} is Java ${version}: ${HOW_TO_INSTALL}`,
    );
  }
  return new Error(`DynamoDB Local did not start on Java ${version}: ${output.trim() || 'it wrote nothing.'}`);
}

/** `17.0.15` of `openjdk version "17.0.15" 2025-04-15`, or nothing when there is no Java at all. */
function javaVersion(java: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(java, ['-version'], { timeout: 10_000 }, (_error, stdout, stderr) => {
      resolve(/version "([^"]+)"/.exec(`${stderr}${stdout}`)?.[1]);
    });
  });
}

/** Up to Java 8 the major version stood second: `1.8.0_402`. */
function majorOf(version: string): number {
  const [first, second] = version.split(/[._-]/).map(Number);
  return (first === 1 ? second : first) ?? 0;
}
