// A client's day with the server, by the official TypeScript clients.
//
// Usage: node smoke.mjs client|sdk legacy|auto URL|PROGRAM..., with REPLACE in the environment:
// the command that replaces the archive "towns" by another edition. A program is spoken to
// over its standard input and output.
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';

const [, , library, mode, server, ...args] = process.argv;
const modern = mode === 'auto';
const stdio = !server.startsWith('http');
const info = { name: 'smoke', version: '0' };
const program = { command: server, args, stderr: 'ignore' };

// connect returns the client and the version that was agreed on.
async function connect() {
	if (library === 'client') {
		const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
		const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
		const client = new Client(info, modern ? { versionNegotiation: { mode } } : {});
		await client.connect(stdio ? new StdioClientTransport(program) : new StreamableHTTPClientTransport(new URL(server)));
		return [client, client.getNegotiatedProtocolVersion()];
	}
	const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
	const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
	const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
	const client = new Client(info);
	const transport = stdio ? new StdioClientTransport(program) : new StreamableHTTPClientTransport(new URL(server));
	await client.connect(transport);
	return [client, stdio ? '2025-11-25' : transport.protocolVersion]; // over stdio it is not told
}

const [client, version] = await connect();
assert.equal(version, modern ? '2026-07-28' : '2025-11-25');
const done = [`${version}, ${client.getServerVersion().name}`];

const { tools } = await client.listTools();
const { resources } = await client.listResources();
const { resourceTemplates } = await client.listResourceTemplates();
const { prompts } = await client.listPrompts();
assert.ok(tools.some(t => t.name === 'search') && resources.some(r => r.uri === 'zim://towns'));
done.push(`${tools.length} tools, ${resources.length} resources, ${resourceTemplates.length} templates, ${prompts.length} prompts`);

// callTool of the older library has a schema for results in between.
const call = (params, options) => library === 'client' ? client.callTool(params, options) : client.callTool(params, undefined, options);
const found = await call({ name: 'search', arguments: { query: 'Port' } });
assert.ok(!found.isError && found.content[0].text.includes('towns/Port'), JSON.stringify(found));
const wrong = await call({ name: 'search', arguments: { qurey: 'ships' } });
assert.ok(wrong.isError && wrong.content[0].text.includes('did you mean query'), JSON.stringify(wrong));
await assert.rejects(call({ name: 'no-such', arguments: {} }));
done.push('calls');

// These clients forget progress that arrives in one piece with the answer, as it may for a short call.
let heard = 0;
for (let i = 0; i < 100 && heard === 0; i++) {
	await call({ name: 'search', arguments: { query: 'Port' } }, { onprogress: () => heard++ });
}
assert.ok(heard > 0, 'no progress was heard of');
done.push('progress');

for (const uri of ['zim://towns/%C5%81%C3%B3d%C5%BA', 'zim://towns/Łódź']) {
	const { contents } = await client.readResource({ uri });
	assert.ok(contents[0].text.includes('on no coast'), uri);
}
await assert.rejects(client.readResource({ uri: 'zim://towns/no-such' }));
done.push('reads');

const prompt = await client.getPrompt({ name: 'research', arguments: { topic: 'ships' } });
assert.ok(prompt.messages[0].content.text.includes('"ships"'));
await assert.rejects(client.getPrompt({ name: 'research', arguments: {} }));
const completed = await client.complete({ ref: { type: 'ref/prompt', name: 'explore' }, argument: { name: 'archive', value: 'to' } });
assert.deepEqual(completed.completion.values, ['towns']);
done.push('prompt', 'completion');

if (modern && !stdio) { // REPLACE does not reach a program that was started here
	const updated = new Promise(resolve => client.setNotificationHandler('notifications/resources/updated', n => resolve(n.params.uri)));
	const subscription = await client.listen({ resourcesListChanged: true, resourceSubscriptions: ['zim://towns'] });
	execSync(process.env.REPLACE);
	assert.equal(await updated, 'zim://towns');
	await subscription.close();
	done.push('hears of a replaced archive');
} else if (!modern) {
	await assert.rejects(client.subscribeResource({ uri: 'zim://towns' }));
	done.push('is refused a subscription');
}
await client.close();
console.log(done.join('; '));
