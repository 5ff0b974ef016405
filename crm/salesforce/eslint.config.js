const lwc = require("@salesforce/eslint-config-lwc");
const globals = require("globals");
const jest = require("eslint-plugin-jest");

module.exports = [
    { ignores: [".converted/", "coverage/"] },
    ...lwc.configs.recommended.map((one) => ({ ...one, files: ["force-app/**/*.js"] })),
    {
        files: ["**/__tests__/**/*.js", "test/**/*.js"],
        ...jest.configs["flat/recommended"],
        languageOptions: { globals: { ...globals.node, ...globals.jest, ...globals.browser } },
        rules: {
            ...jest.configs["flat/recommended"].rules,
            "@lwc/lwc/no-inner-html": "off" // what is rendered is read, never written
        }
    }
];
