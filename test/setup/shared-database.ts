import { SILENT } from '#lib/local-cloud/core/log.ts';
import { createEngine } from '#lib/local-cloud/dynamodb/engine.ts';

/**
 * One DynamoDB Local for all clouds of a test run: each has tables of its own in it, and none has to start Java, which
 * is two seconds of a processor. It ends with this process.
 */
export async function shareDatabase(): Promise<void> {
  if (process.env.DYNAMODB_LOCAL_PORT) return;
  const engine = createEngine({ forGuests: true, fastStart: true, javaHome: process.env.JAVA_HOME }, SILENT);
  const { port } = await engine.launch();
  process.env.DYNAMODB_LOCAL_PORT = String(port);
}

/** The options of a cloud that uses it; where it does not run, the cloud starts a database of its own. */
export function sharedDatabase() {
  const { DYNAMODB_LOCAL_PORT, JAVA_HOME: javaHome } = process.env;
  return { databasePort: Number(DYNAMODB_LOCAL_PORT) || undefined, fastStart: true, javaHome };
}
