import { loadRedisParser } from "../../src/protocol/redis-parser.js";
import { respParser } from "../../src/protocol/resp-parser.js";
import { describeParser } from "../parser-suite.js";

describeParser("resp", () => respParser);
describeParser("redis-parser", loadRedisParser);
