#!/usr/bin/env node
import { runAsThisProcess } from "../lib/binary.js";

runAsThisProcess("mock-server");
