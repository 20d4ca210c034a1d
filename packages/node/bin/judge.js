#!/usr/bin/env node
// contract-tests of openprospect-mock.
const { runAsThisProcess } = require("../lib/wrapper.js");

runAsThisProcess("contract-tests");
