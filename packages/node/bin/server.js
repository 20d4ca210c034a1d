#!/usr/bin/env node
// mock-server of openprospect-mock.
const { runAsThisProcess } = require("../lib/wrapper.js");

runAsThisProcess("mock-server");
