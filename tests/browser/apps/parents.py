"""Pages that put the chat into parents of every kind; `CHAT` stands where the element is."""

__all__ = ["PARENTS", "UNSIZED", "parent_page"]

# The parent, or one around it, has a height.
PARENTS: dict[str, str] = {
    "block": '<main style="height: 500px">CHAT</main>',
    "flex row": '<main style="height: 500px; display: flex"><nav>Menu</nav>CHAT[flex: 1]</main>',
    "flex row without a width": '<main style="height: 500px; display: flex"><nav>Menu</nav>CHAT</main>',
    "flex column": '<main style="height: 500px; display: flex; flex-direction: '
    'column"><h1>Title</h1>CHAT</main>',
    "flex column, growing": (
        '<main style="height: 500px; display: flex; flex-direction: column"><h1>Title</h1>CHAT[flex: '
        "1]</main>"
    ),
    "nested flex": (
        '<main style="height: 500px; display: flex; flex-direction: column"><h1>Title</h1>'
        '<div style="flex: 1; display: flex"><aside style="flex: 1; display: flex; flex-direction: column">'
        '<p>Panel</p><div style="flex: 1">CHAT</div></aside></div></main>'
    ),
    "low flex panel": (
        '<main style="height: 260px; display: flex; flex-direction: column"><div style="flex: '
        '1">CHAT</div></main>'
    ),
    "grid": '<main style="height: 500px; display: grid; grid-template-columns: 1fr '
    '2fr"><p>Left</p>CHAT</main>',
    "grid with a row that is left": (
        '<main style="height: 500px; display: grid; grid-template-rows: auto '
        '1fr"><h1>Title</h1><div>CHAT</div></main>'
    ),
    "absolute": '<main style="position: absolute; inset: 20px">CHAT</main>',
    "absolute itself": '<main style="position: relative; height: 500px">CHAT[position: absolute; inset: '
    "10px]</main>",
    "dialog": '<dialog open style="height: 400px; width: 300px">CHAT</dialog>',
    "table cell": '<table style="width: 100%"><tr><td style="height: 500px">CHAT</td></tr></table>',
    "display: contents": '<main style="height: 500px"><div style="display: contents">CHAT</div></main>',
    "growing within a least height": (
        '<main style="min-height: 500px; display: flex; flex-direction: column"><h1>Title</h1>CHAT[flex: '
        "1]</main>"
    ),
    "least height of its own": "<main>CHAT[min-height: 450px]</main>",
    "greatest height of its own": '<main style="height: 700px">CHAT[max-height: 300px]</main>',
    "a border of its own": (
        '<main style="height: 500px">CHAT[box-sizing: border-box; border: 3px solid; padding: 9px]</main>'
    ),
    "an inline block": '<main style="height: 500px">CHAT[display: inline-block; width: 400px]</main>',
}

# Nothing says how high the chat is.
UNSIZED: dict[str, str] = {
    "nothing around it": "CHAT",
    "block of its content": "<main><h1>Title</h1>CHAT<p>Foot</p></main>",
    "height 100% of auto": '<main><div style="height: 100%">CHAT</div></main>',
    "least height of the parent": '<main style="min-height: 300px">CHAT</main>',
    "flex row": '<main style="display: flex">CHAT[flex: 1]</main>',
    "flex column": '<main style="display: flex; flex-direction: column">CHAT</main>',
    "grid": '<main style="display: grid">CHAT</main>',
    "dialog": "<dialog open>CHAT</dialog>",
    "absolute": '<main style="position: absolute; top: 0; left: 0">CHAT</main>',
    "table cell": '<table style="width: 100%"><tr><td>CHAT</td></tr></table>',
    "display: contents": '<div style="display: contents">CHAT</div>',
    "a greatest height of its own": "<main>CHAT[max-height: 350px]</main>",
    "its own height auto": "<main>CHAT[height: auto]</main>",
}


def parent_page(markup: str) -> str:
    """The body of a page whose root has no height; what stands in brackets after `CHAT` is the element's own
    style.
    """
    before, after = markup.split("CHAT")
    style, rest = after[1:].split("]", 1) if after.startswith("[") else ("", after)
    return f'{before}<openai-chatkit id="chat" dev style="{style}"></openai-chatkit>{rest}'
