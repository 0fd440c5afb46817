import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { CloudContext, Operation, PropertyShape } from '../core/service.ts';
import { type Address, parseAddress } from './address.ts';
import type { Identities } from './identities.ts';
import type { Mail, Mailbox } from './mailbox.ts';

interface Text {
  Data: string;
}

interface SendEmailInput {
  FromEmailAddress?: string;
  Destination?: { ToAddresses?: string[]; CcAddresses?: string[]; BccAddresses?: string[] };
  ReplyToAddresses?: string[];
  Content: {
    Simple?: {
      Subject: Text;
      Body: { Text?: Text; Html?: Text };
      Headers?: { Name: string; Value: string }[];
    };
  };
  EmailTags?: { Name: string; Value: string }[];
  ConfigurationSetName?: string;
}

/** To, Cc and Bcc together. */
const MOST_RECIPIENTS = 50;
const MOST_HEADERS = 15;

const TEXT: PropertyShape = { Data: true, Charset: 'all text is kept as it is' };

/** Templates, raw MIME, attachments and lists are refused by the absence of their fields. */
const ACCEPTS: PropertyShape = {
  FromEmailAddress: true,
  Destination: { ToAddresses: true, CcAddresses: true, BccAddresses: true },
  ReplyToAddresses: true,
  FeedbackForwardingEmailAddress: 'no mail bounces here',
  Content: {
    Simple: { Subject: TEXT, Body: { Text: TEXT, Html: TEXT }, Headers: { Name: true, Value: true } },
  },
  EmailTags: { Name: true, Value: true },
  ConfigurationSetName: true,
};

export interface SesState {
  context: CloudContext;
  identities: Identities;
  mailbox: Mailbox;
}

/** SendEmail: IAM is asked about the identity and the configuration set that the mail is sent by. */
export function sendEmailOperation({ context, identities, mailbox }: SesState): Operation<SendEmailInput> {
  const configurationSetOf = (input: SendEmailInput) =>
    input.ConfigurationSetName ?? identities.allowing(sender(input))?.configurationSet;

  return {
    accepts: ACCEPTS,
    requires: ['Content'],
    resources: (input) => {
      const from = sender(input);
      const set = configurationSetOf(input);
      const identityArn = identities.allowing(from)?.arn ?? identities.arnOf(from.address);
      return set === undefined ? [identityArn] : [identityArn, identities.configurationSetArn(set)];
    },
    conditionKeys: (input) => ({
      'ses:ApiVersion': '2',
      'ses:FromAddress': sender(input).address,
      'ses:FromDisplayName': sender(input).name,
      'ses:Recipients': recipients(input),
    }),
    run: (input) => {
      const set = configurationSetOf(input);
      mustBeVerified(identities, sender(input), context.account.region);
      if (set !== undefined) mustBeEnabled(identities, set);
      const mail = compose(input, new Date(context.clock.now()).toISOString());
      mailbox.add({ ...mail, ...(set !== undefined && { configuration_set: set }) });
      context.log.info(`ses: kept mail ${mail.message_id} in the mailbox: ${mail.subject}`);
      return { MessageId: mail.message_id };
    },
  };
}

function sender({ FromEmailAddress }: SendEmailInput): Address {
  if (!FromEmailAddress) throw new AwsError('BadRequestException', 'FromEmailAddress is required for simple content.');
  return parseAddress(FromEmailAddress);
}

function recipients({ Destination = {} }: SendEmailInput): string[] {
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination;
  return addresses([...ToAddresses, ...CcAddresses, ...BccAddresses]);
}

function addresses(texts: string[] = []): string[] {
  return texts.map((text) => parseAddress(text).address);
}

function mustBeVerified(identities: Identities, from: Address, region: string): void {
  if (identities.allowing(from)) return;
  const failed = `The following identities failed the check in region ${region.toUpperCase()}: ${from.address}`;
  throw new AwsError('MessageRejected', `Email address is not verified. ${failed}`);
}

function mustBeEnabled(identities: Identities, configurationSet: string): void {
  if (identities.configurationSet(configurationSet).sendingEnabled) return;
  throw new AwsError('SendingPausedException', `Sending is paused for configuration set ${configurationSet}.`);
}

function compose(input: SendEmailInput, sentAt: string): Mail {
  const { FromEmailAddress = '', Destination = {}, ReplyToAddresses, Content, EmailTags = [] } = input;
  const count = recipients(input).length;
  refuseIf(count === 0, 'The mail has no recipient.');
  refuseIf(count > MOST_RECIPIENTS, `Recipient count exceeds ${MOST_RECIPIENTS}.`);
  return {
    // SES answers `<16 hex digits>-<uuid>-000000`.
    message_id: `${randomUUID().replaceAll('-', '').slice(0, 16)}-${randomUUID()}-000000`,
    from: FromEmailAddress,
    to: addresses(Destination.ToAddresses),
    cc: addresses(Destination.CcAddresses),
    bcc: addresses(Destination.BccAddresses),
    reply_to: addresses(ReplyToAddresses),
    ...content(Content),
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    sent_at: sentAt,
  };
}

function content({ Simple }: SendEmailInput['Content']): Pick<Mail, 'subject' | 'text' | 'html' | 'headers'> {
  const { Subject, Body, Headers = [] } = Simple ?? {};
  refuseIf(Subject?.Data === undefined, 'The mail has no subject.');
  const [text, html] = [Body?.Text?.Data, Body?.Html?.Data];
  refuseIf(text === undefined && html === undefined, 'The mail has no body.');
  refuseIf(Headers.length > MOST_HEADERS, `A mail may have at most ${MOST_HEADERS} headers of its own.`);
  for (const { Name, Value } of Headers) {
    refuseIf(!/^[!-9;-~]{1,126}$/.test(Name) || !/^[ -~]{1,995}$/.test(Value), `The header ${Name} is not valid.`);
  }
  const headers = Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value]));
  return {
    subject: Subject?.Data ?? '',
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    headers,
  };
}

function refuseIf(broken: boolean, message: string): void {
  if (broken) throw new AwsError('BadRequestException', message);
}
