/** The figures of a run, as they come in. */
import { median } from "./statistics.mjs";

/** Series of figures by scenario, subject (a contender, a server) and metric; one figure a round. */
export class Measurements {
  #series = {};
  #failures = [];

  /** What {@link toJSON} has written. */
  static fromJSON(series) {
    const measurements = new Measurements();
    for (const [scenario, subjects] of Object.entries(series))
      for (const [subject, metrics] of Object.entries(subjects))
        for (const [metric, { rounds }] of Object.entries(metrics))
          for (const figure of rounds) measurements.add(scenario, subject, { [metric]: figure });
    return measurements;
  }

  /** Keep the figures of one round: `{ perSecond: 120000, cpu: 7.5 }`. */
  add(scenario, subject, figures) {
    this.#series[scenario] ??= {};
    this.#series[scenario][subject] ??= {};
    const kept = this.#series[scenario][subject];
    for (const [metric, figure] of Object.entries(figures)) {
      kept[metric] ??= [];
      kept[metric].push(figure);
    }
  }

  /** Keep what went wrong: it belongs into the report. */
  addFailure(scenario, subject, error) {
    this.#failures.push({ scenario, subject, message: error.message.split("\n").slice(0, 8).join("\n") });
  }

  get failures() {
    return this.#failures;
  }

  get scenarios() {
    return Object.keys(this.#series);
  }

  /** Who was measured in `scenario`, in the order of the first round. */
  subjects(scenario) {
    return Object.keys(this.#series[scenario] ?? {});
  }

  /** All rounds of one metric; empty when it was not measured. */
  rounds(scenario, subject, metric) {
    return this.#series[scenario]?.[subject]?.[metric] ?? [];
  }

  /** The median of all rounds; `undefined` when it was not measured. */
  median(scenario, subject, metric) {
    const rounds = this.rounds(scenario, subject, metric);
    return rounds.length === 0 ? undefined : median(rounds);
  }

  /**
   * The best median among `subjects`.
   * @returns who it is and the figure; `undefined` when none was measured
   */
  best(scenario, subjects, metric, better = "higher") {
    let best;
    for (const subject of subjects) {
      const figure = this.median(scenario, subject, metric);
      if (figure === undefined) continue;
      if (best === undefined || (better === "higher" ? figure > best.figure : figure < best.figure)) {
        best = { subject, figure };
      }
    }
    return best;
  }

  /**
   * What `subject` has reached of what `other` has, by the median of the rounds: a machine that is slow for a minute is
   * so for both of a round.
   */
  ratio(scenario, subject, other, metric) {
    const [mine, theirs] = [subject, other].map((one) => this.rounds(scenario, one, metric));
    const both = Math.min(mine.length, theirs.length);
    return both === 0
      ? undefined
      : median(mine.slice(0, both).map((figure, round) => figure / theirs[round]));
  }

  /** For JSON: every series with its median, lowest and highest. */
  toJSON() {
    const mapped = (object, change) =>
      Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
    return mapped(this.#series, (subjects) => mapped(subjects, (metrics) => mapped(metrics, summary)));
  }
}

function summary(rounds) {
  return { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), rounds };
}
