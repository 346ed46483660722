/** Failures across the languages: what Python raises for our errors, and what we make of Python's. */
import { describe, expect, it, vi } from "vitest";
import {
  ChordError,
  MaxRetriesExceededError,
  NotRegisteredError,
  Reject,
  Retry,
  SoftTimeLimitExceeded,
  TaskError,
  TaskQueueError,
  TaskRevokedError,
  TimeLimitExceeded,
  WorkerLostError,
} from "../../src/tasks/errors.js";
import {
  exceptionRepr,
  fromExceptionRecord,
  toExceptionRecord,
  tracebackOf,
} from "../../src/tasks/exceptions.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { askPython } from "../tools/python.js";

class ValueError extends Error {}
class PaymentError extends Error {
  override name = "PaymentDeclined";
}
class RuntimeError extends RangeError {}

const more = { taskId: "id", traceback: null, status: "FAILURE" };
const failure = { name: "KeyError", pyModule: "builtins", args: ["k", 1], traceback: "tb", taskId: "id" };
const loop: Record<string, unknown> = {};
loop.self = loop;

/** An error, the exception that stands for it, and what celery rebuilds. */
const CASES: [error: unknown, repr: string, module: string, rebuilt: string][] = [
  [new Error("boom"), "Exception('boom')", "builtins", "builtins.Exception"],
  [new TypeError("boom"), "TypeError('boom')", "builtins", "builtins.TypeError"],
  [new RangeError("boom"), "ValueError('boom')", "builtins", "builtins.ValueError"],
  [new ReferenceError("boom"), "NameError('boom')", "builtins", "builtins.NameError"],
  [new URIError("boom"), "ValueError('boom')", "builtins", "builtins.ValueError"],
  [new EvalError("boom"), "EvalError('boom')", "resplendent", "celery.exceptions.EvalError"],
  [new ValueError("it's"), `ValueError("it's")`, "builtins", "builtins.ValueError"],
  [new RuntimeError("x"), "RuntimeError('x')", "builtins", "builtins.RuntimeError"],
  [new PaymentError("no"), "PaymentDeclined('no')", "resplendent", "celery.exceptions.PaymentDeclined"],
  [Object.assign(new Error("x"), { name: "KeyError" }), "KeyError('x')", "builtins", "builtins.KeyError"],
  [
    Object.assign(new Error("x"), { name: "SystemExit" }),
    "SystemExit('x')",
    "resplendent",
    "celery.exceptions.SystemExit",
  ],
  [Object.assign(new Error("x"), { name: "len" }), "len('x')", "resplendent", "celery.exceptions.len"],
  [
    Object.assign(new Error("x"), { name: "reraise" }),
    "reraise('x')",
    "resplendent",
    "celery.exceptions.reraise",
  ],
  [
    Object.assign(new Error("x"), {
      name: "JSONDecodeError",
      pyModule: "json.decoder",
      args: ["x", "doc", 0],
    }),
    "JSONDecodeError('x', 'doc', 0)",
    "json.decoder",
    "json.decoder.JSONDecodeError",
  ],
  [
    AbortSignal.timeout(0).reason ?? new DOMException("late", "TimeoutError"),
    "TimeoutError('late')",
    "builtins",
    "builtins.TimeoutError",
  ],
  [new TaskError("k, 1", failure), "KeyError('k', 1)", "builtins", "builtins.KeyError"],
  [
    new NotRegisteredError("a.b"),
    "NotRegistered('a.b')",
    "celery.exceptions",
    "celery.exceptions.NotRegistered",
  ],
  [
    new TimeLimitExceeded(1),
    "TimeLimitExceeded(1)",
    "billiard.exceptions",
    "billiard.exceptions.TimeLimitExceeded",
  ],
  [
    new SoftTimeLimitExceeded(1),
    "SoftTimeLimitExceeded()",
    "billiard.exceptions",
    "billiard.exceptions.SoftTimeLimitExceeded",
  ],
  [
    new WorkerLostError("gone"),
    "WorkerLostError('gone')",
    "billiard.exceptions",
    "billiard.exceptions.WorkerLostError",
  ],
  [new ChordError("part"), "ChordError('part')", "celery.exceptions", "celery.exceptions.ChordError"],
  [
    new MaxRetriesExceededError("enough"),
    "MaxRetriesExceededError('enough')",
    "celery.exceptions",
    "celery.exceptions.MaxRetriesExceededError",
  ],
  [
    new TaskRevokedError("revoked", { ...failure, args: ["revoked"] }),
    "TaskRevokedError('revoked')",
    "celery.exceptions",
    "celery.exceptions.TaskRevokedError",
  ],
  [new TaskQueueError("x"), "TaskQueueError('x')", "resplendent", "celery.exceptions.TaskQueueError"],
  ["only text", "Exception('only text')", "builtins", "builtins.Exception"],
  [{ code: 1 }, `Exception("{'code': 1}")`, "builtins", "builtins.Exception"],
  [undefined, "Exception('None')", "builtins", "builtins.Exception"],
  [
    Object.assign(new Error("x"), { args: [1, loop, () => 1, new Error("inner")] }),
    `Exception(1, '[object Object]', '() => 1', "Exception('inner')")`,
    "builtins",
    "builtins.Exception",
  ],
];

describe("toExceptionRecord", () => {
  it.each(CASES)("%#: %s is %s", (error, repr, module) => {
    const record = toExceptionRecord(error);
    expect(exceptionRepr(record)).toBe(repr);
    expect(record.exc_module).toBe(module);
  });

  it.skipIf(!celeryAvailable)(needsCelery("Celery rebuilds them all"), () => {
    const records = CASES.map(([error]) => toExceptionRecord(error));
    const rebuilt = askPython(
      `
import json.decoder, celery.exceptions
from celery import Celery
backend = Celery("x", backend="cache+memory://").backend
answer = []
for record in value:
    e = backend.exception_to_python(record)
    answer.append([type(e).__module__ + "." + type(e).__qualname__, [a for a in e.args]])`,
      records,
    ) as [string, unknown[]][];
    expect(rebuilt.map(([type]) => type)).toEqual(CASES.map(([, , , type]) => type));
    // Two classes of Python make other arguments of the ones they get.
    const plain = (record: { exc_type: string }) =>
      !/^(NotRegistered|JSONDecodeError)$/.test(record.exc_type);
    expect(rebuilt.filter((_, i) => plain(records[i])).map(([, args]) => args)).toEqual(
      records.filter(plain).map((record) => record.exc_message),
    );
  });
});

describe("fromExceptionRecord", () => {
  it("makes an error with Python's name, arguments and traceback", () => {
    const record = { exc_type: "ValueError", exc_message: ["boom", 2, null], exc_module: "builtins" };
    const error = fromExceptionRecord(record, { ...more, traceback: "Traceback…" });
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toBeInstanceOf(TaskQueueError);
    expect(error).not.toBeInstanceOf(TaskRevokedError);
    expect({ ...error, name: error.name, message: error.message }).toEqual({
      name: "ValueError",
      message: "boom, 2, None",
      pyModule: "builtins",
      args: ["boom", 2, null],
      traceback: "Traceback…",
      taskId: "id",
    });
    expect(String(error)).toBe("ValueError: boom, 2, None");
  });

  it("knows revoked tasks", () => {
    const record = {
      exc_type: "TaskRevokedError",
      exc_message: ["expired"],
      exc_module: "celery.exceptions",
    };
    const error = fromExceptionRecord(record, { ...more, status: "REVOKED" });
    expect(error).toBeInstanceOf(TaskRevokedError);
    expect(error).toMatchObject({ name: "TaskRevokedError", message: "expired" });
    expect(fromExceptionRecord(null, { ...more, status: "REVOKED" })).toMatchObject({
      name: "TaskRevokedError",
      message: "revoked",
    });
  });

  it.each([
    [null, "Error", ""],
    [undefined, "Error", ""],
    ["text", "Error", "text"],
    [{}, "Error", "{}"],
    [{ exc_type: "X" }, "X", ""],
    [{ exc_type: "X", exc_message: "one" }, "X", "one"],
    [{ exc_type: null, exc_message: ["one"], exc_module: 1 }, "Error", "one"],
    [[1], "Error", "1"],
  ])("makes an error of anything: %j", (record, name, message) => {
    expect(fromExceptionRecord(record, more)).toMatchObject({ name, message });
  });

  it("undoes toExceptionRecord", () => {
    const record = toExceptionRecord(new ValueError("boom"));
    expect(toExceptionRecord(fromExceptionRecord(record, more))).toEqual(record);
  });

  it.skipIf(!celeryAvailable)(needsCelery("reads what Celery stores"), () => {
    const stored = askPython(
      `
from celery import Celery
from celery.exceptions import MaxRetriesExceededError
backend = Celery("x", backend="cache+memory://").backend
class Own(Exception): pass
answer = [backend.prepare_exception(e, "json") for e in
  [ValueError("boom", 1), KeyError(), Own(object), MaxRetriesExceededError("no more", {"a": 1})]]`,
      null,
    ) as unknown[];
    const errors = stored.map((record) => fromExceptionRecord(record, more));
    expect(errors.map(({ name, message, pyModule }) => [name, message, pyModule])).toEqual([
      ["ValueError", "boom, 1", "builtins"],
      ["KeyError", "", "builtins"],
      ["Own", "<class 'object'>", "__main__"],
      ["MaxRetriesExceededError", "no more, {'a': 1}", "celery.exceptions"],
    ]);
  });
});

describe("tracebackOf", () => {
  it("is the stack, and the stacks of the causes", () => {
    const cause = new Error("inner");
    const text = tracebackOf(new Error("outer", { cause }));
    expect(text).toMatch(/^Error: outer\n {4}at .*\nCaused by: Error: inner\n {4}at .*\n$/s);
    cause.cause = cause;
    expect(tracebackOf(cause)).toBe(`${cause.stack}\n`);
    expect(tracebackOf(new Error("x", { cause: "text" }))).toMatch(/\nCaused by: text\n$/);
    expect(tracebackOf("text")).toBe("text\n");
  });

  it("does without a stack", () => {
    const error = new Error("x");
    delete error.stack;
    expect(tracebackOf(error)).toBe("Error: x\n");
  });
});

describe("two copies of the package", () => {
  it("know each other's errors", async () => {
    vi.resetModules();
    const copy = await import("../../src/tasks/errors.js");
    const retry = new copy.Retry();
    expect(retry.constructor).not.toBe(Retry);
    expect(retry).toBeInstanceOf(Retry);
    expect(retry).toBeInstanceOf(TaskQueueError);
    expect(retry).not.toBeInstanceOf(Reject);
    expect(new copy.TaskRevokedError("x", failure)).toBeInstanceOf(TaskError);
    expect(new copy.TaskError("x", failure)).not.toBeInstanceOf(TaskRevokedError);
    class Own extends TaskQueueError {}
    expect(new Own("x")).toBeInstanceOf(TaskQueueError);
    expect(new Own("x")).toBeInstanceOf(copy.TaskQueueError);
    expect(new TaskQueueError("x")).not.toBeInstanceOf(Own);
    expect(Object.create(null)).not.toBeInstanceOf(Retry);
  });
});

describe("what steers a task", () => {
  it("says when, as Celery's log does", () => {
    const cause = new RuntimeError("try 0");
    const retry = new Retry({ cause, causeRepr: exceptionRepr(toExceptionRecord(cause)), countdown: 1 });
    expect(retry.message).toBe("Retry in 1s: RuntimeError('try 0')");
    expect(retry.cause).toBe(cause);
    expect(retry.when).toBe("in 1s");
    expect(new Retry({ eta: new Date(0) }).message).toBe("Retry at 1970-01-01T00:00:00.000Z");
    expect(new Retry().message).toBe("Retry in 0s");
    expect(new Reject("no", { requeue: true })).toMatchObject({ message: "no", requeue: true });
    expect(new Reject(new Error("why")).message).toBe("why");
  });
});
