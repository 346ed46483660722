const { TaskApp } = require("resplendent/tasks");

exports.app = new TaskApp("consumer");
exports.add = exports.app.task("consumer.add", (x, y) => x + y);
