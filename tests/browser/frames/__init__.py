"""UI resources of an MCP server, made by the official packages."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

from tests.browser.conftest import HERE

__all__ = ["VIEW", "resource"]

VIEW = """
import { App } from '@modelcontextprotocol/ext-apps';

const app = new App({ name: 'view', version: '1.0.0' }, {});
const out = document.getElementById('out');
const seen = {};
const note = (name, value) => {
  (seen[name] ??= []).push(value);
  out.textContent = JSON.stringify(seen);
};
const asked = async (name, ask) => {
  try {
    note(name, await ask());
  } catch ({ code, message }) {
    note(name, { code, message });
  }
};
const on = (id, act) => document.getElementById(id).addEventListener('click', act);

app.ontoolinput = (params) => note('input', params.arguments);
app.ontoolresult = (result) => note('result', result);
app.onhostcontextchanged = (change) => note('changed', change);
app.onteardown = async () => {
  await app.callServerTool({ name: 'save', arguments: { seen: Object.keys(seen) } });
  return {};
};
on('call', () => asked('called', () => app.callServerTool({ name: 'refresh', arguments: { city: 'Rome' } })));
on('link', () => asked('opened', () => app.openLink({ url: 'https://weather.example/lisbon' })));
on('script', () => asked('opened', () => app.openLink({ url: 'javascript:alert(1)' })));
on('say', () => asked('said', () =>
  app.sendMessage({ role: 'user', content: [{ type: 'text', text: 'And tomorrow?' }] })));
on('log', () => app.sendLog({ level: 'warning', data: { late: true } }));
on('grow', () => (document.getElementById('space').style.height = '300px'));
on('burst', () => (document.getElementById('space').style.height = '30000px'));
await app.connect();
note('context', app.getHostContext());
document.documentElement.dataset.theme = app.getHostContext().theme;
"""

BUTTONS = ("call", "link", "script", "say", "log", "grow", "burst")

BODY = "".join(f'<button id="{name}">{name}</button>' for name in BUTTONS) + (
    '<pre id="out" style="white-space: pre-wrap"></pre><div id="space"></div>'
)


@cache
def resource(code: str = VIEW, body: str = BODY, ui: str = "{}") -> dict[str, Any]:
    """Return the contents of `ui://weather/view`, whose script is the module `code`; `ui` is its metadata."""
    node, element = sys.executable.replace("python", "node"), HERE.parents[1] / "element"
    asked = json.dumps({"uri": "ui://weather/view", "body": body, "code": code, "ui": json.loads(ui)})
    command = [node, HERE / "frames" / "resource.mjs", element]
    made = subprocess.run(command, check=True, input=asked.encode(), capture_output=True)
    return json.loads(made.stdout)
