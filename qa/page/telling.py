"""A handler of an event in, one whose expected errors the page says in their own words out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr

from ingest import FootnoteError


def told(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return a handler that does the same; for what has no place of its own to say what went wrong in.

    Args:
        handler: What may raise a FootnoteError.
    """

    @wraps(handler)
    def handle(*args: Any) -> Any:  # noqa: ANN401 - whatever the handler takes and gives
        try:
            return handler(*args)
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return handle
