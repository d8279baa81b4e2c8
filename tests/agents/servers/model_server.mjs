// Serves the fixtures of the file named first, for both of OpenAI's APIs, until its input ends.
import { LLMock } from '../../../element/node_modules/@copilotkit/aimock/dist/index.js';

const mock = new LLMock({ port: 0, host: '127.0.0.1', journalMaxEntries: 200 });
mock.loadFixtureFile(process.argv[2]);
await mock.start();
process.stdout.write(`${mock.url}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
