/**
 * What the stacks are deployed with on this machine, as by `cdk deploy --parameters`: servers that are started beside the
 * shop may register with addresses of this machine, and passwords, which protect nobody here, are hashed at once.
 */
export const LOCAL_PARAMETERS = {
  AllowedNetworks: '127.0.0.0/8,::1/128',
  PasswordScryptN: '2048',
  PasswordScryptP: '1',
};
