import type { Feature } from "../feature/feature.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import type { Auth } from "./auth.ts";
import { authRoutes } from "./routes.ts";
import { createSecretGuesses } from "./secret-guesses.ts";
import { createForceLogout } from "./sign-ins.ts";

export interface AuthFeatureDeps {
  auth: Auth;
  sessions: AllSessions;
  /** The secret is the one that is shipped, which everybody knows. */
  isSecretKnown: boolean;
  now: () => number;
}

/** Puts what is asked about tokens together. */
export const createAuthFeature = (deps: AuthFeatureDeps): Feature => ({
  name: "auth",
  routes: authRoutes({
    ...deps,
    guess: createSecretGuesses(deps.now),
    forceLogout: createForceLogout(deps),
  }),
});
