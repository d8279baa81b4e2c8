"""A corpus of hostile text: what a model, a person or a stored thread might say to get a script run or a
request sent.

    addresses    addresses of schemes that must never become a link, each disguised in many ways
    markup       elements, handlers, styles and mutation shapes of HTML, SVG and MathML; template expressions
    placing      the places of markdown where an address or markup may stand
    naughty      the injection lines of "big-list-of-naughty-strings" (npm, MIT, by Max Woolf and others)
    fields       every field of the wire and every option that takes text, filled with the above
    detector.js  runs in the page before everything else, and keeps what ran and what should not be there

All but `naughty` is written for this corpus. What runs calls `__xss`, or `alert`, `confirm` or `prompt`; what
fetches asks `evil.example`.
"""
