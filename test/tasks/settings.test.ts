/** Settings of an app: defaults, checks, and what is said of those that are not there. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { optionsFromWire, optionsToWire } from "../../src/tasks/call-options.js";
import { MessageError, SettingsError } from "../../src/tasks/errors.js";
import { parseBrokerUrl, readSettings, type TaskAppOptions } from "../../src/tasks/settings.js";
import { readSignature, Signature, type SignatureJson } from "../../src/tasks/signature.js";

beforeEach(() => {
  vi.stubEnv("CELERY_BROKER_URL", "");
  vi.stubEnv("CELERY_RESULT_BACKEND", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("readSettings", () => {
  it("fills in Celery's defaults", () => {
    expect(readSettings({})).toMatchObject({
      brokerUrl: "redis://localhost:6379/0",
      resultBackend: "redis://localhost:6379/0",
      brokerTransportOptions: { visibilityTimeout: 3600 },
      taskDefaultQueue: "celery",
      taskQueues: null,
      taskRoutes: [],
      taskAcksOnFailureOrTimeout: true,
      taskPublishRetryPolicy: { maxRetries: 3, intervalStart: 0, intervalStep: 0.2, intervalMax: 1 },
      resultExpires: 86_400,
      workerPrefetchMultiplier: 4,
      workerConcurrency: null,
    });
    expect(readSettings({ resultExpires: 0 }).resultExpires).toBeNull();
    expect(readSettings({ resultExpires: null }).resultExpires).toBeNull();
  });

  it("takes what is given", () => {
    const settings = readSettings({
      broker: "redis://a/1",
      backend: "memory://",
      brokerTransportOptions: { visibilityTimeout: 5 },
      taskPublishRetryPolicy: { maxRetries: null },
      taskRoutes: { a: "b" },
      taskTrackStarted: true,
      taskTimeLimit: undefined,
    });
    expect(settings).toMatchObject({
      brokerUrl: "redis://a/1",
      resultBackend: "memory://",
      brokerTransportOptions: { visibilityTimeout: 5, queueOrderStrategy: "round_robin" },
      taskPublishRetryPolicy: { maxRetries: null, intervalStep: 0.2 },
      taskRoutes: [{ a: "b" }],
      taskTrackStarted: true,
      taskTimeLimit: null,
    });
    expect(settings).not.toHaveProperty("broker");
    expect(settings).not.toHaveProperty("backend");
  });

  it("keeps results where the broker is, elsewhere, or nowhere", () => {
    expect(readSettings({ brokerUrl: "redis://a/1" }).resultBackend).toBe("redis://a/1");
    expect(readSettings({ broker: "redis://a/1", resultBackend: "redis://b/2" }).resultBackend).toBe(
      "redis://b/2",
    );
    expect(readSettings({ backend: null }).resultBackend).toBeNull();
  });

  it("lets the environment go before, as Celery does", () => {
    vi.stubEnv("CELERY_BROKER_URL", "redis://env/3");
    expect(readSettings({ broker: "redis://a/1" })).toMatchObject({
      brokerUrl: "redis://env/3",
      resultBackend: "redis://env/3",
    });
    vi.stubEnv("CELERY_RESULT_BACKEND", "redis://env/4");
    expect(readSettings({ backend: null }).resultBackend).toBe("redis://env/4");
    vi.stubEnv("CELERY_BROKER_URL", "amqp://x");
    expect(() => readSettings({})).toThrow("The setting CELERY_BROKER_URL is a URL with amqp://");
  });

  it.each<[Record<string, unknown>, string]>([
    [{ taskRoute: {} }, "There is no setting taskRoute. Did you mean taskRoutes?"],
    [{ task_routes: {} }, "There is no setting task_routes. Did you mean taskRoutes?"],
    [
      { visibilityTimeout: 1 },
      "There is no setting visibilityTimeout. Known: acceptContent, backend, broker,",
    ],
    [
      { beatSchedule: {} },
      "The setting beatSchedule is Celery's, but not one of this package: there is no scheduler",
    ],
    [{ worker_log_color: true }, "The setting worker_log_color is Celery's, but not one of this package"],
    [{ broker: 5 }, "The setting broker is 5; allowed: a URL such as redis://localhost:6379/0"],
    [{ broker: "amqp://guest@x" }, "RabbitMQ is not supported, only Redis is"],
    [
      { broker: "redis://a", brokerUrl: "redis://b" },
      "The settings broker and brokerUrl are the same setting",
    ],
    [
      { backend: "db+sqlite:///x" },
      "The setting backend is a URL with db+sqlite://: results are kept in Redis",
    ],
    [{ taskTrackStarted: "yes" }, 'The setting taskTrackStarted is "yes"; allowed: true or false'],
    [{ taskDefaultQueue: "" }, 'The setting taskDefaultQueue is ""; allowed: text that is not empty'],
    [{ taskDefaultPriority: 10 }, "The setting taskDefaultPriority is 10; allowed: an integer from 0 to 9"],
    [{ taskTimeLimit: -1 }, "The setting taskTimeLimit is -1; allowed: a number from 0"],
    [{ taskTimeLimit: Number.NaN }, "The setting taskTimeLimit is NaN; allowed: a number from 0"],
    [{ resultExpires: 1.5 }, "The setting resultExpires is 1.5; allowed: an integer"],
    [{ taskQueues: "a,b" }, 'The setting taskQueues is "a,b"; allowed: an array of texts'],
    [{ include: [1] }, "The setting include is an array; allowed: an array of texts"],
    [
      { taskDefaultRateLimit: "5/d" },
      'The setting taskDefaultRateLimit is "5/d"; allowed: a number a second',
    ],
    [
      { workerPool: "prefork" },
      'The setting workerPool is "prefork"; allowed: "async", "threads", "processes"',
    ],
    [{ workerConcurrency: 0 }, "The setting workerConcurrency is 0; allowed: an integer from 1"],
    [{ acceptContent: ["pickle"] }, 'The setting acceptContent is an array; allowed: ["json"]'],
    [{ timezone: "Europe/Berlin" }, 'The setting timezone is "Europe/Berlin"; allowed: "UTC"'],
    [
      { brokerTransportOptions: 1 },
      "The setting brokerTransportOptions is 1; allowed: an object with visibilityTimeout",
    ],
    [
      { brokerTransportOptions: { visibility_timeout: 1 } },
      "There is no setting brokerTransportOptions.visibility_timeout. Did you mean visibilityTimeout?",
    ],
    [
      { brokerTransportOptions: { visibilityTimeout: 0 } },
      "The setting brokerTransportOptions.visibilityTimeout is 0; allowed: a number from 1",
    ],
    [{ taskRoutes: "video" }, 'The setting taskRoutes is "video"; allowed: an object or a Map'],
    [{ taskRoutes: { a: { que: "x" } } }, "There is no setting taskRoutes[a].que. Did you mean queue?"],
    [{ taskRoutes: [{ a: 5 }] }, "The setting taskRoutes[0][a] is 5; allowed: an object with queue"],
    [{ taskRoutes: [["a"]] }, "The setting taskRoutes[0] is an array; allowed: a pair"],
    [{ taskRoutes: [[/a/, ""]] }, 'The setting taskRoutes[0][1] is ""; allowed: text'],
    [{ constructor: 1 }, "There is no setting constructor."],
  ])("refuses %j", (options, message) => {
    const read = () => readSettings(options as TaskAppOptions);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(message);
  });

  it("refuses what is no object", () => {
    expect(() => readSettings([] as TaskAppOptions)).toThrow(SettingsError);
    expect(() => readSettings(null as unknown as TaskAppOptions)).toThrow(SettingsError);
  });
});

describe("parseBrokerUrl", () => {
  it.each([
    ["memory://", { kind: "memory" }],
    ["redis://", { kind: "redis", url: "redis://", db: 0, host: "localhost", port: 6379 }],
    ["redis://h:1234/5", { kind: "redis", url: "redis://h:1234/5", db: 5, host: "h", port: 1234 }],
    ["rediss://u:p@h", { kind: "redis", url: "rediss://u:p@h", db: 0, host: "h", port: 6379 }],
    [
      "unix:///tmp/r.sock?db=2",
      { kind: "redis", url: "unix:///tmp/r.sock?db=2", db: 2, host: "/tmp/r.sock", port: 0 },
    ],
    [
      "redis+socket:///tmp/r.sock?virtual_host=3",
      { kind: "redis", url: "unix:///tmp/r.sock?db=3", db: 3, host: "/tmp/r.sock", port: 0 },
    ],
  ])("reads %s", (url, address) => {
    expect(parseBrokerUrl(url)).toEqual(address);
  });

  it.each([
    ["amqp://x", "RabbitMQ is not supported"],
    ["sentinel://x", "Sentinel is not supported"],
    ["constructor://x", "The URL scheme constructor:// is unknown"],
    ["http://x", "The URL scheme http:// is unknown"],
    ["redis://h/zero", "The path of the URL is the number of a database"],
    ["", "The URL is empty"],
  ])("refuses %j", (url, message) => {
    expect(() => parseBrokerUrl(url)).toThrow(SettingsError);
    expect(() => parseBrokerUrl(url)).toThrow(message);
  });

  it("keeps passwords to itself", () => {
    expect(() => parseBrokerUrl("redis://user:secret@host:port/1")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});

const json: SignatureJson = {
  task: "t",
  args: [1],
  kwargs: { a: 1 },
  options: { queue: "q" },
  subtask_type: null,
  immutable: false,
};

describe("call options", () => {
  it("go into signatures and come out of them", () => {
    const options = {
      queue: "q",
      routingKey: "r",
      exchange: "",
      countdown: 1.5,
      eta: new Date("2030-01-02T03:04:05.678Z"),
      expires: 60,
      priority: 3,
      retry: false,
      taskId: "id",
      link: [json],
      linkError: [json],
      headers: { x: 1 },
      ignoreResult: true,
      timeLimit: 2,
      softTimeLimit: 1,
      shadow: "s",
      replyTo: "r",
      rootId: "root",
      parentId: "p",
      groupId: "g",
      groupIndex: 0,
      chord: json,
      chain: [json],
      addToParent: false,
    };
    const wire = optionsToWire(options);
    expect(wire).toMatchObject({
      task_id: "id",
      eta: "2030-01-02T03:04:05.678000+00:00",
      link_error: [json],
      group_index: 0,
    });
    expect(JSON.parse(JSON.stringify(wire))).toEqual(wire);
    expect(optionsFromWire(wire)).toEqual(options);
  });

  it("leave out what is null, unknown, or of another type", () => {
    expect(
      optionsFromWire({
        queue: null,
        serializer: "json",
        retry_policy: {},
        task_id: 5,
        priority: "3",
        link: json,
        eta: 5,
      }),
    ).toEqual({ link: [json] });
    expect(() => optionsFromWire({ chord: {} })).toThrow(MessageError);
  });
});

describe("signatures", () => {
  const sent: unknown[] = [];
  const sender = {
    send: async (signature: SignatureJson, options: object) => {
      sent.push([signature, options]);
      return "sent";
    },
  };

  it("are read with defaults for what is absent", () => {
    expect(readSignature({ task: "t", extra: 1 })).toEqual({
      task: "t",
      extra: 1,
      args: [],
      kwargs: {},
      options: {},
      subtask_type: null,
      immutable: false,
    });
    for (const wrong of [null, "t", [], {}, { task: "" }])
      expect(() => readSignature(wrong)).toThrow(MessageError);
  });

  it("take more arguments in front, and never change", async () => {
    const signature = new Signature(sender, json);
    const more = signature.clone({ args: [0], kwargs: { a: 2, b: 3 } }).set({ priority: 1, link: signature });
    expect(more.toJSON()).toEqual({
      ...json,
      args: [0, 1],
      kwargs: { a: 2, b: 3 },
      options: { queue: "q", priority: 1, link: [json] },
    });
    expect(signature.toJSON()).toEqual(json);
    expect(await signature.applyAsync([9], { countdown: 1, kwargs: { c: 1 } })).toBe("sent");
    expect(sent.pop()).toEqual([{ ...json, args: [9, 1], kwargs: { a: 1, c: 1 } }, { countdown: 1 }]);
    expect(await signature.delay(8)).toBe("sent");
    expect(sent.pop()).toEqual([{ ...json, args: [8, 1] }, {}]);
  });

  it("keep their arguments to themselves when they are immutable", () => {
    const signature = new Signature(sender, { ...json, immutable: true });
    expect(signature.clone({ args: [0], kwargs: { b: 1 } }).json).toMatchObject({
      args: [1],
      kwargs: { a: 1 },
    });
  });
});
