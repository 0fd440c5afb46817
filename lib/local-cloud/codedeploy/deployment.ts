import { randomBytes } from 'node:crypto';
import type { CallContext, CloudContext } from '../core/service.ts';
import type { DeploymentGroup } from './deployment-group.ts';
import type { Step } from './traffic-plan.ts';

/** Which alias is to send its calls to another version. */
export interface Revision {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
}

export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Stopped' | 'Failed';

export interface DeploymentError {
  code: 'ALARM_ACTIVE' | 'MANUAL_STOP' | 'AGENT_ISSUE' | 'IAM_ROLE_PERMISSIONS';
  message: string;
}

/** How often alarms are looked at. AWS does not say how often it does. */
const POLL_MS = 10_000;

class Stopped extends Error {
  readonly error: DeploymentError;

  constructor(error: DeploymentError) {
    super(error.message);
    this.error = error;
  }
}

/** One change of an alias from a version to the next, in steps, and back when an alarm goes off meanwhile. */
export class Deployment {
  readonly id = `d-${randomBytes(5).toString('hex').toUpperCase().slice(0, 9)}`;
  readonly group: DeploymentGroup;
  readonly revision: Revision;
  readonly createdAtMs: number;
  status: DeploymentStatus = 'Created';
  endedAtMs: number | undefined;
  error: DeploymentError | undefined;
  /** Whether the calls have been given back to the version before. */
  isRolledBack = false;
  readonly #context: CloudContext;
  readonly #stopRequested = new AbortController();
  readonly #cloudStops: AbortSignal;

  constructor(context: CloudContext, group: DeploymentGroup, what: { revision: Revision; cloudStops: AbortSignal }) {
    this.#context = context;
    this.group = group;
    this.revision = what.revision;
    this.#cloudStops = what.cloudStops;
    this.createdAtMs = context.clock.now();
  }

  /** Ends the deployment where it is, and gives the calls back. */
  requestStop(): void {
    this.#stopRequested.abort();
  }

  /** Resolves when it has ended, one way or the other. */
  async run(steps: Step[]): Promise<void> {
    const { targetVersion } = this.revision;
    this.status = 'InProgress';
    try {
      await this.#checkAlarms();
      for (const step of steps) {
        await this.#route({ [targetVersion]: step.weight });
        await this.#watch(step.waitMs);
        if (this.#cloudStops.aborted) return;
      }
      await this.#route({}, targetVersion);
      this.#end('Succeeded');
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** @param weights share of the calls by version; the others go on to the version of the alias */
  async #route(weights: Record<string, number>, version?: string): Promise<void> {
    const { functionName, alias } = this.revision;
    const input = {
      FunctionName: functionName,
      Name: alias,
      RoutingConfig: { AdditionalVersionWeights: weights },
      ...(version && { FunctionVersion: version }),
    };
    await this.#context.api.call('lambda', 'UpdateAlias', input, this.#asRole);
  }

  async #watch(waitMs: number): Promise<void> {
    const { clock } = this.#context;
    const until = clock.now() + waitMs;
    const signal = AbortSignal.any([this.#stopRequested.signal, this.#cloudStops]);
    while (clock.now() < until && !this.#cloudStops.aborted) {
      await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
      if (this.#stopRequested.signal.aborted) {
        throw new Stopped({ code: 'MANUAL_STOP', message: 'The deployment was stopped on request.' });
      }
      await this.#checkAlarms();
    }
  }

  async #checkAlarms(): Promise<void> {
    const { alarmNames: AlarmNames, ignorePollAlarmFailure } = this.group;
    if (AlarmNames.length === 0 || this.#cloudStops.aborted) return;
    const input = { AlarmNames, StateValue: 'ALARM', AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
    const found = await this.#context.api
      .call<Record<string, { AlarmName: string }[]>>('cloudwatch', 'DescribeAlarms', input, this.#asRole)
      .catch((error: Error): Record<string, never[]> => {
        if (ignorePollAlarmFailure) return {};
        throw error;
      });
    const { MetricAlarms = [], CompositeAlarms = [] } = found;
    const active = [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
    if (active.length === 0) return;
    const message = `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected: ${active.join(', ')}`;
    throw new Stopped({ code: 'ALARM_ACTIVE', message });
  }

  async #fail(cause: unknown): Promise<void> {
    const isStopped = cause instanceof Stopped;
    this.error = isStopped ? cause.error : { code: 'IAM_ROLE_PERMISSIONS', message: String(cause) };
    const event = { ALARM_ACTIVE: 'DEPLOYMENT_STOP_ON_ALARM', MANUAL_STOP: 'DEPLOYMENT_STOP_ON_REQUEST' }[
      this.error.code as string
    ];
    try {
      if (this.group.rollbackEvents.includes(event ?? 'DEPLOYMENT_FAILURE')) {
        await this.#route({}, this.revision.currentVersion);
        this.isRolledBack = true;
      }
    } catch (error) {
      this.#context.log.warn(`CodeDeploy ${this.id} could not give the calls back: ${String(error)}`);
    }
    this.#end(isStopped ? 'Stopped' : 'Failed');
  }

  #end(status: DeploymentStatus): void {
    this.status = status;
    this.endedAtMs = this.#context.clock.now();
    const { functionName, alias, targetVersion } = this.revision;
    const what = `CodeDeploy ${this.id}: version ${targetVersion} of ${functionName}:${alias}: ${status}`;
    this.#context.log.info(this.error ? `${what}: ${this.error.message}` : what);
  }

  get #asRole(): CallContext {
    return { caller: { kind: 'role', roleArn: this.group.roleArn } };
  }
}
