import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What `npm start` is told by its flags and its environment. */
export interface StartOptions {
  apiPort: number;
  awsPort: number;
  /** Undefined: one is made up. */
  adminPassword?: string;
  javaHome?: string;
  /** Where a DynamoDB Local listens that is to be used instead of one of our own. */
  databasePort?: number;
  /** Keeps tables and keys from one start to the next. */
  dataDir?: string;
  /** A synthesized app to run as it is, instead of synthesizing this one. */
  appDir?: string;
  verbose: boolean;
  watch: boolean;
  /** Starts each function once when all is ready, so that the first calls of it need not wait. */
  warmUp: boolean;
}

const FLAGS =
  '--data <directory> (keep everything over restarts), --app <directory> (run a synthesized app as it is), ' +
  '--no-watch (leave changed sources alone), --no-warm-up (start functions when they are called), ' +
  '--verbose (say what the cloud does)';

/** @throws Error with one sentence that says what is wrong and what would be right. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): StartOptions {
  const { data, app, verbose, watch, 'warm-up': warmUp } = readFlags(args);
  const ports = { apiPort: port('PORT', 3000, env), awsPort: port('AWS_PORT', 4566, env) };
  if (ports.apiPort === ports.awsPort && ports.apiPort !== 0) {
    throw new Error(`PORT and AWS_PORT are both ${ports.apiPort}: set one of them to another number, or to 0.`);
  }
  if (data && env.DYNAMODB_LOCAL_PORT) {
    throw new Error('--data keeps a database of our own: start without DYNAMODB_LOCAL_PORT.');
  }
  return {
    ...ports,
    adminPassword: acceptable(env.BAZAAR_ADMIN_PASSWORD),
    javaHome: usableJavaHome(env.JAVA_HOME),
    databasePort: port('DYNAMODB_LOCAL_PORT', 0, env) || undefined,
    dataDir: data && writable(resolve(data)),
    appDir: app && resolve(app),
    verbose,
    warmUp,
    // CI runs one state of the sources; the customary variable says that this is CI.
    watch: watch && app === undefined && env.CI !== 'true',
  };
}

function readFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      allowNegative: true,
      options: {
        data: { type: 'string' },
        app: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: true },
        'warm-up': { type: 'boolean', default: true },
      },
    });
    return values;
  } catch (cause) {
    // Node adds hints about positional arguments, of which there are none here.
    const [complaint] = (cause as Error).message.split(/\.\s/);
    throw new Error(`${complaint}; npm start takes, after --, ${FLAGS}.`, { cause });
  }
}

function port(variable: string, otherwise: number, env: NodeJS.ProcessEnv): number {
  const value = env[variable] || String(otherwise);
  const number = Number(value);
  if (/^\d+$/.test(value) && number < 65_536) return number;
  throw new Error(`${variable}=${value} is not a port: set a number from 0 (any free port) to 65535.`);
}

/** The rule of RegisterRequest, which would say so only after everything has started. */
function acceptable(password: string | undefined): string | undefined {
  if (!password || (password.length >= 8 && password.length <= 256)) return password || undefined;
  throw new Error(`BAZAAR_ADMIN_PASSWORD has ${password.length} characters: give it 8 to 256.`);
}

/** Many a JAVA_HOME points at a Java that is gone; then the one on the path is as good. */
function usableJavaHome(javaHome: string | undefined): string | undefined {
  const names = ['java', 'java.exe'];
  return javaHome && names.some((name) => existsSync(join(javaHome, 'bin', name))) ? javaHome : undefined;
}

function writable(directory: string): string {
  try {
    makeDirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`Nothing can be kept in ${directory} (${code}): give --data a directory that you may write to.`, {
      cause,
    });
  }
}

/** Not `recursive`: in a file system that takes no new directories, such as /proc, Node would try for ever. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}
