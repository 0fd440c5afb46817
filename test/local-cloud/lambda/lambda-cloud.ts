import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from '#lib/local-cloud/core/account.ts';
import { Clock } from '#lib/local-cloud/core/clock.ts';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { findUnknownProperty } from '#lib/local-cloud/core/property-shape.ts';
import { type CallContext, OPERATOR, type PolicyDocument, type PropertyShape } from '#lib/local-cloud/core/service.ts';
import { compileEventPattern } from '#lib/local-cloud/events/event-pattern.ts';
import type { InvokeInput, InvokeOutput } from '#lib/local-cloud/lambda/invoke-operation.ts';
import { createLambda } from '#lib/local-cloud/lambda/lambda.ts';
import type { FunctionLogRecord, LambdaOptions } from '#lib/local-cloud/lambda/options.ts';

/** A call that the Lambda service made to another service. */
export interface Call {
  service: string;
  action: string;
  // biome-ignore lint/suspicious/noExplicitAny: each action has an input shape of its own
  input: any;
  context: CallContext;
}

export interface Metric {
  name: string;
  dimensions: Record<string, string>;
  value: number;
}

type Answer = (call: Call) => unknown;

/** The Lambda service alone: other services answer what the test says, and their calls are recorded. */
export class LambdaCloud {
  readonly clock = new Clock();
  readonly account = new Account();
  readonly calls: Call[] = [];
  readonly logs: FunctionLogRecord[] = [];
  readonly metrics: Metric[] = [];
  readonly policies = new Map<string, PolicyDocument>();
  readonly lambda;
  readonly #root = mkdtempSync(join(tmpdir(), 'lambda-test-'));
  readonly #answers = new Map<string, Answer>();

  constructor(options: Partial<LambdaOptions> = {}) {
    const context = {
      account: this.account,
      clock: this.clock,
      log: SILENT,
      api: { call: <O>(...args: [string, string, object, CallContext]) => this.#answer(...args) as Promise<O> },
      iam: {
        authorize: () => {},
        attachResourcePolicy: (arn: string, policy: PolicyDocument) => void this.policies.set(arn, policy),
        credentialsFor: (roleArn: string) => ({
          accessKeyId: `key of ${roleArn}`,
          secretAccessKey: 'secret',
          sessionToken: 'token',
        }),
      },
    };
    this.lambda = createLambda(context, {
      resolveAsset: (key) => join(this.#root, key),
      endpointUrl: () => 'http://127.0.0.1:4566',
      onLog: (record) => this.logs.push(record),
      onMetric: (_namespace, name, dimensions, value) => this.metrics.push({ name, dimensions, value }),
      compilePattern: compileEventPattern,
      ...options,
    });
  }

  /** What another service answers from now on: `on('sqs', 'SendMessage', () => ({}))`. */
  on(service: string, action: string, answer: Answer): void {
    this.#answers.set(`${service}:${action}`, answer);
  }

  /** A code asset with one file; returns its key. */
  asset(code: string, file = 'index.mjs'): string {
    const key = `asset-${Math.random().toString(36).slice(2)}`;
    mkdirSync(join(this.#root, key), { recursive: true });
    writeFileSync(join(this.#root, key, file), code);
    return key;
  }

  directory(key: string): string {
    return join(this.#root, key);
  }

  /** A function `fn` (or what `properties` say) with this code. */
  deploy(code: string, properties: Record<string, unknown> = {}) {
    return this.create('AWS::Lambda::Function', {
      FunctionName: 'fn',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/fn-role',
      Code: { S3Bucket: 'assets', S3Key: this.asset(code) },
      ...properties,
    });
  }

  create(type: string, properties: Record<string, unknown>, logicalId = type.split('::').pop() as string) {
    const resourceType = this.lambda.resourceTypes.find((candidate) => candidate.type === type);
    const shape = resourceType?.properties as PropertyShape;
    const unknown = findUnknownProperty(properties, shape);
    if (unknown) throw new Error(`unknown property ${unknown}`);
    return resourceType?.create({
      stackName: 'Stack',
      logicalId,
      type,
      properties,
      metadata: {},
      generatedName: () => `Stack-${logicalId}-ABC`,
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: each action has an output shape of its own
  async call(action: string, input: object, context: Partial<CallContext> = {}): Promise<any> {
    const operation = this.lambda.operations[action];
    if (!operation) throw new Error(`no operation ${action}`);
    return operation.run(input, { caller: OPERATOR, ...context });
  }

  invoke(payload: unknown = {}, input: Partial<InvokeInput> = {}, context: Partial<CallContext> = {}) {
    const Payload = JSON.stringify(payload);
    return this.call('Invoke', { FunctionName: 'fn', Payload, ...input }, context) as Promise<InvokeOutput>;
  }

  /** Invokes and reads the answer as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the function of the test answers
  async ask(payload: unknown = {}, input: Partial<InvokeInput> = {}, context: Partial<CallContext> = {}): Promise<any> {
    return JSON.parse(String((await this.invoke(payload, input, context)).Payload));
  }

  callsTo(service: string, action: string): Call[] {
    return this.calls.filter((call) => call.service === service && call.action === action);
  }

  messages(): string[] {
    return this.logs.map(({ message }) => message);
  }

  /** The sum of a metric over all calls of a function. */
  sum(name: string, dimensions: Record<string, string> = { FunctionName: 'fn' }): number {
    const wanted = JSON.stringify(dimensions);
    return this.metrics
      .filter((metric) => metric.name === name && JSON.stringify(metric.dimensions) === wanted)
      .reduce((sum, { value }) => sum + value, 0);
  }

  async stop(): Promise<void> {
    await this.lambda.stop?.();
    this.clock.stop();
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #answer(service: string, action: string, input: object, context: CallContext): Promise<unknown> {
    const call = { service, action, input, context };
    this.calls.push(call);
    const answer = this.#answers.get(`${service}:${action}`);
    if (!answer) throw new Error(`the test does not answer ${service}:${action}`);
    return answer(call);
  }
}

/** Polls until the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A file that held handlers look for: the test lets them go by raising it. */
export class Flag {
  readonly path: string;

  constructor(cloud: LambdaCloud) {
    this.path = join(cloud.directory(cloud.asset('')), 'flag');
  }

  raise(): void {
    writeFileSync(this.path, '');
  }
}
