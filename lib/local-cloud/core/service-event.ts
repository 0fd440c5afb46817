/** What an AWS service says about itself on the default event bus, such as `aws.ssm`: `Parameter Store Change`. */
export interface ServiceEvent {
  source: string;
  detailType: string;
  resources: string[];
  detail: object;
}

/** Takes such an event. AWS sends most of them as well as it can: nobody is told when one is lost. */
export type ServiceEventSink = (event: ServiceEvent) => void;
