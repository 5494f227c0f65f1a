import type { Bus } from "../bus/bus.ts";
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
  /** Undefined: this process is alone. */
  bus: Bus | undefined;
  now: () => number;
}

/** Puts what is asked about tokens together. */
export const createAuthFeature = (deps: AuthFeatureDeps): Feature => ({
  name: "auth",
  routes: authRoutes({
    ...deps,
    guess: createSecretGuesses(deps.now, deps.bus),
    forceLogout: createForceLogout(deps),
  }),
});
