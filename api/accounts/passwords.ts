import { hash, verify } from '@node-rs/argon2';

/** argon2id with the parameters of OWASP's first choice: 19 MiB, two passes. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, parameters);

/** A hash of nothing anybody knows, so that an unknown name costs the same time as a wrong password. */
let hashOfNobody: Promise<string> | undefined;

/** Whether the password is right. `passwordHash` is undefined for a name that is not known. */
export async function passwordIsRight(passwordHash: string | undefined, password: string): Promise<boolean> {
  hashOfNobody ??= hashPassword(crypto.randomUUID());
  const right = await verify(passwordHash ?? (await hashOfNobody), password);
  return right && passwordHash !== undefined;
}
