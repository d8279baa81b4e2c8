"""The Chromium of the browser tests; imported in a conftest.py, it ends with the package of its tests."""

from tests.browser.conftest import anyio_backend as anyio_backend
from tests.browser.conftest import chromium as chromium
