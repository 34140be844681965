"""A client's day with the server, by the official Python client.

Usage: smoke.py legacy|auto URL, with REPLACE in the environment: the command that
replaces the archive "towns" by another edition.
"""

import asyncio
import os
import subprocess
import sys

from mcp import Client, MCPError
from mcp.client.subscriptions import ResourceUpdated
from mcp.types import PromptReference


async def refused(call, code):
    try:
        got = await call
    except MCPError as e:
        assert e.error.code == code, e
        return
    raise AssertionError(f"not refused: {got}")


async def main(mode, url):
    modern = mode == "auto"
    async with Client(url, mode=mode, read_timeout_seconds=60) as client:
        done = [f"{client.protocol_version}, {client.server_info.name}"]
        assert client.protocol_version == ("2026-07-28" if modern else "2025-11-25"), client.protocol_version

        tools = (await client.list_tools()).tools
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        prompts = (await client.list_prompts()).prompts
        assert any(str(r.uri) == "zim://towns" for r in resources), resources
        done.append(f"{len(tools)} tools, {len(resources)} resources, {len(templates)} templates, {len(prompts)} prompts")

        found = await client.call_tool("search", {"query": "Port"})
        assert not found.is_error and "towns/Port" in found.content[0].text, found
        wrong = await client.call_tool("search", {"qurey": "ships"})
        assert wrong.is_error and "did you mean query" in wrong.content[0].text, wrong
        await refused(client.call_tool("no-such", {}), -32602)
        done.append("calls")

        heard = []

        async def progress(done, total, message):
            heard.append(done)

        for _ in range(100):  # a short call's answer may overtake its progress in the client
            await client.call_tool("search", {"query": "Port"}, progress_callback=progress)
            if heard:
                break
        assert heard, "no progress was heard of"
        done.append("progress")

        for uri in ("zim://towns/%C5%81%C3%B3d%C5%BA", "zim://towns/Łódź"):
            read = await client.read_resource(uri)
            assert "on no coast" in read.contents[0].text, read
        await refused(client.read_resource("zim://towns/no-such"), -32602)
        done.append("reads")

        prompt = await client.get_prompt("research", {"topic": "ships"})
        assert '"ships"' in prompt.messages[0].content.text, prompt
        await refused(client.get_prompt("research", {}), -32602)
        completed = await client.complete(PromptReference(name="explore"), {"name": "archive", "value": "to"})
        assert completed.completion.values == ["towns"], completed
        done += ["prompt", "completion"]

        if modern:
            async with client.listen(resource_subscriptions=["zim://towns"], resources_list_changed=True) as subscription:
                subprocess.run(os.environ["REPLACE"], shell=True, check=True)
                async for event in subscription:
                    if isinstance(event, ResourceUpdated):
                        assert str(event.uri) == "zim://towns", event
                        break
            done.append("hears of a replaced archive")
        else:
            await refused(client.subscribe_resource("zim://towns"), -32601)
            done.append("is refused a subscription")
        print("; ".join(done))


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 120))
