import { AwsError } from '../core/aws-error.ts';

/** An address as it stands in a header of a mail: `Jane <jane@example.com>`, or without the name. */
export interface Address {
  name: string;
  /** `jane@example.com` */
  address: string;
  domain: string;
}

/** Throws BadRequestException for what SES would not take for an address. */
export function parseAddress(text: string): Address {
  const [, name = '', bracketed] = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(text) ?? [];
  const address = (bracketed ?? text).trim();
  const at = address.lastIndexOf('@');
  if (at < 1 || at === address.length - 1) throw new AwsError('BadRequestException', "Missing final '@domain'");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  // SES does not speak SMTPUTF8: the part before the @ is plain ASCII.
  refuseUnless(/^[\x21-\x7e]+$/.test(local), 'Local address contains control, whitespace or non-ASCII characters');
  refuseUnless(/^[^\s\p{Cc}@]+$/u.test(domain), 'Domain contains control or whitespace');
  return { name: name.replace(/^"(.*)"$/, '$1'), address, domain: domain.toLowerCase() };
}

function refuseUnless(met: boolean, message: string): void {
  if (!met) throw new AwsError('BadRequestException', message);
}
