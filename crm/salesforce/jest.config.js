const { jestConfig } = require("@salesforce/sfdx-lwc-jest/config");

module.exports = {
    ...jestConfig,
    modulePathIgnorePatterns: ["<rootDir>/.converted"],
    collectCoverageFrom: ["force-app/**/lwc/**/*.js", "!**/__tests__/**"],
    coverageThreshold: { global: { branches: 95, functions: 100, lines: 100, statements: 100 } }
};
