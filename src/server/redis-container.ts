/** A redis-server in a container, by the package `@testcontainers/redis`, which is loaded only when it is wanted. */

/** What is used of that package. */
export interface RedisContainerPackage {
  readonly RedisContainer: new (image: string) => RedisContainerBuilder;
}

/** A container that is yet to be started. */
export interface RedisContainerBuilder {
  withStartupTimeout(ms: number): RedisContainerBuilder;
  start(): Promise<StartedRedisContainer>;
}

/** A container that runs. */
export interface StartedRedisContainer {
  getConnectionUrl(): string;
  stop(): Promise<unknown>;
}

/** How to start one. */
export interface ContainerOptions {
  readonly image: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** The package, if the caller has it. */
  readonly testcontainers: RedisContainerPackage | undefined;
}

/** Not written where it is imported, so that bundlers and compilers do not ask for it. */
const PACKAGE = "@testcontainers/redis";

/**
 * Start a container.
 * @throws Error when the package is missing or cannot be loaded, or what it says when there is no container engine
 */
export async function startContainer(
  options: ContainerOptions,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const { RedisContainer } = options.testcontainers ?? (await load());
  const container = await new RedisContainer(options.image).withStartupTimeout(options.timeout).start();
  return {
    url: container.getConnectionUrl(),
    stop: async () => {
      await container.stop();
    },
  };
}

async function load(): Promise<RedisContainerPackage> {
  try {
    return (await import(/* @vite-ignore */ PACKAGE)) as RedisContainerPackage;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The target "container" needs the package ${PACKAGE} (npm install --save-dev ${PACKAGE}): ${why}`,
      { cause },
    );
  }
}
