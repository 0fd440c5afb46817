// `npm run make-admin -- --stage dev --username x --email y`: makes an administrator in a deployed stage, or makes one
// of an existing user. It needs AWS credentials that may read the stage's parameter and invoke the function; with
// AWS_ENDPOINT_URL it works on the embedded cloud. The password comes from BAZAAR_ADMIN_PASSWORD or is asked for.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { RegisterRequest } from '#functions/user/user-api.ts';
import { parameterName } from '#lib/infra/names.ts';
import { ValidationFailed } from '#lib/runtime/errors.ts';
import { validated } from '#lib/runtime/validation.ts';
import { whereToCall } from './where-to-call.ts';

const USAGE = 'Usage: npm run make-admin -- --stage <stage> --username <name> --email <address>';

try {
  await makeAdmin();
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}

async function makeAdmin(): Promise<void> {
  const { stage, ...names } = readArguments();
  const password = process.env.BAZAAR_ADMIN_PASSWORD || (await askForPassword());
  const admin = validated(RegisterRequest, { ...names, password });
  const { FunctionError, Payload } = await new LambdaClient(whereToCall()).send(
    new InvokeCommand({
      FunctionName: await functionName(stage),
      Payload: JSON.stringify(admin),
    }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  if (FunctionError) throw new Error(`The administrator could not be made: ${answer.errorMessage}`);
  console.log(`${admin.username} is an administrator of the stage ${stage}, user_id ${answer.user_id}`);
}

function readArguments(): { stage: string; username: string; email: string } {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { stage: { ...option, default: 'dev' }, username: option, email: option } });
  const { stage, username, email } = values;
  if (!username || !email) throw new Error(USAGE);
  return { stage, username, email };
}

async function functionName(stage: string): Promise<string | undefined> {
  const Name = parameterName(stage, 'user', 'make-admin-function');
  try {
    return (await new SSMClient(whereToCall()).send(new GetParameterCommand({ Name }))).Parameter?.Value;
  } catch (cause) {
    if (!(cause instanceof ParameterNotFound)) throw cause;
    throw new Error(`There is no stage ${stage} here: ${Name} is not set. Check --stage, account and region.`, {
      cause,
    });
  }
}

/** Shows nothing of what is typed. */
async function askForPassword(): Promise<string> {
  if (!process.stdin.isTTY) throw new Error('Set BAZAAR_ADMIN_PASSWORD, or run this in a terminal to be asked for it.');
  process.stdout.write('Password of the administrator: ');
  process.stdin.setRawMode(true);
  // Without an output readline echoes nothing; `terminal` lets it handle the keys that correct and abort.
  const lines = createInterface({ input: process.stdin, terminal: true });
  lines.once('SIGINT', () => process.exit(130));
  const [password] = await once(lines, 'line');
  lines.close();
  process.stdout.write('\n');
  return password;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof ValidationFailed)) return (error as Error).message;
  return error.fieldErrors.map(({ field, message }) => `${field}: ${message}`).join('\n');
}
