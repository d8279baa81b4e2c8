"""What each prop of each component shows in a page: a table, whose props are those of docs/gallery.md."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from turnstream.widgets.tokens import CurveType

__all__ = ["REQUIRED", "Case", "cases"]

JSON = dict[str, Any]
PRESS = {"type": "press"}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@dataclass(frozen=True)
class Case:
    """The component with these fields, and a JavaScript expression that has to become `expected`.

    It may use the `node` of the component, `css(name, node)`, `attr(name, node)`, `one(selector)`,
    `all(selector)`, `root`, which is the shadow root, `bars()`, the places of a chart's bars, and `acted`,
    the actions that the page got. `run` is called once before.
    """

    component: str
    prop: str
    fields: JSON
    probe: str
    expected: Any
    run: str = ""
    followed_by: tuple[JSON, ...] = field(default=())
    """Components that follow it in the card."""

    def __str__(self) -> str:
        return f"{self.component}.{self.prop} {self.fields}: {self.probe}"


TEXT: JSON = {"type": "Text", "value": "one"}
OTHER: JSON = {"type": "Text", "value": "two"}
BOTH: JSON = {"children": [TEXT, OTHER]}
OPTIONS = [{"value": "a", "label": "First"}, {"value": "b", "label": "Second"}]
DATA = [{"day": "Mon", "n": 4, "m": 2}, {"day": "Tue", "n": 6, "m": 3}]
BARS = [{"type": "bar", "label": "Sold", "dataKey": "n"}, {"type": "bar", "label": "Plan", "dataKey": "m"}]

REQUIRED: dict[str, JSON] = {
    "Badge": {"label": "new"},
    "BasicRoot": {"children": [TEXT]},
    "Box": {"children": [TEXT]},
    "Button": {"label": "Go"},
    "Caption": {"value": "small"},
    "Card": {"children": [TEXT]},
    "Chart": {"data": DATA, "series": BARS, "xAxis": "day"},
    "Checkbox": {"name": "c"},
    "Col": {"children": [TEXT]},
    "DatePicker": {"name": "d"},
    "Divider": {},
    "Form": {"children": [TEXT]},
    "Icon": {"name": "check"},
    "Image": {"src": PIXEL},
    "Input": {"name": "i"},
    "Label": {"value": "Name", "fieldName": "i"},
    "ListView": {"children": [{"type": "ListViewItem", "children": [TEXT]}]},
    "ListViewItem": {"children": [TEXT]},
    "Markdown": {"value": "*a*"},
    "RadioGroup": {"name": "r", "options": OPTIONS},
    "Row": {"children": [TEXT]},
    "Select": {"name": "s", "options": OPTIONS},
    "Spacer": {},
    "Table": {"children": []},
    "Table.Cell": {"children": [TEXT]},
    "Table.Row": {"children": [{"type": "Table.Cell", "children": [TEXT]}]},
    "Text": {"value": "text"},
    "Textarea": {"name": "t"},
    "Title": {"value": "title"},
    "Transition": {"children": None},
}
"""The fields without which a component cannot be made."""

HEIGHTS = {
    "3xs": 22,
    "2xs": 24,
    "xs": 26,
    "sm": 28,
    "md": 32,
    "lg": 36,
    "xl": 40,
    "2xl": 44,
    "3xl": 48,
}
BOXES = ("Box", "Row", "Col", "Form")


def cases() -> Iterator[Case]:
    yield from _sizes()
    yield from _boxes()
    yield from _texts()
    yield from _roots()
    yield from _layout()
    yield from _single_texts()
    yield from _pictures()
    yield from _button()
    yield from _text_fields()
    yield from _choices()
    yield from _tables()
    yield from _charts()


def _sizes() -> Iterator[Case]:
    plain = (
        ("height", 250, "css('height')", "250px"),
        ("width", "260px", "css('width')", "260px"),
        ("size", 230, "[css('height'), css('width')]", ["230px", "230px"]),
        ("minHeight", 70, "css('minHeight')", "70px"),
        ("minWidth", 80, "css('minWidth')", "80px"),
        ("minSize", 90, "[css('minHeight'), css('minWidth')]", ["90px", "90px"]),
        ("maxHeight", 20, "css('maxHeight')", "20px"),
        ("maxWidth", 25, "css('maxWidth')", "25px"),
        ("maxSize", 26, "[css('maxHeight'), css('maxWidth')]", ["26px", "26px"]),
        ("aspectRatio", "2/1", "css('aspectRatio')", "2 / 1"),
        ("flex", 2, "css('flex')", "2 2 0%"),
    )
    for component in (*BOXES, "Image", "Chart"):
        for prop, value, probe, expected in plain:
            yield Case(component, prop, {prop: value}, probe, expected)
    for component in (*BOXES, "Image"):
        yield Case(component, "radius", {"radius": "lg"}, "css('borderTopLeftRadius')", "12px")
        yield Case(component, "radius", {"radius": "100%"}, "css('borderTopLeftRadius')", "50%")
        yield Case(component, "margin", {"margin": 2}, "css('margin')", "8px")
        yield Case(component, "margin", {"margin": {"x": 1, "top": "9px"}}, "css('margin')", "9px 4px 0px")


def _boxes() -> Iterator[Case]:
    for component in BOXES:
        yield Case(component, "children", BOTH, "all('p').map((p) => p.textContent)", ["one", "two"])
        yield Case(component, "align", {"align": "end"}, "css('alignItems')", "end")
        yield Case(component, "justify", {"justify": "between"}, "css('justifyContent')", "space-between")
        yield Case(component, "justify", {"justify": "center"}, "css('justifyContent')", "center")
        yield Case(component, "wrap", {"wrap": "wrap"}, "css('flexWrap')", "wrap")
        yield Case(component, "gap", {"gap": 3}, "css('gap')", "12px")
        yield Case(component, "gap", {"gap": "3px"}, "css('gap')", "3px")
        yield Case(component, "padding", {"padding": {"x": 2, "bottom": 1}}, "css('padding')", "0px 8px 4px")
        yield Case(component, "border", {"border": 2}, "css('borderTop')", "2px solid rgb(224, 224, 224)")
        border = {"bottom": {"size": 1, "color": "strong", "style": "dashed"}}
        yield Case(
            component, "border", {"border": border}, "css('borderBottom')", "1px dashed rgb(146, 146, 146)"
        )
        yield Case(component, "border", {"border": border}, "css('borderTopWidth')", "0px")
        token, shown = {"background": "surface-secondary"}, "rgb(248, 248, 248)"
        yield Case(component, "background", token, "css('backgroundColor')", shown)
        both = {"background": {"light": "#102030", "dark": "#fff"}}
        yield Case(component, "background", both, "css('backgroundColor')", "rgb(16, 32, 48)")
        gradient = {"background": "linear-gradient(90deg, #fff, #000)"}
        yield Case(
            component, "background", gradient, "css('backgroundImage').slice(0, 22)", "linear-gradient(90deg,"
        )
    for component in ("Box", "Form"):
        yield Case(component, "direction", {"direction": "row"}, "css('flexDirection')", "row")
        yield Case(component, "direction", {}, "css('flexDirection')", "column")
    yield Case("Row", "align", {}, "[css('flexDirection'), css('alignItems')]", ["row", "center"])
    yield Case("Col", "align", {}, "[css('flexDirection'), css('alignItems')]", ["column", "stretch"])


def _texts() -> Iterator[Case]:
    for component in ("Title", "Text", "Caption"):
        starred = {"value": "*no* [link](https://a.example)\nline"}
        yield Case(
            component, "value", starred, "[node.textContent, node.childElementCount]", [starred["value"], 0]
        )
        yield Case(
            component,
            "truncate",
            {"truncate": True},
            "[css('whiteSpace'), css('textOverflow')]",
            ["nowrap", "ellipsis"],
        )
        yield Case(
            component, "maxLines", {"maxLines": 2, "value": "a\nb\nc\nd"}, "css('webkitLineClamp')", "2"
        )
        lines = {"maxLines": 2, "value": "a\nb\nc\nd"}
        yield Case(component, "maxLines", lines, "node.scrollHeight > node.clientHeight * 1.5", True)
    for component in ("Title", "Text", "Caption", "Label"):
        yield Case(component, "color", {"color": "success"}, "css('color')", "rgb(0, 122, 52)")
        yield Case(component, "color", {"color": "tertiary"}, "css('color')", "rgb(99, 99, 99)")
        yield Case(component, "color", {"color": "#0000ff"}, "css('color')", "rgb(0, 0, 255)")
        yield Case(component, "color", {"color": "red-500"}, "css('color').startsWith('oklch')", True)
        yield Case(component, "weight", {"weight": "bold"}, "css('fontWeight')", "700")
        yield Case(component, "weight", {"weight": "normal"}, "css('fontWeight')", "400")
        yield Case(component, "textAlign", {"textAlign": "end"}, "css('textAlign')", "end")
    for component, smallest, largest in (
        ("Title", "sm", "5xl"),
        ("Text", "xs", "xl"),
        ("Caption", "sm", "lg"),
        ("Label", "xs", "xl"),
    ):
        larger = "Number.parseFloat(css('fontSize'))"
        sizes = {"sm": 15.0, "5xl": 48.0, "xs": 12.0, "xl": 20.0, "lg": 14.0}
        if component == "Caption":
            sizes = {"sm": 12.0, "lg": 14.0}
        if component == "Label":
            sizes = {"xs": 12.0, "xl": 18.0}
        for size in (smallest, largest):
            yield Case(component, "size", {"size": size}, f"Math.round({larger})", round(sizes[size]))


def _roots() -> Iterator[Case]:
    yield Case("Card", "children", BOTH, "all('.w-card-body > p').length", 2)
    for size, width in (("sm", "360px"), ("md", "440px"), ("lg", "560px"), ("full", "none")):
        yield Case("Card", "size", {"size": size}, "css('maxWidth')", width)
    yield Case("Card", "padding", {}, "css('padding', one('.w-card-body'))", "16px")
    yield Case("Card", "padding", {"padding": 6}, "css('padding', one('.w-card-body'))", "24px")
    yield Case(
        "Card",
        "background",
        {"background": "surface-tertiary"},
        "css('backgroundColor')",
        "rgb(242, 242, 242)",
    )
    yield Case(
        "Card",
        "border",
        {"border": {"size": 3, "color": "danger"}},
        "css('borderTop')",
        "3px solid rgb(168, 54, 50)",
    )
    for component in ("Card", "ListView"):
        status = {"text": "Booked", "icon": "check"}
        line = "[one('.w-status').textContent, all('.w-status svg').length]"
        yield Case(component, "status", {"status": status}, line, ["Booked", 1])
        favicon = {"text": "Shop", "favicon": PIXEL, "frame": True}
        picture = "[one('.w-favicon').src.length > 50, attr('data-frame', one('.w-favicon'))]"
        yield Case(component, "status", {"status": favicon}, picture, [True, ""])
        yield Case(component, "status", {}, "one('.w-status').hidden", True)
        yield Case(component, "theme", {"theme": "dark"}, "css('backgroundColor')", "rgb(27, 27, 27)")
    yield Case(
        "BasicRoot",
        "theme",
        {"theme": "dark"},
        "css('color', one('p')).length > 0 && attr('data-theme')",
        "dark",
    )
    buttons = {
        "confirm": {"label": "Yes", "action": PRESS},
        "cancel": {"label": "No", "action": {"type": "no"}},
    }
    yield Case("Card", "confirm", buttons, "acted", [PRESS], run="button('Yes').click()")
    yield Case("Card", "cancel", buttons, "acted", [{"type": "no"}], run="button('No').click()")
    yield Case("Card", "confirm", {}, "one('.w-card-foot').hidden", True)
    fields = [{"type": "Input", "name": "user.name", "defaultValue": "Ada", "required": True}]
    form = {"asForm": True, "children": fields, **buttons}
    sent = [{"type": "press", "payload": {"user": {"name": "Ada"}}}]
    yield Case("Card", "asForm", form, "acted", sent, run="button('Yes').click()")
    yield Case("Card", "collapsed", {"collapsed": True}, "one('.w-card-body').checkVisibility()", False)
    items = [{"type": "ListViewItem", "key": str(n), "children": [TEXT]} for n in range(8)]
    yield Case("ListView", "children", {"children": items}, "all('li').length", 8)
    yield Case("ListView", "limit", {"children": items, "limit": 3}, "all('li').length", 3)
    yield Case(
        "ListView",
        "limit",
        {"children": items, "limit": "auto"},
        "[all('li').length, one('.w-list-more').textContent]",
        [5, "Show 3 more"],
    )
    yield Case(
        "ListView",
        "limit",
        {"children": items, "limit": 3},
        "all('li').length",
        8,
        run="one('.w-list-more').click()",
    )
    yield Case("ListViewItem", "children", BOTH, "all('p').length", 2)
    yield Case(
        "ListViewItem",
        "onClickAction",
        {"onClickAction": PRESS},
        "acted",
        [PRESS],
        run="one('button').click()",
    )
    yield Case("ListViewItem", "onClickAction", {}, "one('button').hidden", True)
    yield Case("ListViewItem", "gap", {"gap": 5}, "css('gap', one('.w-item-content'))", "20px")
    yield Case(
        "ListViewItem", "align", {"align": "start"}, "css('alignItems', one('.w-item-content'))", "start"
    )
    yield Case("BasicRoot", "children", BOTH, "all('p').length", 2)
    yield Case("BasicRoot", "direction", {"direction": "row"}, "css('flexDirection')", "row")
    yield Case("BasicRoot", "gap", {"gap": 4}, "css('gap')", "16px")
    yield Case("BasicRoot", "padding", {"padding": 1}, "css('padding')", "4px")
    yield Case("BasicRoot", "align", {"align": "center"}, "css('alignItems')", "center")
    yield Case("BasicRoot", "justify", {"justify": "end"}, "css('justifyContent')", "end")


def _layout() -> Iterator[Case]:
    button = {"type": "Button", "label": "Send", "submit": True}
    form = {"children": [{"type": "Input", "name": "a.b", "defaultValue": "1"}, button]}
    action = {"type": "save", "payload": {"id": 7}}
    sent = [{"type": "save", "payload": {"id": 7, "a": {"b": "1"}}}]
    yield Case(
        "Form",
        "onSubmitAction",
        {**form, "onSubmitAction": action},
        "acted",
        sent,
        run="button('Send').click()",
    )
    yield Case("Spacer", "minSize", {"minSize": 12}, "[css('minWidth'), css('flexGrow')]", ["12px", "1"])
    yield Case("Divider", "color", {"color": "strong"}, "css('backgroundColor')", "rgb(146, 146, 146)")
    yield Case("Divider", "size", {"size": 3}, "css('height')", "3px")
    yield Case("Divider", "spacing", {"spacing": 2}, "css('marginTop')", "8px")
    yield Case("Divider", "flush", {"flush": True}, "css('marginLeft')", "-16px")
    yield Case("Transition", "children", {"children": TEXT}, "one('p').textContent", "one")
    yield Case("Transition", "children", {}, "node.childElementCount", 0)


def _single_texts() -> Iterator[Case]:
    yield Case("Text", "streaming", {"streaming": True}, "attr('aria-busy')", "true")
    yield Case("Text", "italic", {"italic": True}, "css('fontStyle')", "italic")
    yield Case("Text", "lineThrough", {"lineThrough": True}, "css('textDecorationLine')", "line-through")
    yield Case("Text", "width", {"width": 90}, "css('width')", "90px")
    yield Case(
        "Text",
        "minLines",
        {"minLines": 3},
        "node.offsetHeight >= 2.9 * Number.parseFloat(css('lineHeight'))",
        True,
    )
    editable = {
        "name": "note",
        "autoFocus": True,
        "autoSelect": True,
        "autoComplete": "name",
        "allowAutofillExtensions": True,
        "pattern": "[a-z]+",
        "placeholder": "A note",
        "required": True,
    }
    text = {"value": "12", "editable": editable}
    state = "[node.value, node.placeholder, node.required, node.autocomplete, node.validity.valid]"
    yield Case("Text", "editable", text, state, ["12", "A note", True, "name", False])
    yield Case("Text", "editable", text, "root.activeElement === node && node.selectionEnd", 2)
    yield Case(
        "Markdown",
        "value",
        {"value": "**b** `c`"},
        "[one('strong').textContent, one('code').textContent]",
        ["b", "c"],
    )
    yield Case(
        "Markdown",
        "streaming",
        {"value": "an **open", "streaming": True},
        "[one('strong').textContent, attr('aria-busy')]",
        ["open", "true"],
    )
    yield Case("Badge", "label", {"label": "new"}, "node.textContent", "new")
    yield Case("Badge", "color", {"color": "danger"}, "css('color')", "rgb(168, 54, 50)")
    yield Case(
        "Badge",
        "variant",
        {"variant": "solid", "color": "danger"},
        "css('backgroundColor')",
        "rgb(168, 54, 50)",
    )
    yield Case("Badge", "variant", {"variant": "outline"}, "css('backgroundColor')", "rgba(0, 0, 0, 0)")
    yield Case("Badge", "size", {"size": "lg"}, "Math.round(Number.parseFloat(css('fontSize')))", 14)
    yield Case("Badge", "pill", {"pill": True}, "css('borderTopLeftRadius')", "999px")
    field: JSON = {"type": "Input", "name": "i"}
    yield Case("Label", "value", {"value": "Your name"}, "node.textContent", "Your name")
    yield Case(
        "Label",
        "fieldName",
        {"fieldName": "i"},
        "root.activeElement?.localName",
        "input",
        run="node.click()",
        followed_by=(field,),
    )


def _pictures() -> Iterator[Case]:
    yield Case("Icon", "name", {"name": "check"}, "all('svg').length", 1)
    yield Case("Icon", "name", {"name": "lucide:plane"}, "all('svg path').length > 0", True)
    yield Case("Icon", "color", {"color": "danger"}, "css('color')", "rgb(168, 54, 50)")
    for size, pixels in (("xs", 12), ("md", 18), ("3xl", 39)):
        yield Case(
            "Icon", "size", {"size": size}, "Math.round(one('svg').getBoundingClientRect().width)", pixels
        )
    yield Case(
        "Image",
        "src",
        {},
        "[one('img').naturalWidth, attr('data-state'), one('img').referrerPolicy]",
        [1, "loaded", "no-referrer"],
    )
    yield Case(
        "Image",
        "src",
        {"src": "https://cdn.example/a.png", "alt": "A map"},
        "[one('img').hidden, node.textContent]",
        [True, "A map"],
    )
    yield Case("Image", "alt", {"alt": "A map"}, "one('img').alt", "A map")
    yield Case("Image", "fit", {"fit": "contain"}, "css('objectFit', one('img'))", "contain")
    yield Case("Image", "position", {"position": "top left"}, "css('objectPosition', one('img'))", "0% 0%")
    yield Case("Image", "frame", {"frame": True}, "getComputedStyle(node, '::after').borderTopWidth", "1px")
    yield Case("Image", "flush", {"flush": True}, "[css('marginLeft'), css('marginTop')]", ["-16px", "-16px"])
    yield Case(
        "Image",
        "background",
        {"background": "surface-tertiary"},
        "css('backgroundColor')",
        "rgb(242, 242, 242)",
    )


def _button() -> Iterator[Case]:
    yield Case("Button", "label", {"label": "Book"}, "node.innerText", "Book")
    yield Case("Button", "onClickAction", {"onClickAction": PRESS}, "acted", [PRESS], run="node.click()")
    yield Case("Button", "submit", {"submit": True}, "node.type", "submit")
    yield Case("Button", "style", {"style": "primary"}, "css('backgroundColor')", "rgb(25, 25, 25)")
    yield Case("Button", "style", {"style": "secondary"}, "css('backgroundColor')", "rgb(242, 242, 242)")
    yield Case("Button", "color", {"color": "danger"}, "css('color')", "rgb(168, 54, 50)")
    yield Case(
        "Button",
        "variant",
        {"variant": "solid", "color": "info"},
        "css('backgroundColor')",
        "rgb(0, 101, 180)",
    )
    yield Case("Button", "variant", {"variant": "ghost"}, "css('backgroundColor')", "rgba(0, 0, 0, 0)")
    yield Case("Button", "variant", {"variant": "outline"}, "css('borderTopColor')", "rgb(206, 206, 206)")
    for component, fields, target in (
        ("Button", {}, "node"),
        ("Input", {}, "node"),
        ("Select", {}, "one('.w-select')"),
        ("DatePicker", {}, "one('.w-select')"),
    ):
        for size, pixels in HEIGHTS.items():
            height = f"{target}.getBoundingClientRect().height"
            yield Case(component, "size", {**fields, "size": size}, height, pixels)
        pill = f"css('borderTopLeftRadius', {target})"
        yield Case(component, "pill", {**fields, "pill": True}, pill, "999px")
    yield Case(
        "Button",
        "iconStart",
        {"iconStart": "check"},
        "all('svg').length === 1 && node.firstElementChild.hidden",
        False,
    )
    yield Case(
        "Button",
        "iconEnd",
        {"iconEnd": "check"},
        "all('svg').length === 1 && node.lastElementChild.hidden",
        False,
    )
    size = "Math.round(one('svg').getBoundingClientRect().width)"
    yield Case("Button", "iconSize", {"iconStart": "check", "iconSize": "2xl"}, size, 28)
    square = "node.getBoundingClientRect().width === node.getBoundingClientRect().height"
    yield Case("Button", "uniform", {"uniform": True, "iconStart": "plus", "label": ""}, square, True)
    yield Case(
        "Button", "block", {"block": True}, "node.offsetWidth === node.parentElement.clientWidth - 32", True
    )
    yield Case(
        "Button",
        "disabled",
        {"disabled": True, "onClickAction": PRESS},
        "[node.disabled, acted]",
        [True, []],
        run="node.click()",
    )


def _text_fields() -> Iterator[Case]:
    for component in ("Input", "Textarea"):
        yield Case(component, "name", {"name": "age"}, "attr('aria-label')", "age")
        yield Case(component, "defaultValue", {"defaultValue": "7"}, "node.value", "7")
        yield Case(component, "placeholder", {"placeholder": "Age"}, "node.placeholder", "Age")
        yield Case(
            component, "required", {"required": True}, "[node.required, node.validity.valid]", [True, False]
        )
        pattern = {"pattern": "[0-9]+", "defaultValue": "x"}
        yield Case(component, "pattern", pattern, "node.checkValidity()", False)
        yield Case(component, "pattern", {**pattern, "defaultValue": "12"}, "node.checkValidity()", True)
        yield Case(component, "autoFocus", {"autoFocus": True}, "root.activeElement === node", True)
        selects = {"autoSelect": True, "defaultValue": "abc"}
        yield Case(
            component, "autoSelect", selects, "node.selectionEnd - node.selectionStart", 3, run="node.focus()"
        )
        autofill = "attr('data-1p-ignore')"
        yield Case(component, "allowAutofillExtensions", {}, autofill, "true")
        yield Case(component, "allowAutofillExtensions", {"allowAutofillExtensions": True}, autofill, None)
        yield Case(component, "disabled", {"disabled": True}, "node.disabled", True)
        outline = "css('borderTopColor') !== 'rgba(0, 0, 0, 0)'"
        yield Case(component, "variant", {}, outline, True)
        yield Case(component, "variant", {"variant": "soft"}, outline, False)
        gutter = "Number.parseFloat(css('paddingLeft'))"
        yield Case(component, "gutterSize", {"gutterSize": "2xs"}, f"{gutter} < 7", True)
        yield Case(component, "gutterSize", {"gutterSize": "xl"}, gutter, 20)
    for kind in ("text", "number", "email", "password", "tel", "url"):
        yield Case("Input", "inputType", {"inputType": kind}, "node.type", kind)
    yield Case("Textarea", "size", {"size": "3xl"}, "Math.round(Number.parseFloat(css('fontSize')))", 16)
    yield Case("Textarea", "rows", {"rows": 5}, "node.rows", 5)
    long = "\n".join("abcdefghij")
    tall = "node.clientHeight / Number.parseFloat(css('lineHeight'))"
    yield Case(
        "Textarea", "autoResize", {"rows": 2, "autoResize": True, "defaultValue": long}, f"{tall} > 9", True
    )
    limited = {"rows": 2, "autoResize": True, "maxRows": 4, "defaultValue": long}
    yield Case("Textarea", "maxRows", limited, f"{tall} > 3.5 && {tall} < 5", True)


def _choices() -> Iterator[Case]:
    pick = "one('.w-select').click(); all('[role=option]')[1].click()"
    for component, target in (("Select", "one('.w-select')"), ("DatePicker", "one('.w-select')")):
        yield Case(component, "name", {}, f"{target}.checkVisibility()", True)
        yield Case(
            component, "placeholder", {"placeholder": "Any"}, "one('.w-select-value').textContent", "Any"
        )
        yield Case(component, "disabled", {"disabled": True}, f"{target}.disabled", True)
        yield Case(
            component,
            "variant",
            {"variant": "ghost"},
            f"css('backgroundColor', {target})",
            "rgba(0, 0, 0, 0)",
        )
        solid = f"css('backgroundColor', {target}) !== 'rgba(0, 0, 0, 0)'"
        yield Case(component, "variant", {"variant": "soft"}, solid, True)
        yield Case(
            component,
            "block",
            {"block": True},
            "node.offsetWidth === node.parentElement.clientWidth - 32",
            True,
        )
    yield Case(
        "Select",
        "options",
        {},
        "all('[role=option]').map((one) => one.innerText.trim())",
        ["First", "Second"],
        run="one('.w-select').click()",
    )
    rich = [*OPTIONS, {"value": "c", "label": "Third", "description": "Far away", "disabled": True}]
    notes = "all('[role=option] small').map((one) => one.textContent)"
    last = f"[{notes}, attr('aria-disabled', all('[role=option]')[2])]"
    yield Case(
        "Select", "options", {"options": rich}, last, [["Far away"], "true"], run="one('.w-select').click()"
    )
    yield Case(
        "Select", "defaultValue", {"defaultValue": "b"}, "one('.w-select-value').textContent", "Second"
    )
    changed = [{"type": "press", "payload": {"s": "b"}}]
    yield Case("Select", "onChangeAction", {"onChangeAction": PRESS}, "acted", changed, run=pick)
    clear = "one('.w-clear').click()"
    cleared = {"clearable": True, "defaultValue": "b", "placeholder": "Any"}
    yield Case("Select", "clearable", cleared, "one('.w-select-value').textContent", "Any", run=clear)
    yield Case(
        "Select",
        "searchable",
        {"searchable": True},
        "one('.w-search').checkVisibility()",
        True,
        run="one('.w-select').click()",
    )
    yield Case(
        "Select",
        "searchable",
        {},
        "one('.w-search').checkVisibility()",
        False,
        run="one('.w-select').click()",
    )
    day = {"defaultValue": "2026-05-14T00:00:00Z"}
    yield Case("DatePicker", "defaultValue", day, "one('.w-select-value').textContent", "May 14, 2026")
    limits = {**day, "min": "2026-05-10T00:00:00Z", "max": "2026-05-20T00:00:00Z"}
    open_days = "all('[data-day]:not([aria-disabled])').map((one) => one.dataset.day)"
    opened = "one('.w-select').click()"
    yield Case("DatePicker", "min", limits, f"{open_days}[0]", "2026-05-10", run=opened)
    yield Case("DatePicker", "max", limits, f"{open_days}.at(-1)", "2026-05-20", run=opened)
    chosen = [{"type": "press", "payload": {"d": "2026-05-15T00:00:00.000Z"}}]
    choose = f"{opened}; one('[data-day=\"2026-05-15\"]').click()"
    yield Case("DatePicker", "onChangeAction", {**day, "onChangeAction": PRESS}, "acted", chosen, run=choose)
    above = "one('.w-popup').getBoundingClientRect().left >= one('.w-select').getBoundingClientRect().right"
    yield Case("DatePicker", "side", {**day, "side": "right"}, above, True, run=opened)
    edges = "one('.w-popup').getBoundingClientRect().right - one('.w-select').getBoundingClientRect().right"
    at_end = {**day, "block": True, "align": "end"}
    yield Case("DatePicker", "align", at_end, f"Math.round({edges})", 0, run=opened)
    yield Case(
        "DatePicker",
        "clearable",
        {**day, "clearable": True},
        "one('.w-select-value').textContent",
        "Choose a date",
        run=clear,
    )
    yield Case("Checkbox", "label", {"label": "Yes"}, "node.textContent", "Yes")
    yield Case("Checkbox", "defaultChecked", {"defaultChecked": True}, "one('input').checked", True)
    ticked = [{"type": "press", "payload": {"c": True}}]
    tick = "one('input').click()"
    yield Case("Checkbox", "name", {"onChangeAction": PRESS}, "acted", ticked, run=tick)
    yield Case("Checkbox", "onChangeAction", {"onChangeAction": PRESS}, "acted.length", 1, run=tick)
    yield Case("Checkbox", "disabled", {"disabled": True}, "one('input').disabled", True)
    yield Case("Checkbox", "required", {"required": True}, "one('input').validity.valid", False)
    yield Case("RadioGroup", "options", {}, "all('label').map((one) => one.textContent)", ["First", "Second"])
    radios = [{**OPTIONS[0], "disabled": True}, OPTIONS[1]]
    yield Case(
        "RadioGroup", "options", {"options": radios}, "all('input').map((one) => one.disabled)", [True, False]
    )
    yield Case("RadioGroup", "ariaLabel", {"ariaLabel": "Class"}, "attr('aria-label')", "Class")
    yield Case(
        "RadioGroup",
        "defaultValue",
        {"defaultValue": "b"},
        "all('input').map((one) => one.checked)",
        [False, True],
    )
    yield Case("RadioGroup", "direction", {"direction": "col"}, "css('flexDirection')", "column")
    yield Case("RadioGroup", "direction", {}, "css('flexDirection')", "row")
    chosen_radio = [{"type": "press", "payload": {"r": "b"}}]
    yield Case(
        "RadioGroup", "name", {"onChangeAction": PRESS}, "acted", chosen_radio, run="all('input')[1].click()"
    )
    yield Case(
        "RadioGroup",
        "onChangeAction",
        {"onChangeAction": PRESS},
        "acted.length",
        1,
        run="all('input')[1].click()",
    )
    yield Case(
        "RadioGroup", "disabled", {"disabled": True}, "all('input').every((one) => one.disabled)", True
    )
    yield Case("RadioGroup", "required", {"required": True}, "one('input').validity.valid", False)


def _tables() -> Iterator[Case]:
    row = {"type": "Table.Row", "children": [{"type": "Table.Cell", "children": [TEXT]}]}
    yield Case("Table", "children", {"children": [row, row]}, "all('table tr').length", 2)
    yield Case("Table.Row", "children", {}, "all('td').length", 1)
    yield Case("Table.Row", "header", {"header": True}, "attr('role', one('td'))", "columnheader")
    yield Case("Table.Cell", "children", BOTH, "all('p').length", 2)
    yield Case("Table.Cell", "width", {"width": 150}, "node.style.width", "150px")
    yield Case("Table.Cell", "padding", {"padding": {"x": 3}}, "css('paddingLeft')", "12px")
    yield Case("Table.Cell", "colSpan", {"colSpan": 2}, "node.colSpan", 2)
    yield Case("Table.Cell", "rowSpan", {"rowSpan": 3}, "node.rowSpan", 3)
    yield Case("Table.Cell", "align", {"align": "end"}, "css('textAlign')", "end")
    yield Case("Table.Cell", "vAlign", {"vAlign": "end"}, "css('verticalAlign')", "bottom")
    yield Case("Table.Cell", "colSize", {"colSize": "md"}, "attr('data-col-size')", "md")


def _charts() -> Iterator[Case]:
    cells = "all('.w-chart-table td').map((one) => one.textContent)"
    yield Case("Chart", "data", {}, cells, ["4", "2", "6", "3"])
    yield Case(
        "Chart",
        "series",
        {},
        "[bars().length, one('svg').getAttribute('aria-label')]",
        [4, "Chart: Sold, Plan"],
    )
    heads = "all('.w-chart-table [role=rowheader]').map((one) => one.textContent)"
    yield Case("Chart", "xAxis", {}, heads, ["Mon", "Tue"])
    labels = {"xAxis": {"dataKey": "day", "labels": {"Mon": "Monday"}}}
    yield Case("Chart", "xAxis", labels, heads, ["Monday", "Tue"])
    ticks = "all('svg text').map((one) => one.textContent)"
    yield Case("Chart", "xAxis", {"xAxis": {"dataKey": "day", "hide": True}}, ticks, [])
    yield Case("Chart", "showYAxis", {"showYAxis": True}, f"{ticks}.includes('4')", True)
    yield Case("Chart", "showYAxis", {}, ticks, ["Mon", "Tue"])
    yield Case(
        "Chart", "showLegend", {}, "all('.w-chart-legend li').map((one) => one.textContent)", ["Sold", "Plan"]
    )
    yield Case(
        "Chart", "showLegend", {"showLegend": False}, "one('.w-chart-legend').checkVisibility()", False
    )
    press = "one('svg').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))"
    tip = "one('.w-chart-tip')?.checkVisibility() ?? false"
    yield Case("Chart", "showTooltip", {}, tip, True, run=f"await drawn(); {press}")
    yield Case("Chart", "showTooltip", {"showTooltip": False}, tip, False, run=f"await drawn(); {press}")
    yield Case("Chart", "barGap", {"barGap": 9}, "(([a, b]) => Math.round(b.left - a.right))(bars())", 9)
    groups = "(([, a, b]) => Math.round(b.left - a.right))(bars())"
    yield Case("Chart", "barCategoryGap", {"barCategoryGap": 40}, groups, 40)
    yield from _series()


def _series() -> Iterator[Case]:
    def chart(kind: str, *more: JSON) -> JSON:
        one = {"type": kind, "label": "Sold", "dataKey": "n"}
        return {"series": [{**one, **fields} for fields in (more or ({},))]}

    marks = {"BarSeries": "bar", "AreaSeries": "area", "LineSeries": "line"}
    for name, kind in marks.items():
        mark = f"one('.w-chart-{kind}')"
        ink = "css('fill', one('.w-chart-bar'))" if kind == "bar" else "css('stroke', one('.w-chart-line'))"
        yield Case(name, "label", chart(kind), "one('.w-chart-legend').textContent", "Sold")
        yield Case(
            name, "dataKey", chart(kind, {"dataKey": "m"}), "all('.w-chart-table td')[0].textContent", "2"
        )
        yield Case(name, "dataKey", chart(kind), f"{mark} !== null", True)
        yield Case(name, "color", chart(kind, {"color": "#0000ff"}), ink, "rgb(0, 0, 255)")
        yield Case(
            name,
            "color",
            chart(kind, {"color": {"light": "#112233", "dark": "#fff"}}),
            ink,
            "rgb(17, 34, 51)",
        )
        yield Case(name, "color", chart(kind, {"color": "pink"}), f"{ink}.startsWith('oklch')", True)
    stacked = chart("bar", {"stack": "a"}, {"stack": "a", "dataKey": "m", "label": "Plan"})
    columns = "new Set(bars().map(({ left }) => Math.round(left))).size"
    yield Case("BarSeries", "stack", stacked, columns, 2)
    heights = "all('.w-chart-area').map((one) => Math.round(one.getBoundingClientRect().bottom))"
    areas = chart("area", {"stack": "a"}, {"stack": "a", "dataKey": "m", "label": "Plan"})
    yield Case("AreaSeries", "stack", areas, f"(([a, b]) => a !== b)({heights})", True)
    for kind, name in (("area", "AreaSeries"), ("line", "LineSeries")):
        for curve in get_args(CurveType):
            path = f"one('.w-chart-{kind}').getAttribute('d').length > 0"
            rows = [{"day": str(at), "n": value, "m": 1} for at, value in enumerate((3, 8, 2, 9, 4))]
            yield Case(name, "curveType", {**chart(kind, {"curveType": curve}), "data": rows}, path, True)
    lines = {**chart("line", {"curveType": "step"}), "data": DATA}
    yield Case(
        "LineSeries", "curveType", lines, "/[HV]|L/.test(one('.w-chart-line').getAttribute('d'))", True
    )
