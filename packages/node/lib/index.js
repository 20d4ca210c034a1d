export { ControlError } from "./control.js";
export { organization, sharedServer, startMockServer } from "./server.js";
