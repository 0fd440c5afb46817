import { newSegmentId, newTraceId, readTraceHeader, type SegmentDocument, writeTraceHeader } from '../core/segment.ts';
import type { TraceHeader } from '../core/service.ts';
import type { Execution } from './execution.ts';
import type { StateMachine } from './state-machine.ts';

/** One call of a task, as it is recorded. */
export interface TaskTrace {
  /** What the called service is told. */
  header: TraceHeader;
  end(endedAtMs: number, isFailed: boolean): void;
}

interface Place {
  traceId: string;
  parentId?: string;
}

/** The segment of an execution of a state machine with tracing: its tasks are parts of it. */
export class ExecutionTrace {
  readonly #id = newSegmentId();
  readonly #place: Place;
  readonly #tasks: SegmentDocument[] = [];
  #onChange: () => void = () => {};

  private constructor(place: Place) {
    this.#place = place;
  }

  /** Nothing without tracing, or where the caller says that the trace is not recorded. */
  static of(machine: StateMachine, header: TraceHeader | undefined, nowMs: number): ExecutionTrace | undefined {
    const { traceId = newTraceId(nowMs), parentId, sampled } = readTraceHeader(header);
    if (!machine.tracing || sampled === false) return undefined;
    return new ExecutionTrace({ traceId, ...(parentId && { parentId }) });
  }

  /** Tells at once, and at each step, of an execution that may go on for long. */
  watch(onChange: () => void): void {
    this.#onChange = onChange;
    onChange();
  }

  begin(name: string, resource: string, startedAtMs: number): TaskTrace {
    const call: SegmentDocument = {
      id: newSegmentId(),
      name: resource.split(':')[0] ?? resource,
      start_time: startedAtMs / 1000,
      namespace: 'aws',
      aws: { operation: resource },
    };
    const task = { id: newSegmentId(), name, start_time: call.start_time, subsegments: [call] };
    this.#tasks.push(task);
    this.#onChange();
    return {
      header: writeTraceHeader({ traceId: this.#place.traceId, parentId: call.id, sampled: true }),
      end(endedAtMs, isFailed) {
        for (const part of [task, call])
          Object.assign(part, { end_time: endedAtMs / 1000, ...(isFailed && { fault: true }) });
      },
    };
  }

  /** What is recorded of an execution, as far as it has come. */
  segment({ machine, arn, startedAtMs, stoppedAtMs, status }: Execution): SegmentDocument {
    const end = stoppedAtMs === undefined ? { in_progress: true } : { end_time: stoppedAtMs / 1000 };
    return {
      id: this.#id,
      name: machine.name,
      trace_id: this.#place.traceId,
      ...(this.#place.parentId && { parent_id: this.#place.parentId }),
      start_time: startedAtMs / 1000,
      ...end,
      origin: 'AWS::StepFunctions::StateMachine',
      resource_arn: machine.arn,
      aws: { execution_arn: arn },
      ...(status !== 'SUCCEEDED' && status !== 'RUNNING' && { fault: true }),
      subsegments: this.#tasks.map((task) => ({ ...end, ...task })),
    };
  }
}
