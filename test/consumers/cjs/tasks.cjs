const { TaskApp } = require("resplendent/tasks");

exports.app = new TaskApp("consumer", { broker: "memory://" });
exports.add = exports.app.task("consumer.add", (x, y) => x + y);
