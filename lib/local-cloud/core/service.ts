import type { Account } from './account.ts';
import type { Clock } from './clock.ts';
import type { InputShape } from './input-shape.ts';
import type { CloudLog } from './log.ts';

/**
 * What every emulated service looks like to the rest of the embedded cloud: API actions that anybody may call
 * over the wire or from inside, and CloudFormation resource types that it brings to life.
 * Services never import each other; they meet through {@link AwsApi.call}, and so through IAM.
 */

/** Who makes a call: it decides what IAM allows. */
export type Caller =
  /** The person at the keyboard (AWS CLI, SDK, tests) with whatever credentials: may do everything. */
  | { kind: 'operator' }
  /** Code that runs under a role of a template: a Lambda function, a state machine, a rule with a role. */
  | { kind: 'role'; roleArn: string }
  /** An AWS service that acts by itself, on behalf of `sourceArn`; allowed by the target's resource policy. */
  | { kind: 'service'; principal: string; sourceArn: string };

export const OPERATOR: Caller = { kind: 'operator' };

/** Trace context in the form of the `X-Amzn-Trace-Id` header: `Root=1-...;Parent=...;Sampled=1`. */
export type TraceHeader = string;

export interface CallContext {
  caller: Caller;
  trace?: TraceHeader;
  signal?: AbortSignal;
  /** What the caller's credentials say beside their key: each environment of a function has a token of its own. */
  sessionToken?: string;
}

/** One API action of one service. Inputs and outputs have the shapes of the AWS API reference. */
export interface Operation<I = never, O = unknown> {
  /** The IAM action when it is not `<service>:<ActionName>`: Lambda's Invoke is checked as `lambda:InvokeFunction`. */
  iamAction?: string;
  /** The ARNs that the call touches; IAM must allow the action on each. `['*']` for actions without resources. */
  resources(input: I): string[];
  /** The input fields that the embedded cloud knows; any other is refused by name. Without it nothing is checked. */
  accepts?: PropertyShape;
  /** The input fields that a call has to have; without one of them it fails with a ValidationException. */
  requires?: string[];
  /** What the service tells IAM about the call for the conditions of policies, such as `kms:CallerAccount`. */
  conditionKeys?(input: I): ConditionKeys;
  run(input: I, context: CallContext): Promise<O> | O;
}

// biome-ignore lint/suspicious/noExplicitAny: each action has input and output shapes of its own
export type AnyOperation = Operation<any, any>;

/** REST-JSON services (Lambda) say in the URL what the JSON services say in `X-Amz-Target`. */
export interface RestRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** For example `/2015-03-31/functions/{FunctionName}/invocations`. */
  path: string;
  action: string;
  /** Builds the action's input from the request. */
  input(request: RestRequest): Record<string, unknown>;
  /** Writes the action's output; the default is 200 and JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each action has an output shape of its own
  reply?(output: any): RestReply;
}

export interface RestRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

export interface RestReply {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** How a service is reached over HTTP. */
export type WireProtocol =
  /**
   * `X-Amz-Target: <targetPrefix>.<Action>` with a JSON body. `targetPrefixes` are further prefixes that the module
   * answers (DynamoDB Streams beside DynamoDB); `queryCompatible` names the old error codes of services that once spoke
   * the Query protocol (SQS): new code to the value of `x-amzn-query-error`, such as `AWS.SimpleQueueService.NonExistentQueue`.
   */
  | {
      kind: 'json';
      targetPrefix: string;
      targetPrefixes?: string[];
      version: '1.0' | '1.1';
      queryCompatible?: Record<string, string>;
      /** Set for services that answer the Query protocol as well, for older SDKs and AWS CLIs. */
      query?: QueryDialect;
      /** Set for services that answer Smithy RPC v2 with CBOR as well; their outputs hold times as `Date`. */
      cbor?: true;
    }
  | { kind: 'rest-json'; routes: RestRoute[] }
  /** Form-encoded `Action=...`, answered in XML. */
  | ({ kind: 'query' } & QueryDialect);

/** How a service speaks the Query protocol. */
export interface QueryDialect {
  /** The `Version` of every request. */
  apiVersion: string;
  xmlNamespace: string;
  /** The service in signatures when it is not the name of the module: `monitoring`. */
  signingName?: string;
  /** Builds the action's input from the fields of the form, where names or structure differ. */
  input?(fields: Record<string, unknown>, request: { action: string; path: string }): Record<string, unknown>;
  /** Gives the action's output the element names of its XML. */
  output?(output: Record<string, unknown>, action: string): object;
  /** Lists repeat their own element instead of holding elements named `member`. */
  flattened?: boolean;
}

/** A JSON request that a module takes as it came, because a real engine behind it does the parsing (DynamoDB). */
export interface ForwardedRequest {
  /** `GetItem` of `DynamoDB_20120810.GetItem`. */
  action: string;
  /** The whole `X-Amz-Target`. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  caller: Caller;
  trace?: TraceHeader;
}

export interface ForwardedReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A resource of a template with every intrinsic function resolved. */
export interface Resource {
  stackName: string;
  logicalId: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: checked against `ResourceType.properties` before it gets here
  properties: Record<string, any>;
  metadata: Record<string, unknown>;
  /** A name in CloudFormation's manner for a resource that the template leaves unnamed; the same at every start. */
  generatedName(maxLength?: number): string;
}

/** What a created resource is known by: the results of `Ref` and `Fn::GetAtt`. */
export interface Physical {
  ref: string;
  attributes?: Record<string, unknown>;
}

/**
 * Which properties of a resource type the embedded cloud knows. `true`: modelled. A string: accepted without effect
 * here, and why. A nested object or the element of an array is described by a nested shape. Any other is refused.
 */
export interface PropertyShape {
  [property: string]: true | string | PropertyShape;
}

export interface ResourceType {
  type: string;
  properties: PropertyShape;
  create(resource: Resource): Promise<Physical> | Physical;
}

/** What a module shows at the endpoint beside its API, as JSON: things that AWS has no API for. Nobody is asked who they are. */
export type LocalPage = (query: URLSearchParams) => unknown;

/** A page that can be changed: what it does with each method. `body` is the JSON that was sent. */
export type LocalDesk = Partial<Record<'GET' | 'POST' | 'DELETE', (query: URLSearchParams, body: unknown) => unknown>>;

/** One emulated AWS service. */
export interface ServiceModule {
  /** As in ARNs and IAM actions: `sqs`, `events`, `states`, `lambda`, `dynamodb`. */
  name: string;
  protocol?: WireProtocol;
  operations: Record<string, AnyOperation>;
  /** The types of the members of its inputs; a request over the wire with others is refused before it is handled. */
  inputs?: InputShape;
  resourceTypes: ResourceType[];
  /** By name: `mailbox` is served as `GET /_bazaar/mailbox`. */
  pages?: Record<string, LocalPage | LocalDesk>;
  /**
   * Takes every wire request of this module (protocol `json`) unparsed; without it the wire calls `operations`.
   * The module itself asks IAM. An `AwsError` that it throws is answered as any other.
   */
  forward?(request: ForwardedRequest): Promise<ForwardedReply>;
  /** Called when all resources exist: pollers and schedules start here. */
  start?(): Promise<void> | void;
  /** Ends everything the service has under way; resolves when nothing of it is left. */
  stop?(): Promise<void> | void;
}

/** The door through which services call each other, and the wire calls all of them. */
export interface AwsApi {
  /**
   * Calls an action as AWS would: IAM first, then the action. Rejects with `AwsError`
   * (`AccessDeniedException` when IAM refuses).
   */
  call<O = unknown>(service: string, action: string, input: object, context: CallContext): Promise<O>;
}

/** Condition keys of one request and their values; IAM adds the global ones (`aws:PrincipalArn`, `aws:SourceArn`). */
export type ConditionKeys = Record<string, string | string[]>;

/** Who may do what. Implemented by the IAM module. */
export interface Authorizer {
  /** Throws `AwsError('AccessDeniedException')` in AWS's words unless the caller may do `action` on `resourceArn`. */
  authorize(caller: Caller, action: string, resourceArn: string, keys?: ConditionKeys): void;
  /** Attaches a resource policy (queue policy, Lambda permission, key policy, bus policy) to the resource. */
  attachResourcePolicy(resourceArn: string, policy: PolicyDocument): void;
  /**
   * Credentials that make wire calls come from this role: put into the environment of its Lambda functions.
   * With a service principal (`lambda.amazonaws.com`) it throws `AccessDenied` unless the role's trust policy names it;
   * `sourceArn` is the resource that the service acts for, should the trust policy ask.
   */
  credentialsFor(roleArn: string, servicePrincipal?: string, sourceArn?: string): Credentials;
  /** Who holds this access key: the role that {@link credentialsFor} made it for, else the operator. */
  callerOf?(accessKeyId: string): Caller;
  /** The credentials of a role with this access key; none for a key that was not issued here. */
  credentialsOf?(accessKeyId: string): Credentials | undefined;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: unknown;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** What each service gets when the cloud is put together. */
export interface CloudContext {
  account: Account;
  clock: Clock;
  api: AwsApi;
  iam: Authorizer;
  log: CloudLog;
}
