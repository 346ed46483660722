/** `events` without `--dump`: workers and tasks on the terminal, drawn again and again. */
import { emitKeypressEvents } from "node:readline";
import { EventReceiver } from "../events/receiver.js";
import { ClusterState } from "../events/state.js";
import { colors, wantsColors } from "./colors.js";
import { toldToEnd } from "./events-dump.js";
import { drawFrame, newestTasks, taskRows } from "./live-table.js";
import { type CommandRun, print } from "./run-command.js";

const ALTERNATE_SCREEN = "\u001b[?1049h\u001b[?25l";
const NORMAL_SCREEN = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_TO_END_OF_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/** The size of what is printed where there is no terminal. */
const PLAIN = { columns: 120, rows: 30 };

/** A key, as Node names it. */
interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Show the cluster until the user ends it; where there is no terminal, print a frame each time something changed. */
export async function viewEvents({ app, flags }: CommandRun, interval: number): Promise<number> {
  const { redis, db } = await app.broker();
  const receiver = new EventReceiver({ redis, db });
  const view = new LiveView(wantsColors(process.stdout, !flags.color));
  receiver.onEvent((event) => view.state.apply(event));
  await receiver.start();
  await app.control.heartbeat();
  const timer = setInterval(() => view.draw(), interval);
  try {
    await Promise.race([toldToEnd(), view.open()]);
  } finally {
    clearInterval(timer);
    view.close();
    await receiver.close();
  }
  return 0;
}

/** The view on this process's terminal. */
class LiveView {
  readonly state = new ClusterState();
  readonly #paint: ReturnType<typeof colors>;
  readonly #terminal = process.stdout.isTTY === true;
  #offset = 0;
  #selected = 0;
  #drawn = -1;
  #drawnAt = Date.now();
  #rate = 0;
  #isOpen = false;

  constructor(colored: boolean) {
    this.#paint = colors(colored);
  }

  /** Take the screen and the keys. Resolves when the user ends it. */
  open(): Promise<void> {
    this.#isOpen = true;
    if (this.#terminal) process.stdout.write(ALTERNATE_SCREEN);
    process.stdout.on("resize", this.#redraw);
    this.draw();
    return new Promise((resolve) => {
      if (!this.#terminal || process.stdin.isTTY !== true) return;
      emitKeypressEvents(process.stdin);
      process.stdin.setRawMode(true);
      process.stdin.on("keypress", (_: string | undefined, key: Key) => {
        if (key.name === "q" || (key.ctrl === true && key.name === "c")) resolve();
        else this.#move(key.name);
      });
    });
  }

  /** Give the screen and the keys back. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.stdout.off("resize", this.#redraw);
    if (process.stdin.isTTY === true) {
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    if (this.#terminal) process.stdout.write(NORMAL_SCREEN);
  }

  /** Draw the cluster as it is. */
  draw(): void {
    const now = Date.now();
    const { eventCount } = this.state;
    if (!this.#terminal && eventCount === this.#drawn) return;
    if (now - this.#drawnAt >= 500) {
      this.#rate = Math.round(((eventCount - Math.max(0, this.#drawn)) * 1000) / (now - this.#drawnAt));
      this.#drawnAt = now;
      this.#drawn = eventCount;
    }
    const { columns, rows } = this.#terminal ? process.stdout : PLAIN;
    const facts = { state: this.state, columns, rows, now: now / 1000, rate: this.#rate, paint: this.#paint };
    const lines = drawFrame({
      ...facts,
      offset: this.#offset,
      selected: this.#terminal ? this.#selected : -1,
    });
    if (this.#terminal) {
      const text = lines.map((line) => line + CLEAR_TO_END_OF_LINE).join("\r\n");
      process.stdout.write(`${HOME}${text}${CLEAR_BELOW}`);
      return;
    }
    this.#drawn = eventCount;
    // The last line names the keys, which there are none of.
    print(lines.slice(0, -1).join("\n").trimEnd());
    print("-".repeat(PLAIN.columns));
  }

  readonly #redraw = (): void => this.draw();

  #move(key: string | undefined): void {
    const page = taskRows({ state: this.state, rows: process.stdout.rows });
    const last = Math.max(0, newestTasks(this.state).length - 1);
    const now = this.#offset + this.#selected;
    const steps: Readonly<Record<string, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      pageup: -page,
      pagedown: page,
    };
    const step = key === undefined ? undefined : steps[key];
    if (key === "home") this.#select(0, page);
    else if (key === "end") this.#select(last, page);
    else if (step !== undefined) this.#select(Math.min(last, Math.max(0, now + step)), page);
    else return;
    this.draw();
  }

  #select(place: number, page: number): void {
    if (place < this.#offset) this.#offset = place;
    if (place >= this.#offset + page) this.#offset = place - page + 1;
    this.#selected = place - this.#offset;
  }
}
