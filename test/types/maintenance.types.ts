/** What the compiler says of the option and the event `maintenance`. Nothing here runs: `tsc` checks it. */
import { type MaintenanceEvent, type MaintenanceOptions, Redis } from "../../src/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

/** A mode, or an object; words that are none are refused. */
export function options(): void {
  new Redis({ maintenance: "disabled" });
  new Redis({ maintenance: { endpointType: "external-fqdn" } });
  // @ts-expect-error no such mode
  new Redis({ maintenance: "on" });
  // @ts-expect-error no such way to name an endpoint
  new Redis({ maintenance: { endpointType: "ip" } });
  same<"auto" | "enabled" | "disabled" | undefined>().as(({} as MaintenanceOptions).mode);
}

/** The event is typed by its name. */
export function events(redis: Redis): void {
  redis.on("maintenance", (event) => {
    same<MaintenanceEvent>().as(event);
    same<string | null>().as(event.endpoint);
    // @ts-expect-error no such announcement
    return event.type === "MOVING";
  });
}
