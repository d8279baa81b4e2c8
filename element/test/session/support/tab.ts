// One tab with a chat of a `DurableServer`.
// Loaded before any test: a call loads it when it first runs, which takes longer than the ticks of a test.
import '../../../src/session/calls/call_runner.ts';
import type { ChatEvents } from '../../../src/api/events.ts';
import { ApiClient } from '../../../src/protocol/client.ts';
import type { ClientToolHandler } from '../../../src/session/calls/client_tool.ts';
import { ChatSession } from '../../../src/session/chat_session.ts';
import type { ThreadView } from '../../../src/session/view/view.ts';
import type { DurableServer } from './durable_server.ts';
import { textOf } from './durable_server.ts';
import { FakePlatform } from './fake_platform.ts';
import type { Emitted } from './scripted.ts';

export class Tab {
  readonly platform: FakePlatform;
  readonly session: ChatSession;
  readonly client: ApiClient;
  readonly emitted: Emitted[] = [];
  onClientTool: ClientToolHandler;
  onEmit: (event: Emitted, key?: string) => void = () => undefined;
  delivered: () => Promise<void> = () => Promise.resolve();
  enqueue: (run: () => void) => void = (run) => run();

  constructor(server: Pick<DurableServer, 'fetch'>, platform = new FakePlatform()) {
    this.platform = platform;
    this.client = new ApiClient(() => ({ url: '/chatkit', fetch: server.fetch, locale: 'en' }));
    this.session = new ChatSession({
      client: this.client,
      platform,
      emit: (name, detail, key) => {
        this.emitted.push({ name, detail } as Emitted);
        this.onEmit({ name, detail } as Emitted, key);
      },
      delivered: () => this.delivered(),
      enqueue: (run) => this.enqueue(run),
      clientToolHandler: () => this.onClientTool,
      requestFrame: (callback) => {
        let isDue = true;
        queueMicrotask(() => isDue && callback());
        return () => (isDue = false);
      },
    });
    this.session.connect();
  }

  get view(): ThreadView {
    return this.session.view;
  }
  get text(): string {
    return textOf(this.view.items.map(({ item }) => item));
  }
  get ids(): string[] {
    return this.view.items.map(({ item }) => item.id);
  }
  names(prefix = ''): string[] {
    return this.emitted.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  }
  details<Name extends keyof ChatEvents>(name: Name): ChatEvents[Name][] {
    return this.emitted.flatMap((event) => (event.name === name ? [event.detail as ChatEvents[Name]] : []));
  }
  errors(): (Error & { code?: string })[] {
    return this.details('error').map(({ error }) => error);
  }
}
