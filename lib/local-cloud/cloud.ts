import { aborted } from './core/aborted.ts';
import { Account } from './core/account.ts';
import { type Api, createApi } from './core/api.ts';
import { Clock } from './core/clock.ts';
import { type CloudLog, SILENT } from './core/log.ts';
import type { CloudContext, ServiceModule } from './core/service.ts';
import { type Endpoint, startEndpoint } from './core/wire.ts';
import { Faults } from './faults/faults.ts';
import { createIam } from './iam/iam.ts';
import { createServices, type Services } from './services.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { Deployment } from './template/deployment.ts';
import { type DeployedResourceView, findPhysicalId, listResources, outputsOf } from './template/lookup.ts';
import { provision, typeLookup } from './template/provision.ts';
import { type Reloaded, reload } from './template/reload.ts';

export interface CloudOptions {
  /** The directory that `cdk synth` wrote, or is still writing: the database starts meanwhile. */
  assemblyDir: string | Promise<string>;
  /** Where the first HTTP API listens; the default is 3000, 0 takes a free port. */
  apiPort?: number;
  /** Where all AWS services listen; the default is 4566, 0 takes a free port. */
  awsPort?: number;
  /** Keeps tables, keys and secrets over restarts; without it everything is in memory. */
  dataDir?: string;
  /** Values for parameters of the templates, as `cdk deploy --parameters` takes them. */
  parameters?: Record<string, string>;
  /** Names of the stacks to host, with those that they depend on, as `cdk deploy <name> ...` takes them; all by default. */
  stacks?: string[];
  /** The default is us-east-1. */
  region?: string;
  /** The default is silence. */
  log?: CloudLog;
  /** A DynamoDB Local that listens on this port of 127.0.0.1 is used instead of one of our own: see guest-engine.ts. */
  databasePort?: number;
  /** A Java installation to use for DynamoDB instead of the `java` on the path. */
  javaHome?: string;
  /** Further options of DynamoDB's Java virtual machine. */
  javaOptions?: string[];
  /** Starts DynamoDB sooner and makes it slower afterwards: right for tests. */
  fastStart?: boolean;
  /** Environments of one Lambda function without reserved concurrency. */
  maxEnvironments?: number;
  /** Ends a start that is still under way: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A running embedded cloud. */
export interface Cloud {
  /** The address of all AWS services: `AWS_ENDPOINT_URL`. */
  awsUrl: string;
  /** The HTTP APIs of the templates in the order of their creation. */
  apis(): { apiId: string; name: string; url: string }[];
  clock: Clock;
  /** Calls any action of any service, and takes interceptors that watch calls or let them fail. */
  api: Api;
  services: Services;
  /** Makes things go wrong; nothing does unless it is asked for. */
  faults: Faults;
  /** The outputs of a stack by name. */
  outputs(stackName: string): Record<string, string>;
  /** The name of a resource (its `Ref`), by logical id or by CDK's construct path beneath the stack. */
  physicalId(stackName: string, idOrPath: string): string;
  /** All resources, or those of one type. */
  resources(type?: string): DeployedResourceView[];
  /** Takes over changed code and variables of functions from a new synthesis; names what else has changed. */
  reload(assemblyDir?: string): Promise<Reloaded>;
  /** Starts an environment of each function, whenever none is busy, so that first calls need not wait for it. */
  warmUp(): Promise<void>;
  /** Ends everything, within two seconds. */
  stop(): Promise<void>;
}

const DEFAULT_API_PORT = 3000;
const DEFAULT_AWS_PORT = 4566;
const STOP_LIMIT_MS = 2000;

/** Hosts the stacks of a synthesized CDK app on this machine. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const running = new RunningCloud(options);
  try {
    await Promise.race([running.start(), aborted(options.signal)]);
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

class RunningCloud implements Cloud {
  readonly clock = new Clock();
  readonly api: Api;
  readonly services: Services;
  readonly faults: Faults;
  readonly #options: CloudOptions;
  readonly #context: CloudContext;
  readonly #deployment = new Deployment();
  #assembly: Assembly | undefined;
  #endpoint: Endpoint | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: CloudOptions) {
    const { region } = options;
    const log = this.#untilStopped(options.log ?? SILENT);
    const account = new Account(region);
    const iam = createIam(account, this.clock);
    this.#options = options;
    this.api = createApi(iam);
    this.#context = { account, clock: this.clock, api: this.api, iam, log };
    this.services = createServices(this.#context, iam, {
      ...options,
      jvmOptions: options.javaOptions,
      apiPort: options.apiPort ?? DEFAULT_API_PORT,
      awsUrl: () => this.awsUrl,
      resolveAsset: (s3Key) => this.#assetPath(s3Key),
      deployment: this.#deployment,
    });
    for (const module of [...this.#modules(), this.services.dynamoDb.streams]) this.api.register(module);
    this.faults = new Faults({ api: this.api, clock: this.clock, lambda: this.services.lambda });
    this.api.register(this.faults.module);
  }

  async start(): Promise<void> {
    const { assemblyDir, awsPort = DEFAULT_AWS_PORT } = this.#options;
    const assembly = Promise.resolve(assemblyDir).then((directory) => readAssembly(directory, this.#options));
    // The database takes longest to start: it does so while the rest goes on.
    const database = this.#launchDatabase(assembly);
    // Both are awaited below; until then a failure must not count as one that nobody looks at.
    for (const promise of [assembly, database]) promise.catch(() => {});
    // Functions may run while stacks are created (custom resources), so that the endpoint has to be there before.
    const { account, log } = this.#context;
    this.#endpoint = await startEndpoint({ api: this.api, iam: this.services.iam, account, log, port: awsPort });
    this.#assembly = await Promise.race([assembly, database.then(() => assembly)]);
    const modules = this.#modules();
    const provisioned = provision(this.#assembly, { context: this.#context, modules, deployment: this.#deployment });
    await Promise.all([provisioned, database]);
    for (const module of modules) if (!this.#stopped) await module.start?.();
  }

  get awsUrl(): string {
    if (!this.#endpoint) throw new Error('The AWS endpoint does not listen yet.');
    return this.#endpoint.url;
  }

  apis() {
    return this.services.httpApi.apis();
  }

  outputs(stackName: string): Record<string, string> {
    return outputsOf(this.#deployment, stackName);
  }

  physicalId(stackName: string, idOrPath: string): string {
    return findPhysicalId(this.#deployment, stackName, idOrPath);
  }

  resources(type?: string): DeployedResourceView[] {
    return listResources(this.#deployment, type);
  }

  async reload(assemblyDir?: string): Promise<Reloaded> {
    this.#assembly = readAssembly(assemblyDir ?? (await this.#options.assemblyDir), this.#options);
    const { lambda, codeDeploy } = this.services;
    return reload(this.#assembly, {
      context: this.#context,
      deployment: this.#deployment,
      types: typeLookup(this.#modules(), this.#context),
      swapCode: lambda.swapCode,
      shift: (group, revision) => {
        const { deployment, ended } = codeDeploy.deploy(group, revision);
        return { ended: ended.then(() => deployment.error?.message) };
      },
    });
  }

  warmUp(): Promise<void> {
    return this.services.lambda.warmUp();
  }

  stop(): Promise<void> {
    this.#stopped ??= withinLimit(this.#stopAll(), () => {
      this.#options.log?.warn(`Not everything stopped within ${STOP_LIMIT_MS} ms.`);
    });
    return this.#stopped;
  }

  /** What was under way when the cloud is stopped fails because of that, which is nothing to warn of. */
  #untilStopped(log: CloudLog): CloudLog {
    return {
      info: (line) => log.info(line),
      warn: (line) => {
        if (!this.#stopped) log.warn(line);
      },
    };
  }

  async #stopAll(): Promise<void> {
    for (const module of this.#modules().reverse()) {
      try {
        await module.stop?.();
      } catch (error) {
        this.#options.log?.warn(`${module.name} could not be stopped: ${String(error)}`);
      }
    }
    await this.#endpoint?.stop();
    this.clock.stop();
  }

  /** Without tables the database starts when something calls it; before there are templates most likely they have some. */
  async #launchDatabase(assembly: Promise<Assembly>): Promise<void> {
    const isUnderWay = typeof this.#options.assemblyDir !== 'string';
    if (isUnderWay || usesTables(await assembly)) await this.services.dynamoDb.launch();
  }

  #modules(): ServiceModule[] {
    return Object.values(this.services);
  }

  #assetPath(s3Key: string): string {
    const path = this.#assembly?.assets.get(s3Key);
    if (!path) throw new Error(`The assembly has no asset ${s3Key}.`);
    return path;
  }
}

function usesTables({ stacks }: Assembly): boolean {
  const resources = stacks.flatMap(({ template }) => Object.values(template.Resources));
  return resources.some(({ Type }) => Type.startsWith('AWS::DynamoDB::'));
}

async function withinLimit(work: Promise<void>, onLimit: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLimit();
      resolve();
    }, STOP_LIMIT_MS);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
