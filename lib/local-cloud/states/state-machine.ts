import type { Definition } from './definition.ts';

export type StateMachineType = 'STANDARD' | 'EXPRESS';
export type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

/** As CreateStateMachine takes it. */
export interface LoggingConfiguration {
  level?: LogLevel;
  includeExecutionData?: boolean;
  destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[];
}

/** A state machine at one revision; an update makes a new one, and executions keep that with which they began. */
export interface StateMachine {
  arn: string;
  name: string;
  type: StateMachineType;
  definition: Definition;
  /** The definition as it was given. */
  definitionText: string;
  roleArn: string;
  logging: LoggingConfiguration;
  tracing: boolean;
  encryption: Record<string, unknown>;
  createdAtMs: number;
  updatedAtMs: number;
  revisionId: string | undefined;
}
