import { AppError } from '#lib/runtime/errors.ts';

export class RouteNotFound extends AppError {
  constructor() {
    super('ROUTE_NOT_FOUND', 404, 'There is no such route: check the path and the method.');
  }
}

/** The service cannot be reached, breaks off, or says what is no HTTP. */
export class BadGateway extends AppError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('BAD_GATEWAY', 502, message, options);
  }
}

export class NoHealthyInstance extends AppError {
  constructor(service: string) {
    const message = `No instance of ${service} can be sent a request at the moment: try again.`;
    super('NO_HEALTHY_INSTANCE', 503, message, { headers: { 'retry-after': '5' } });
  }
}

/** Most of the last requests to every instance failed, so none is sent for a while. */
export class CircuitOpen extends AppError {
  constructor(service: string, retryAfterSeconds: number) {
    const message = `${service} is left alone for a moment, because most requests to it failed: try again.`;
    super('CIRCUIT_OPEN', 503, message, { headers: { 'retry-after': String(retryAfterSeconds) } });
  }
}

export class GatewayTimeout extends AppError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('GATEWAY_TIMEOUT', 504, message, options);
  }
}

/** The live route table cannot be read, and none of its routes is known yet. */
export class RoutesUnavailable extends AppError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('ROUTES_UNAVAILABLE', 503, message, options);
  }
}

/** A request that comes out of this gateway came in again. */
export class LoopDetected extends AppError {
  constructor() {
    super('LOOP_DETECTED', 508, 'This request has been through this gateway: a route leads back to it.');
  }
}
