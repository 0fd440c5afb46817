/** An endpoint of one's own, such as the embedded cloud, asks for no credentials; a client has to send some. */
export function whereToCall() {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_REGION } = process.env;
  if (!AWS_ENDPOINT_URL || AWS_ACCESS_KEY_ID || AWS_PROFILE) return {};
  return { region: AWS_REGION ?? 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'any' } };
}
