/** Somebody who is logged in. */
export interface User {
  name: string;
  email: string;
}

/** Ask your own login here. Whoever it names is shown by name to those who answer; everybody else is a guest. */
export async function currentUser(): Promise<User | null> {
  return null;
}
