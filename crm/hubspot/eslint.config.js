import { config as uiExtensions } from "@hubspot/eslint-config-ui-extensions";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["coverage/"] },
    tseslint.configs.strict,
    tseslint.configs.stylistic,
    reactHooks.configs["recommended-latest"],
    // HubSpot's rules: what a card may not do where it runs.
    ...uiExtensions.map((one) => ({ files: ["src/**"], ...one }))
);
