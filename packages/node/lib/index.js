const { ControlError } = require("./control.js");
const { organization, sharedServer, startMockServer } = require("./server.js");

module.exports = { ControlError, organization, sharedServer, startMockServer };
